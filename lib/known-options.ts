// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError } from './errors';

/** @throws {AnnDataError} `ERR_ARGUMENT` for an option nobody knows: most of the time it is misspelt */
export function refuseStrangers(options: object, known: readonly string[]): void {
  const stranger = Object.keys(options).find((name) => !known.includes(name));
  if (stranger === undefined) return;
  throw new AnnDataError('ERR_ARGUMENT', `there is no option ${stranger}; options are ${known.join(', ')}`);
}
