// SPDX-License-Identifier: BSD-3-Clause

import { commonDType } from '../common-dtype';
import { dtypes, type NumericDType } from '../dtype';
import type { Room } from '../room';
import { kernelCall } from './kernels';
import { lightLanesOf, type Steps } from './passes';
import { accumulate, asIndptr, type Compressed, dataArray, indexArray, majorOf } from './source';

/** A map for `placeRows` that leaves all positions as they are. */
export const everyPlace = new Int32Array(0);

/** Element type of an array made of several, by NumPy's rules; booleans give way to numbers. */
export function promote(kinds: readonly NumericDType[]): NumericDType {
  const numbers = kinds.filter((dtype) => dtype !== 'bool');
  return numbers.length === 0 ? 'bool' : commonDType(numbers)!;
}

/** One below the other along the major axis. */
export function* stackMajorSteps(sources: readonly Compressed[]): Steps<Compressed> {
  const lengths = new Float64Array(sources.reduce((sum, source) => sum + majorOf(source), 0));
  let at = 0;
  for (const { indptr } of sources) {
    for (let i = 0; i < indptr.length - 1; i++) lengths[at++] = indptr[i + 1]! - indptr[i]!;
  }
  const ends = accumulate(lengths);
  let row = 0;
  const starts = sources.map((source) => {
    const own = ends.slice(row, row + majorOf(source));
    row += majorOf(source);
    return own;
  });
  return yield* place(sources, ends, starts, null);
}

/**
 * Side by side: the minor axes follow each other.
 *
 * @param room - for the result, of matrices that belong to us alone
 */
export function* stackMinorSteps(sources: readonly Compressed[], room?: Room): Steps<Compressed> {
  const rows = majorOf(sources[0]!);
  const counts = new Float64Array(rows);
  for (const { indptr } of sources) {
    for (let i = 0; i < rows; i++) counts[i]! += indptr[i + 1]! - indptr[i]!;
  }
  const ends = accumulate(counts);
  const shared = ends.slice(0, rows);
  return yield* place(
    sources,
    ends,
    sources.map(() => shared),
    accumulate(sources.map(({ minor }) => minor)),
    room,
  );
}

/** Copies each matrix to where its cursors say; `shifts`: what to add to its minor positions, null for nothing. */
function* place(
  sources: readonly Compressed[],
  ends: Float64Array,
  cursors: readonly Float64Array[],
  shifts: Float64Array | null,
  room?: Room,
): Steps<Compressed> {
  const dtype = promote(sources.map((source) => source.dtype));
  const outSlots = dtypes[dtype].slots;
  const nnz = ends[ends.length - 1]!;
  const minor = shifts === null ? sources[0]!.minor : shifts[sources.length]!;
  const indices = indexArray(nnz, minor, room);
  const data = dataArray(dtype, nnz, room);
  const owned = room !== undefined;
  for (const [i, source] of sources.entries()) {
    const { slots } = dtypes[source.dtype];
    const shift = shifts?.[i] ?? 0;
    yield {
      source,
      lanes: lightLanesOf(source, majorOf(source), owned),
      values: true,
      light: true,
      owned,
      call: (part) => kernelCall('placeRows', part, slots, cursors[i]!, everyPlace, shift, indices, data, outSlots),
    };
  }
  return { dtype, data, indices, indptr: asIndptr(ends), minor };
}
