// SPDX-License-Identifier: BSD-3-Clause

import { isDenseArray } from '../arrays/dense-array';
import type { IndexArray, TypedArray } from '../arrays/dtype';
import type { Matrix } from '../arrays/matrix';

/** A matrix as runs of values that lie one behind the other in memory: its rows, or its columns. */
export interface Runs {
  /** 0: runs are rows. */
  readonly axis: 0 | 1;
  readonly count: number;
  /** Positions of a run. */
  readonly length: number;
  readonly data: TypedArray;
  /** Null: there is a value at every position. */
  readonly indices: IndexArray | null;
  /** Where run i begins in `data`; the run before ends there or earlier. */
  start(i: number): number;
  end(i: number): number;
}

/** The runs of a matrix of numbers; null for a dense one whose rows and columns both have gaps. */
export function runsOf(matrix: Matrix): Runs | null {
  if (isDenseArray(matrix)) {
    const { shape, stride, offset } = matrix;
    const axis = shape[1]! <= 1 || stride[1] === 1 ? 0 : shape[0]! <= 1 || stride[0] === 1 ? 1 : null;
    if (axis === null) return null;
    const length = shape[1 - axis]!;
    const start = (i: number): number => offset + i * stride[axis]!;
    return {
      axis,
      count: shape[axis]!,
      length,
      data: matrix.data as TypedArray,
      indices: null,
      start,
      end: (i) => start(i) + length,
    };
  }
  const { format, shape, data, indices, indptr } = matrix;
  const axis = format === 'csr' ? 0 : 1;
  return {
    axis,
    count: shape[axis],
    length: shape[1 - axis]!,
    data,
    indices,
    start: (i) => indptr[i]!,
    end: (i) => indptr[i + 1]!,
  };
}

/** Some runs, as a kernel takes them. */
export interface Piece {
  readonly first: number;
  readonly starts: Float64Array;
  readonly ends: Float64Array;
}

/** What a piece holds at most, but for a single longer run; may change between pieces. */
export interface PieceLimit {
  values: number;
  runs: number;
}

/** The runs in pieces, in their order. */
export function* piecesOf(runs: Runs, limit: PieceLimit): Generator<Piece> {
  for (let first = 0; first < runs.count; ) {
    let to = first;
    for (let values = 0; to < runs.count && to - first < limit.runs; to++) {
      values += runs.end(to) - runs.start(to);
      if (values > limit.values && to > first) break;
    }
    const count = to - first;
    const starts = Float64Array.from({ length: count }, (_, i) => runs.start(first + i));
    const ends = Float64Array.from({ length: count }, (_, i) => runs.end(first + i));
    yield { first, starts, ends };
    first = to;
  }
}
