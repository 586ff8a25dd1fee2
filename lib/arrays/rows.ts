// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError } from '../errors';

/** @throws {AnnDataError} `ERR_ARGUMENT` naming the first of `rows` that is no position below `length` */
export function checkRows(rows: ArrayLike<number>, length: number): void {
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (!(row >= 0 && row < length && Number.isInteger(row))) {
      throw new AnnDataError('ERR_ARGUMENT', `row ${String(row)} is outside of [0, ${length})`);
    }
  }
}
