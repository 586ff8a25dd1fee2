// SPDX-License-Identifier: BSD-3-Clause

import type { IndexArray, TypedArray } from '../arrays/dtype';
import type { Sums } from '../arrays/sparse/kernels';

/** Bytes a line takes in the two arrays that hold what is known of it so far (native/kernels/moments.h). */
export const lineBytes = { open: 40, total: 40 };

/** What all kernels of this folder take of the lines; `lows` and `highs` are of the values' kind, null unless they are wanted. */
type LineArrays = readonly [open: Float64Array, total: Float64Array, lows: TypedArray | null, highs: TypedArray | null];

/** Adds runs of values, run i being number `first + i` along the major axis, to their lines. All other arrays must be ours alone. */
export type MomentsCall = readonly [
  name: 'moments',
  starts: Float64Array,
  ends: Float64Array,
  first: number,
  /** Null: a run has a value at every position. */
  indices: IndexArray | null,
  data: TypedArray,
  /** Whether a run belongs to one line; otherwise each of its positions does. */
  along: boolean,
  /** Where the matrix has the first run, and the first position of a run. */
  major: number,
  minor: number,
  /** Positions of a run, of which those in [low, high) are looked at (all when `along`). */
  length: number,
  low: number,
  high: number,
  /** The group of each position along the axis that is added up, -1 for none; null when all are one group. */
  groups: Int32Array | null,
  /** Lines of a group. */
  width: number,
  ...lines: LineArrays,
  /** Set to 1 when values at one place come twice, or not in order: lines are then worth nothing. */
  failed: Uint8Array,
];

/** Ends `count` lines from `first` on, each of `length` values, zeros included. */
export type FinishCall = readonly [
  name: 'finishMoments',
  /** Of the values' kind; nothing is read of it. */
  kind: TypedArray,
  first: number,
  count: number,
  length: number,
  ddof: number,
  ...lines: LineArrays,
  sums: Sums,
  means: Float64Array,
  variances: Float64Array,
  nonzeros: Float64Array,
];
