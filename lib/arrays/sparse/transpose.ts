// SPDX-License-Identifier: BSD-3-Clause

import { dtypes, type IndexArray } from '../dtype';
import type { Room } from '../room';
import { kernelCall } from './kernels';
import { type Lane, lanesOf, oneLane, type Steps } from './passes';
import { type Compressed, dataArray, indexArray, majorOf } from './source';

/**
 * The same matrix compressed along the other axis: csr ↔ csc. Entries of the result are sorted, those at one place keep
 * their order. Cost: two passes over the entries; memory: the result and a counter for each minor position and thread.
 *
 * @param room - for the result, of a matrix that belongs to us alone
 */
export function* otherFormatSteps(source: Compressed, room?: Room): Steps<Compressed> {
  const { dtype, minor } = source;
  const { slots } = dtypes[dtype];
  const rows = majorOf(source);
  const nnz = source.indices.length;
  // A counter a thread and minor position is only worth it where there are many entries for each.
  const lanes: Lane[] = minor > nnz / 4 ? oneLane(rows) : lanesOf(source, rows);
  const cursors = lanes.map(() => indexArray(minor, nnz));
  const call = kernelCall;
  const owned = room !== undefined;
  yield { source, lanes, values: false, light: true, owned, call: (part, lane) => call('count', part, cursors[lane]!) };
  const indptr = indexArray(minor + 1, nnz);
  indptr[minor] = countsToCursors(cursors, indptr);
  const indices = indexArray(nnz, rows, room);
  const data = dataArray(dtype, nnz, room);
  yield {
    source,
    lanes,
    values: true,
    owned,
    call: (part, lane) => call('scatter', part, slots, cursors[lane]!, indices, data),
  };
  return { dtype, data, indices, indptr, minor: rows };
}

/** Turns the counts of each lane into where it begins to write; earlier lanes, which have earlier rows, come first. */
function countsToCursors(lanes: readonly IndexArray[], indptr: IndexArray): number {
  let at = 0;
  for (let j = 0; j < indptr.length - 1; j++) {
    indptr[j] = at;
    for (const lane of lanes) {
      const count = lane[j]!;
      lane[j] = at;
      at += count;
    }
  }
  return at;
}
