// SPDX-License-Identifier: BSD-3-Clause

import { native } from '../../native';
import { dtypes, type IndexArray, type NumericDType, type TypedArray } from '../dtype';
import { freshRoom } from '../room';

/** What the kernels see of a matrix. The major axis is the compressed one: rows of csr, columns of csc. */
export interface Compressed {
  readonly dtype: NumericDType;
  readonly data: TypedArray;
  readonly indices: IndexArray;
  readonly indptr: IndexArray;
  /** Length of the other axis. */
  readonly minor: number;
}

/** Where the ways part; tests change it, so that small matrices go them all. */
export const tuning = {
  /** Entries from which on the native kernels do the work; below, starting them costs more than they save. */
  manyEntries: 2 ** 16,
  /** Entries and rows of a piece on the way to the pool: copying one takes well under a millisecond. */
  pieceEntries: 2 ** 18,
  pieceRows: 2 ** 14,
  /** Entries a row has on average from which on searching it for a position is cheap beside walking it. */
  longRow: 64,
  /** Milliseconds the event loop waits for work that is done in turns. */
  patience: 4,
  /** Rows a call gets at most, for the memory of their starts and ends. */
  callRows: 2 ** 20,
};

/** Bytes from which on memory is worth large pages. */
const manyBytes = 2 ** 22;

/** An array of positions wide enough for values up to `highest`. */
export function indexArray(length: number, highest: number, room = freshRoom): IndexArray {
  return eager(room.take(highest < 2 ** 31 ? Int32Array : Float64Array, length) as IndexArray);
}

/** Memory for `length` elements; zeroed unless it comes from a room. */
export function dataArray(dtype: NumericDType, length: number, room = freshRoom): TypedArray {
  const { array, slots } = dtypes[dtype];
  return eager(room.take(array, length * slots));
}

function eager<T extends TypedArray>(array: T): T {
  if (array.byteLength >= manyBytes) native().hugePages(array);
  return array;
}

/** Number of rows (columns) of the major axis. */
export function majorOf(source: Compressed): number {
  return source.indptr.length - 1;
}

/** Turns counts[i] of run i, shifted by one, into where each run begins; the last is the sum. */
export function accumulate(counts: ArrayLike<number>): Float64Array {
  const ends = new Float64Array(counts.length + 1);
  for (let i = 0; i < counts.length; i++) ends[i + 1] = ends[i]! + counts[i]!;
  return ends;
}

/** Ends as an `indptr`. */
export function asIndptr(ends: Float64Array): IndexArray {
  const indptr = indexArray(ends.length, ends[ends.length - 1]!);
  indptr.set(ends);
  return indptr;
}
