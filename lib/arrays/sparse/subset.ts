// SPDX-License-Identifier: BSD-3-Clause

import { allocate, dtypes, type IndexArray, type NumericDType, type TypedArray } from '../dtype';

/** What the kernels see of a matrix: `major` is the compressed axis (rows of csr, columns of csc). */
export interface Compressed {
  readonly dtype: NumericDType;
  readonly data: TypedArray;
  readonly indices: IndexArray;
  readonly indptr: IndexArray;
  readonly minor: number;
}

/** An array of positions wide enough for values up to `highest`. */
export function indexArray(length: number, highest: number): IndexArray {
  return highest < 2 ** 31 ? new Int32Array(length) : new Float64Array(length);
}

/** Where each position of the minor axis goes: the first new position, and from each to the next of the same source. */
interface Places {
  first: IndexArray;
  next: IndexArray;
}

function placesOf(columns: IndexArray, minor: number): Places {
  const first = indexArray(minor, columns.length).fill(-1);
  const next = indexArray(columns.length, columns.length);
  for (let to = columns.length - 1; to >= 0; to--) {
    next[to] = first[columns[to]!]!;
    first[columns[to]!] = to;
  }
  return { first, next };
}

/** Takes positions of both axes; entries keep their order within a row, repeats of a column stand side by side. */
export function subsetCompressed(
  source: Compressed,
  major: IndexArray | null,
  minor: IndexArray | null,
): Omit<Compressed, 'minor'> {
  const { dtype, data, indices, indptr } = source;
  const { slots } = dtypes[dtype];
  const places = minor === null ? null : placesOf(minor, source.minor);
  const rows = major === null ? indptr.length - 1 : major.length;
  const ends = new Float64Array(rows + 1);
  for (let i = 0; i < rows; i++) {
    const row = major === null ? i : major[i]!;
    let count = 0;
    if (places === null) count = indptr[row + 1]! - indptr[row]!;
    else {
      for (let k = indptr[row]!; k < indptr[row + 1]!; k++) {
        for (let to = places.first[indices[k]!]!; to >= 0; to = places.next[to]!) count++;
      }
    }
    ends[i + 1] = ends[i]! + count;
  }
  const nnz = ends[rows]!;
  const outData = allocate(dtype, nnz);
  const outIndices = indexArray(nnz, minor === null ? source.minor : minor.length);
  let at = 0;
  for (let i = 0; i < rows; i++) {
    const row = major === null ? i : major[i]!;
    const [from, to] = [indptr[row]!, indptr[row + 1]!];
    if (places === null) {
      outIndices.set(indices.subarray(from, to), at);
      outData.set(data.subarray(from * slots, to * slots) as never, at * slots);
      at += to - from;
      continue;
    }
    for (let k = from; k < to; k++) {
      for (let place = places.first[indices[k]!]!; place >= 0; place = places.next[place]!) {
        outIndices[at] = place;
        for (let slot = 0; slot < slots; slot++) outData[at * slots + slot] = data[k * slots + slot] as never;
        at++;
      }
    }
  }
  const outIndptr = indexArray(rows + 1, nnz);
  outIndptr.set(ends);
  return { dtype, data: outData, indices: outIndices, indptr: outIndptr };
}
