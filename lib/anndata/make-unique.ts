// SPDX-License-Identifier: BSD-3-Clause

import { isVector, stringVector, type Vector } from '../arrays/arrow';
import { takePlain } from '../arrays/take-plain';
import { TextTable } from '../arrays/text-table';
import { NameIndex } from '../frame/name-index';
import { warn } from '../warnings';

/**
 * Names without repeats: the first of equal ones stays, the others get `join` and a number from 1 on; numbers whose name
 * is taken are skipped, which gives a warning. Missing names stay missing. A vector without repeats is returned as it is.
 *
 * @param values - a vector of text, or strings; the result is of the same kind
 * @example
 * ```ts
 * makeIndexUnique(['a', 'a', 'b', 'a']); // a a-1 b a-2
 * ```
 */
export function makeIndexUnique(values: Vector, join?: string): Vector;
export function makeIndexUnique(values: readonly (string | null)[], join?: string): (string | null)[];
export function makeIndexUnique(values: Vector | readonly (string | null)[], join = '-'): Vector | (string | null)[] {
  if (isVector(values)) return uniqueNames(values, join);
  return [...uniqueNames(stringVector(values), join)] as (string | null)[];
}

function uniqueNames(names: Vector, join: string): Vector {
  const index = NameIndex.of(names);
  if (index.repeats === 0) return names;
  const { codes, firstRows } = new TextTable(names).fill();
  const counters = new Int32Array(firstRows.length);
  const fresh = new Set<string>();
  const collisions: string[] = [];
  const rows = Int32Array.from({ length: names.length }, (_, row) => row);
  for (let row = 0; row < rows.length; row++) {
    const code = codes[row]!;
    if (code < 0 || firstRows[code] === row) continue;
    const stem = `${names.get(row) as string}${join}`;
    let name = `${stem}${++counters[code]!}`;
    for (; fresh.has(name) || index.has(name); name = `${stem}${++counters[code]!}`) collisions.push(name);
    rows[row] = names.length + fresh.size;
    fresh.add(name);
  }
  if (collisions.length > 0) {
    const some = collisions.slice(0, 5).join(', ');
    warn('UserWarning', `some names with "${join}" and a number were taken already (${some}): try another join`);
  }
  // The new names behind the old ones: names that stay need not become strings.
  return takePlain(names.concat(stringVector(fresh)), rows);
}
