// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError } from '../errors';

/** The error for a value the format cannot hold. */
export function unwriteable(key: string, reason: string): AnnDataError {
  return new AnnDataError('ERR_UNWRITEABLE', reason, { key });
}

/** What a value is, in words for a message. */
export function describeValue(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value !== 'object') return value === undefined ? 'undefined' : `a ${typeof value}`;
  const name = (value as { constructor?: { name?: unknown } }).constructor?.name;
  return typeof name === 'string' && name !== '' ? `an object of class ${name}` : 'an object';
}
