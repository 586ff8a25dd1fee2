// SPDX-License-Identifier: BSD-3-Clause

import type { Selection } from './storage';

/** One piece of a selection and where its elements go among all that are selected. */
export interface Slice {
  selection: Selection;
  /** Position of its first element, in elements. */
  from: number;
  /** Position after its last element. */
  to: number;
}

/**
 * Cuts a selection along its first axis into pieces of about `elements`, ending at multiples of `chunkRows`, so that no
 * chunk is decoded twice. A row is never cut. An empty selection has no pieces.
 */
export function* slices(selection: Selection, elements: number, chunkRows: number): Generator<Slice> {
  const { start, count } = selection;
  const total = count.reduce((product, n) => product * n, 1);
  if (total === 0) return;
  const [first, rows] = [start[0], count[0]];
  if (first === undefined || rows === undefined) {
    yield { selection, from: 0, to: total };
    return;
  }
  const row = total / rows;
  const step = Math.max(1, Math.floor(elements / row));
  const end = first + rows;
  for (let at = first; at < end; ) {
    const next = Math.min(end, Math.ceil((at + step) / chunkRows) * chunkRows);
    const part = { start: [at, ...start.slice(1)], count: [next - at, ...count.slice(1)] };
    yield { selection: part, from: (at - first) * row, to: (next - first) * row };
    at = next;
  }
}
