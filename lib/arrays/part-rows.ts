// SPDX-License-Identifier: BSD-3-Clause

import type { IndexArray } from './dtype';
import { upperBound } from './upper-bound';

/** Rows of parts that lie below each other, by the part they lie in. */
export interface PartRows {
  /** Of each part, its own rows, in the order in which they were asked for. */
  readonly groups: readonly number[][];
  /** Where each row is found when those of the parts follow one another; null when that is the order that was asked for. */
  readonly order: Int32Array | null;
}

/**
 * @param starts - the first row of each part, ascending from 0; of parts that begin together, all but the last have no rows
 */
export function rowsByPart(starts: ArrayLike<number>, rows: IndexArray): PartRows {
  const groups: number[][] = Array.from({ length: starts.length }, () => []);
  const parts = new Int32Array(rows.length);
  let isGrouped = true;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    const part = upperBound(starts, row) - 1;
    parts[i] = part;
    if (i > 0 && part < parts[i - 1]!) isGrouped = false;
    groups[part]!.push(row - starts[part]!);
  }
  if (isGrouped) return { groups, order: null };
  let begin = 0;
  const next = groups.map(({ length }) => {
    begin += length;
    return begin - length;
  });
  return { groups, order: parts.map((part) => next[part]!++) };
}
