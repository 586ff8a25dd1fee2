// SPDX-License-Identifier: BSD-3-Clause

import { dtypes, type IndexArray, type TypedArray } from '../dtype';
import { type KernelCall, kernelCall, type Rows } from './kernels';
import { type Lane, type Steps, shortLanesOf } from './passes';
import { accumulate, asIndptr, type Compressed, dataArray, indexArray, majorOf } from './source';

/** Where positions of the minor axis go: the first new position of each (or −1), and from each to the next of the same source. */
interface Places {
  readonly first: Int32Array;
  readonly next: Int32Array;
}

function placesOf(positions: IndexArray, minor: number): Places {
  const first = new Int32Array(minor).fill(-1);
  const next = new Int32Array(positions.length);
  let repeats = false;
  for (let to = positions.length - 1; to >= 0; to--) {
    next[to] = first[positions[to]!]!;
    repeats ||= next[to]! >= 0;
    first[positions[to]!] = to;
  }
  // Without repeats nothing comes next, and the kernels need not look.
  return { first, next: repeats ? next : new Int32Array(0) };
}

/**
 * Takes positions of both axes; null takes all. Entries keep their order within a row, repeats of a minor position stand
 * side by side. Cost: the entries of the rows taken; with minor positions twice, plus the length of the minor axis.
 */
export function* subsetSteps(
  source: Compressed,
  picked: IndexArray | null,
  minor: IndexArray | null,
): Steps<Compressed> {
  const { dtype, indptr } = source;
  const { slots } = dtypes[dtype];
  const rows = picked?.length ?? majorOf(source);
  const lanes = shortLanesOf(source, rows);
  const places = minor === null ? null : placesOf(minor, source.minor);
  const counts = new Float64Array(rows);
  if (places !== null) {
    const call = (part: Rows): KernelCall => kernelCall('countPlaced', part, places.first, places.next, counts);
    yield { source, picked, lanes, values: false, light: true, call };
  } else {
    for (let i = 0; i < rows; i++) {
      const row = picked === null ? i : picked[i]!;
      counts[i] = indptr[row + 1]! - indptr[row]!;
    }
  }
  const ends = accumulate(counts);
  const outMinor = minor?.length ?? source.minor;
  const indices = indexArray(ends[rows]!, outMinor);
  const data = dataArray(dtype, ends[rows]!);
  const cursors = cursorsOf(lanes, ends);
  yield {
    source,
    picked,
    lanes,
    values: true,
    light: true,
    call: (part, lane) =>
      places === null
        ? kernelCall('takeRows', part, slots, cursors[lane]!, indices, data)
        : kernelCall('takePlaced', part, places.first, places.next, slots, cursors[lane]!, indices, data),
  };
  return { dtype, data, indices, indptr: asIndptr(ends), minor: outMinor };
}

/** Where each lane begins to write, when its rows end at `ends`. */
export function cursorsOf(lanes: readonly Lane[], ends: ArrayLike<number>): Float64Array[] {
  return lanes.map(({ from }) => Float64Array.of(ends[from]!));
}

/** A copy with memory of its own, whose positions are as narrow as they can be. */
export function* copySteps(source: Compressed): Steps<Compressed & { data: TypedArray }> {
  return yield* subsetSteps(source, null, null);
}
