// SPDX-License-Identifier: BSD-3-Clause

import { codesArray } from '../arrays/dictionary';
import { dtypeOf, type NumericDType } from '../arrays/dtype';
import { settings } from '../settings';

/** The largest number each integer type holds (as far as a JavaScript number is exact). */
const largest: Readonly<Partial<Record<NumericDType, number>>> = {
  int8: 2 ** 7 - 1,
  uint8: 2 ** 8 - 1,
  int16: 2 ** 15 - 1,
  uint16: 2 ** 16 - 1,
  int32: 2 ** 31 - 1,
  uint32: 2 ** 32 - 1,
  int64: Number.MAX_SAFE_INTEGER,
  uint64: Number.MAX_SAFE_INTEGER,
};

/**
 * The width to store positions with: the one they had, as long as `max` fits, otherwise int32 or int64 (what SciPy uses).
 */
export function fittingWidth(stored: NumericDType | undefined, max: number): NumericDType {
  if (stored !== undefined && max <= (largest[stored] ?? -1)) return stored;
  return max <= 2 ** 31 - 1 ? 'int32' : 'int64';
}

/** The width to store positions below `minor` with: the one they had, or the narrowest where the settings ask for it. */
export function positionsWidth(stored: NumericDType | undefined, minor: number): NumericDType {
  if (settings.writeCsrCscIndicesWithMinPossibleDtype) return narrowestUnsigned(minor);
  return fittingWidth(stored, Math.max(0, minor - 1));
}

/** The width to store the codes of `n` categories with: the one they had if it fits, else the one pandas chooses. */
export function codeWidth(stored: NumericDType | undefined, n: number): NumericDType {
  if (stored !== undefined && n - 1 <= (largest[stored] ?? -1)) return stored;
  return dtypeOf(new (codesArray(n))(0));
}

/** The narrowest unsigned integers that hold `max`. */
export function narrowestUnsigned(max: number): NumericDType {
  return max < 2 ** 8 ? 'uint8' : max < 2 ** 16 ? 'uint16' : max < 2 ** 32 ? 'uint32' : 'uint64';
}
