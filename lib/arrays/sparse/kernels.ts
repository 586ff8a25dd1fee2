// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError } from '../../errors';
import type { IndexArray, TypedArray } from '../dtype';

/** Some rows (columns of csc); row i is number `first + i` and holds the entries [starts[i], ends[i]). */
export interface Rows {
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  readonly first: number;
  readonly indices: IndexArray;
  readonly data: TypedArray;
}

/** Sums of 64 bits; booleans and signed integers add up to int64, unsigned ones to uint64, all others to float64. */
export type Sums = Float64Array | BigInt64Array | BigUint64Array;

type Slots = number;

/**
 * The arguments of each kernel after its rows. `slots`: array elements a number takes, 2 for complex ones. A `cursor`
 * (one element) or `cursors` say where to write next and are moved on. All these arrays must belong to us alone.
 */
export interface Kernels {
  /** counts[j] += entries at minor position j. */
  count: [counts: IndexArray];
  /** Writes each entry, with the number of its row, to where cursors[minor position] stands. */
  scatter: [slots: Slots, cursors: IndexArray, indices: IndexArray, data: TypedArray];
  /** counts[row] += entries at the places; see `placesOf`. */
  countPlaced: [first: Int32Array, next: Int32Array, counts: Float64Array];
  takePlaced: [
    first: Int32Array,
    next: Int32Array,
    slots: Slots,
    cursor: Float64Array,
    indices: IndexArray,
    data: TypedArray,
  ];
  takeRows: [slots: Slots, cursor: Float64Array, indices: IndexArray, data: TypedArray];
  /**
   * Copies each row to cursors[row], its values converted. Minor position j becomes map[j] + shift and is left out where map[j] is
   * negative; an empty map keeps them all.
   */
  placeRows: [
    slots: Slots,
    cursors: Float64Array,
    map: Int32Array,
    shift: number,
    indices: IndexArray,
    data: TypedArray,
    outSlots: Slots,
  ];
  /** sums[row] += its values. */
  sumRows: [slots: Slots, sums: Sums];
  /** sums[minor position] += its values. */
  sumMinor: [slots: Slots, sums: Sums];
  /**
   * The same for minor positions in [low, high), for lanes that share all rows. Sets `failed[0]` when a row is not sorted: the sums
   * are then worth nothing.
   */
  sumMinorPart: [slots: Slots, sums: Sums, low: number, high: number, failed: Uint8Array];
  addToDense: [slots: Slots, boolean: boolean, minor: number, majorStep: number, minorStep: number, dense: TypedArray];
  /** Sorts the rows in place, equal indices keep their order. The rows must belong to us alone. */
  sort: [slots: Slots];
  /** counts[row] = places of a sorted row. */
  mergeCount: [slots: Slots, boolean: boolean, dropZeros: boolean, counts: Float64Array];
  /** Writes sorted rows with the entries at one place summed up. */
  merge: [
    boolean: boolean,
    dropZeros: boolean,
    slots: Slots,
    cursor: Float64Array,
    indices: IndexArray,
    data: TypedArray,
  ];
}

type KernelName = keyof Kernels;

/** A kernel and its arguments, as the addon takes them. */
export type KernelCall = readonly [
  name: KernelName,
  starts: Float64Array,
  ends: Float64Array,
  first: number,
  indices: IndexArray,
  data: TypedArray,
  ...rest: readonly unknown[],
];

/** The call of a kernel on rows. */
export function kernelCall<K extends KernelName>(name: K, rows: Rows, ...args: Kernels[K]): KernelCall {
  return [name, rows.starts, rows.ends, rows.first, rows.indices, rows.data, ...args];
}

/** What every kernel says of an index outside of the matrix. */
export function badIndex(rows: Rows, row: number, index: number, limit: number): AnnDataError {
  return new AnnDataError('ERR_SHAPE', `index ${index} in run ${rows.first + row} is outside of [0, ${limit})`);
}

/** When what was counted is not what is written. */
export function noRoom(): AnnDataError {
  return new AnnDataError('ERR_SHAPE', 'the matrix changed while it was worked on');
}
