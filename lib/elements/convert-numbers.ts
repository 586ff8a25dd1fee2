// SPDX-License-Identifier: BSD-3-Clause

import type { DenseArray } from '../arrays/dense-array';
import { dtypes, type NumericDType, type TypedArray } from '../arrays/dtype';

/** Numbers taken from `source`, as the stored dtype wants them in memory. Only integers change their width. */
export function convertNumbers(piece: TypedArray, source: DenseArray, dtype: NumericDType): TypedArray {
  if (source.dtype === dtype) return piece;
  if (dtype === 'int64' || dtype === 'uint64') return widen(piece as Int32Array | Float64Array, dtype);
  const { array } = dtypes[dtype];
  const converted = new array(piece.length) as Int32Array;
  converted.set(piece as Int32Array);
  return converted;
}

/** Integers as 64-bit ones, written as pairs of 32-bit halves: far faster than a BigInt for each. */
function widen(piece: Int32Array | Float64Array, dtype: 'int64' | 'uint64'): BigInt64Array | BigUint64Array {
  const words = new Int32Array(piece.length * 2);
  for (let i = 0; i < piece.length; i++) {
    const value = piece[i] as number;
    words[2 * i] = value;
    words[2 * i + 1] = Math.floor(value / 2 ** 32);
  }
  return dtype === 'int64' ? new BigInt64Array(words.buffer) : new BigUint64Array(words.buffer);
}
