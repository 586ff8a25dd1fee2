// SPDX-License-Identifier: BSD-3-Clause

import { dtypes, sameNumbers } from '../dtype';
import { kernelCall } from './kernels';
import { lanesOf, type Steps } from './passes';
import { accumulate, asIndptr, type Compressed, dataArray, indexArray, majorOf } from './source';
import { copySteps, cursorsOf } from './subset';

/** Numbers that are compared in a millisecond or so. */
const comparedAtOnce = 2 ** 18;

/** Whether indices rise within each row; `strictly`: none comes twice. One pass, ends at the first that does not. */
export function isSorted({ indices, indptr }: Compressed, strictly: boolean): boolean {
  for (let i = 0; i < indptr.length - 1; i++) {
    for (let k = indptr[i]! + 1; k < indptr[i + 1]!; k++) {
      if (!(strictly ? indices[k]! > indices[k - 1]! : indices[k]! >= indices[k - 1]!)) return false;
    }
  }
  return true;
}

/** A copy whose indices rise within each row; equal ones keep their order. */
export function* sortedSteps(source: Compressed): Steps<Compressed> {
  const own = yield* copySteps(source);
  const { slots } = dtypes[own.dtype];
  const lanes = lanesOf(own, majorOf(own));
  yield { source: own, lanes, values: true, owned: true, call: (part) => kernelCall('sort', part, slots) };
  return own;
}

/** A sorted copy in which entries at one place are summed up. `dropZeros` leaves out what is 0 then. */
export function* mergedSteps(source: Compressed, dropZeros: boolean): Steps<Compressed> {
  const sorted = yield* sortedSteps(source);
  const { dtype } = sorted;
  const { slots } = dtypes[dtype];
  const rows = majorOf(sorted);
  const lanes = lanesOf(sorted, rows);
  const boolean = dtype === 'bool';
  const counts = new Float64Array(rows);
  const common = { source: sorted, lanes, values: true, owned: true };
  yield { ...common, call: (part) => kernelCall('mergeCount', part, slots, boolean, dropZeros, counts) };
  const ends = accumulate(counts);
  if (ends[rows] === sorted.indices.length) return sorted;
  const indices = sorted.indices.BYTES_PER_ELEMENT === 8 ? new Float64Array(ends[rows]!) : indexArray(ends[rows]!, 0);
  const data = dataArray(dtype, ends[rows]!);
  const cursors = cursorsOf(lanes, ends);
  yield {
    ...common,
    call: (part, lane) => kernelCall('merge', part, boolean, dropZeros, slots, cursors[lane]!, indices, data),
  };
  return { dtype, data, indices, indptr: asIndptr(ends), minor: sorted.minor };
}

/** Whether two matrices of one shape and dtype hold the same elements, however they are stored. */
export function* sameSteps(a: Compressed, b: Compressed): Steps<boolean> {
  const mine = yield* mergedSteps(a, true);
  const theirs = yield* mergedSteps(b, true);
  for (const part of ['indptr', 'indices', 'data'] as const) {
    if (mine[part].length !== theirs[part].length) return false;
    for (let from = 0; from < mine[part].length; from += comparedAtOnce) {
      const to = from + comparedAtOnce;
      if (!sameNumbers(mine[part].subarray(from, to), theirs[part].subarray(from, to))) return false;
      yield;
    }
  }
  return true;
}
