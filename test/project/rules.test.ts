// SPDX-License-Identifier: BSD-3-Clause
//
// Each rule of behaviour has a test whose title starts with its number.

import { testFiles, testTitles } from '../support/test-titles';

const numbered = (letter: string, first: number, last: number): string[] =>
  Array.from({ length: last - first + 1 }, (_, i) => `${letter}${first + i}`);

/** Those that need what does not exist yet, and the issue that brings it. */
const later = new Map<string, string>();

const rules = [
  ...['1.2', '2.4'],
  ...numbered('I', 1, 18),
  ...numbered('V', 1, 7),
  ...numbered('S', 1, 4),
  ...numbered('N', 1, 4),
  ...numbered('R', 1, 3),
  ...numbered('C', 1, 18),
  ...numbered('D', 8, 12),
  ...['D13', 'D14', 'D16', 'D17', 'D19'],
];

/** The numbers at the start of a title: `I9, D12 numbers …`, `C6: sparse`. */
function numbersOf(title: string): string[] {
  const [head] = /^(?:(?:[A-Z]\d+|\d\.\d+)[ ,:]*)*/.exec(title) as RegExpExecArray;
  return head.match(/[A-Z]\d+|\d\.\d+/g) ?? [];
}

test('numbers are found at the start of a title only', () => {
  expect(['I9, D12 numbers', 'C6: sparse', '1.2 %s', 'of obsm (D11)', '2.7'].map(numbersOf)).toEqual([
    ['I9', 'D12'],
    ['C6'],
    ['1.2'],
    [],
    ['2.7'],
  ]);
});

test('every rule has a test with its number, and no other is said to come later', () => {
  const files = testFiles();
  expect(files.length).toBeGreaterThan(50);
  const tested = new Set(files.flatMap(testTitles).flatMap(numbersOf));
  expect(rules.filter((rule) => !tested.has(rule))).toEqual([...later.keys()]);
});
