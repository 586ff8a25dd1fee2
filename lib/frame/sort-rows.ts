// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError } from '../errors';
import type { DataFrame } from './data-frame';
import { type Factors, factorsOf, ranksOf } from './factors';

/** How rows are sorted. */
export interface SortOptions {
  /** From large to small: for all columns, or one a column. */
  descending?: boolean | readonly boolean[];
  /** Where missing values and NaN go; last by default. */
  missing?: 'first' | 'last';
}

/** One key to sort rows by. */
export interface SortKey {
  readonly factors: Factors;
  readonly descending: boolean;
}

/** Positions of the rows of a frame in the order of one or several columns; see `DataFrame.sort`. */
export function sortedPositions(
  frame: Pick<DataFrame, 'column' | 'nRows'>,
  by: string | readonly string[],
  { descending = false, missing = 'last' }: SortOptions = {},
): Int32Array {
  const names = typeof by === 'string' ? [by] : by;
  if (typeof descending !== 'boolean' && descending.length !== names.length) {
    throw new AnnDataError('ERR_ARGUMENT', `there are ${names.length} columns, but ${descending.length} directions`);
  }
  const keys = names.map((name, i) => ({
    factors: factorsOf(frame.column(name), name),
    descending: typeof descending === 'boolean' ? descending : descending[i] === true,
  }));
  return sortRows(frame.nRows, keys, missing);
}

/**
 * Positions of rows in the order of the first key, among equals of the second, and so on; rows equal in all keep their
 * order. Counting sort from the last key to the first. Cost: the rows a key, and sorting the different values of each.
 */
function sortRows(length: number, keys: readonly SortKey[], missing: 'first' | 'last'): Int32Array {
  let rows = Int32Array.from({ length }, (_, row) => row);
  for (const key of [...keys].reverse()) rows = sortedBy(rows, key, missing);
  return rows;
}

function sortedBy(
  rows: Int32Array,
  { factors, descending }: SortKey,
  missing: 'first' | 'last',
): Int32Array<ArrayBuffer> {
  const { codes, count } = factors;
  const ranks = ranksOf(factors);
  const bucketOf = (row: number): number => {
    const code = codes[row]!;
    if (code < 0) return missing === 'first' ? 0 : count + 1;
    return descending ? count - ranks[code]! : ranks[code]! + 1;
  };
  const next = new Int32Array(count + 3);
  for (let i = 0; i < rows.length; i++) next[bucketOf(rows[i]!) + 1]!++;
  for (let bucket = 1; bucket < next.length; bucket++) next[bucket]! += next[bucket - 1]!;
  const sorted = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) sorted[next[bucketOf(rows[i]!)]!++] = rows[i]!;
  return sorted;
}
