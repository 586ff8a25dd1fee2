// SPDX-License-Identifier: BSD-3-Clause

import type { Column } from './column';
import type { ColumnValue } from './column-from';
import { factorsOf } from './factors';

/** How values are counted. */
export interface ValueCountsOptions {
  /** The most frequent first (default); otherwise categories in their order, others by first appearance. */
  sort?: boolean;
  /** Leave missing values out (default); otherwise they are counted under null. */
  dropMissing?: boolean;
}

/** How often each value occurs, in the order of pandas; see `DataFrame.valueCounts`. */
export function valueCounts(
  column: Column,
  name: string,
  { sort = true, dropMissing = true }: ValueCountsOptions = {},
): Map<ColumnValue, number> {
  const { codes, count, valueAt } = factorsOf(column, name);
  const counts = new Float64Array(count);
  let missing = 0;
  let firstMissing = count;
  let seen = -1;
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row]!;
    if (code >= 0) {
      counts[code]!++;
      if (code > seen) seen = code;
    } else if (missing++ === 0) firstMissing = seen + 1;
  }
  const entries = Array.from(counts, (n, code): [ColumnValue, number] => [valueAt(code), n]);
  if (!dropMissing && missing > 0) entries.splice(isLast(column) ? count : firstMissing, 0, [null, missing]);
  return new Map(sort ? entries.sort((a, b) => b[1] - a[1]) : entries);
}

/** Whether pandas puts the missing values last, not where the first one is. */
function isLast({ encoding }: Column): boolean {
  return encoding === 'categorical' || encoding === 'nullable-integer' || encoding === 'nullable-boolean';
}
