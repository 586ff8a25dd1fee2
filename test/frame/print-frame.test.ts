// SPDX-License-Identifier: BSD-3-Clause

import { inspect } from 'node:util';
import { DenseArray } from '../../lib/arrays/dense-array';
import { categorical } from '../../lib/frame/column-from';
import { DataFrame } from '../../lib/frame/data-frame';
import { printFrame } from '../../lib/frame/print-frame';

test('a frame prints as a table', () => {
  const frame = new DataFrame({
    columns: {
      n: [1, null],
      kind: categorical(['T cell', null]),
      z: DenseArray.from(
        [
          [1, -2],
          [0, 3],
        ],
        'complex64',
      ),
    },
    index: ['AAAC-1', 'line\nbreak'],
    indexName: 'barcode',
  });
  const expected = [
    'DataFrame 2 rows × 3 columns',
    'barcode     n  kind    z',
    'AAAC-1      1  T cell  1-2j',
    'line break  —  —       0+3j',
  ].join('\n');
  expect(printFrame(frame, 80)).toBe(expected);
  expect(inspect(frame)).toBe(String(frame));
});

test('only the first rows, and the columns that fit, are shown', () => {
  const columns = Array.from({ length: 50 }, (_, i): [string, Int8Array] => [`column${i}`, new Int8Array(20)]);
  const lines = printFrame(new DataFrame({ columns }), 40).split('\n');
  expect(lines[0]).toBe('DataFrame 20 rows × 50 columns');
  expect(lines).toHaveLength(11);
  expect(lines.at(-1)).toBe('…');
  expect(lines[1]).toMatch(/^ +column0 .* …$/);
  for (const line of lines) expect(line.length).toBeLessThan(45);
});

test('long values are cut, never inside of a character', () => {
  const frame = new DataFrame({ columns: { a: [`${'x'.repeat(22)}\u{1f600}yz`] } });
  expect(printFrame(frame, 80)).toContain(`${'x'.repeat(22)}…`);
  expect((printFrame(frame, 80) as string & { isWellFormed(): boolean }).isWellFormed()).toBe(true);
});

test('an empty frame says so', () => {
  expect(printFrame(new DataFrame())).toContain('DataFrame 0 rows × 0 columns');
});
