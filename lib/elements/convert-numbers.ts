// SPDX-License-Identifier: BSD-3-Clause

import type { DenseArray } from '../arrays/dense-array';
import { allocate, type NumericDType, sizeOf, type TypedArray } from '../arrays/dtype';
import type { Selection } from '../storage/storage';
import { copyBox } from './copy-box';

/** Copies a box of numbers into `dest` as the stored dtype wants them in memory. Only integers change their width. */
export function convertBox(source: DenseArray, box: Selection, dtype: NumericDType, dest: TypedArray): void {
  if (source.dtype === dtype || (dtype !== 'int64' && dtype !== 'uint64')) {
    copyBox(source, box, dest);
    return;
  }
  const piece = allocate(source.dtype as NumericDType, sizeOf(box.count)) as Int32Array | Float64Array;
  copyBox(source, box, piece);
  widen(piece, dest as BigInt64Array);
}

/** Integers as 64-bit ones, written as pairs of 32-bit halves: far faster than a BigInt for each. */
export function widen(piece: Int32Array | Float64Array, dest: BigInt64Array): void {
  const words = new Int32Array(dest.buffer, dest.byteOffset, dest.length * 2);
  for (let i = 0; i < piece.length; i++) {
    const value = piece[i] as number;
    words[2 * i] = value;
    words[2 * i + 1] = Math.floor(value / 2 ** 32);
  }
}
