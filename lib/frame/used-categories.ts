// SPDX-License-Identifier: BSD-3-Clause

import type { Vector } from '../arrays/arrow';
import { dictionaryParts } from '../arrays/dictionary';
import type { Column } from './column';

/**
 * Which categories of a categorical column some of the given rows have, ascending; null asks for all rows. Cost: the
 * codes of the column.
 */
export function usedCategories(column: Column, rows: ArrayLike<number> | null): Int32Array {
  const { codes, dictionary } = dictionaryParts(column.values as Vector);
  const used = new Uint8Array(dictionary.length);
  const count = rows === null ? codes.length : rows.length;
  for (let i = 0; i < count; i++) {
    const code = codes[rows === null ? i : rows[i]!]!;
    if (code >= 0) used[code] = 1;
  }
  return Int32Array.from(used.keys()).filter((code) => used[code] === 1);
}
