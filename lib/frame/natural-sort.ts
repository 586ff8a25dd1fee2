// SPDX-License-Identifier: BSD-3-Clause

import { compareText } from '../text-order';

/**
 * Sorts text as people count: runs of digits by their value, the rest by code point, upper before lower case.
 * Equal ones (`a01`, `a1`) stay in code-point order. Returns a new array.
 *
 * @example
 * ```ts
 * naturalSort(['B', 'a', 'A', 'x10', 'x9']); // A B a x9 x10
 * ```
 */
export function naturalSort(values: readonly string[]): string[] {
  return values
    .map((value) => ({ value, key: keyOf(value) }))
    .sort((a, b) => compareKeys(a.key, b.key) || compareText(a.value, b.value))
    .map(({ value }) => value);
}

/** Text at even places, digits at odd ones. */
function keyOf(value: string): string[] {
  return value.normalize('NFD').split(/([0-9]+)/);
}

function compareKeys(a: readonly string[], b: readonly string[]): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const order =
      i % 2 === 1 ? compareDigits(a[i] as string, b[i] as string) : compareText(a[i] as string, b[i] as string);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareDigits(a: string, b: string): number {
  const x = a.replace(/^0+/, '');
  const y = b.replace(/^0+/, '');
  return x.length - y.length || (x < y ? -1 : x > y ? 1 : 0);
}
