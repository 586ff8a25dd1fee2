// SPDX-License-Identifier: BSD-3-Clause

import { numericVector, stringVector, utf8Data, utf8Vector, type Vector } from '../../lib/arrays/arrow';
import { DenseArray } from '../../lib/arrays/dense-array';
import { type ColumnInput, categorical } from '../../lib/frame/column-from';
import { DataFrame } from '../../lib/frame/data-frame';

function after(values: ColumnInput, rows: number[], replacement: unknown): unknown[] {
  const frame = new DataFrame({ columns: { a: values } });
  const before = [...(frame.column('a').values as Vector)];
  const copy = frame.copy().setValues('a', rows, replacement);
  expect([...(frame.column('a').values as Vector)]).toEqual(before);
  return [...(copy.column('a').values as Vector)];
}

test('values are given one for each row, or one for all, by whatever holds them', () => {
  expect(after([1, 2, 3], [0, 2], 9)).toEqual([9n, 2n, 9n]);
  expect(after([1, 2, 3], [2, 0], [7, 8])).toEqual([8n, 2n, 7n]);
  expect(after([1, 2, 3], [2, 0], Float64Array.of(7, 8))).toEqual([8n, 2n, 7n]);
  expect(after([1, 2, 3], [2, 0], numericVector('int8', Int8Array.of(7, 8)))).toEqual([8n, 2n, 7n]);
  expect(after([1, 2, 3], [2, 0], DenseArray.from([7, 8]))).toEqual([8n, 2n, 7n]);
  expect(after(['a', 'b'], [1], stringVector(['ä']))).toEqual(['a', 'ä']);
  expect(after(['a', 'b', 'c'], [2, 1, 2], ['x', '', 'long enough'])).toEqual(['a', '', 'long enough']);
  expect(after(['a', 'b'], [], [])).toEqual(['a', 'b']);
});

test('each kind of column takes its own values', () => {
  expect(after(categorical(['a', 'b']), [0, 1], ['b', null])).toEqual(['b', null]);
  expect(after(categorical([1, 2]), [0], 2)).toEqual([2n, 2n]);
  expect(after([true, false], [1], true)).toEqual([true, true]);
  expect(after([1.5, 2.5], [0], 2n)).toEqual([2, 2.5]);
  expect(
    after(
      DenseArray.from(
        [
          [1, 2],
          [3, 4],
        ],
        'complex64',
      ),
      [1],
      [5, 6],
    ),
  ).toEqual([
    [1, 2],
    [5, 6],
  ]);
  expect(
    after(
      DenseArray.from(
        [
          [1, 2],
          [3, 4],
        ],
        'complex64',
      ),
      [1],
      null,
    ),
  ).toEqual([
    [1, 2],
    [Number.NaN, 0],
  ]);
  expect(
    after(
      DenseArray.from(
        [
          [1, 2],
          [3, 4],
        ],
        'complex64',
      ),
      [0, 1],
      [7, [8, 9]],
    ),
  ).toEqual([
    [7, 0],
    [8, 9],
  ]);
});

test('a value made missing turns the column into its nullable kind', () => {
  const frame = new DataFrame({ columns: { t: ['a', 'b'], i: [1, 2], f: Float32Array.of(1, 2), o: [true, true] } });
  for (const name of frame.columns) frame.setValues(name, [1], null);
  const encodings = frame.columns.map((name) => frame.column(name).encoding);
  expect(encodings).toEqual(['nullable-string-array', 'nullable-integer', 'array', 'nullable-boolean']);
  expect([...frame.get('t')]).toEqual(['a', null]);
  expect([...frame.get('f')]).toEqual([1, Number.NaN]);
  expect([...frame.setValues('i', [1], 5).get('i')]).toEqual([1n, 5n]);
});

test('what lies under other missing values stays', () => {
  const hidden = utf8Vector({ offsets: Int32Array.of(0, 1, 2), bytes: Buffer.from('xy') }, Uint8Array.of(0, 1));
  const frame = new DataFrame({ columns: { t: hidden } }).setValues('t', [1], 'z');
  expect(Buffer.from(utf8Data(frame.get('t')).bytes).toString()).toBe('xz');
});

test.each<[string, ColumnInput, unknown, RegExp]>([
  ['text for numbers', [1], 'a', /a does not fit a column of dtype int64/],
  ['a fraction for integers', [1], 1.5, /does not fit/],
  ['a number out of range', Uint8Array.of(1), 256, /does not fit/],
  ['a negative one for unsigned', Uint8Array.of(1), -1, /does not fit/],
  ['a number for text', ['a'], 1, /does not fit/],
  ['a number for booleans', [true], 1, /does not fit/],
  ['a boolean for numbers', [1.5], true, /does not fit/],
  ['a label that is no category', categorical(['a']), 'w', /"w" is none of the categories "a"/],
  ['too many values', [1], [1, 2], /1 rows but 2 values/],
  ['an object', [1], {}, /one value, a list/],
])('%s is refused, and nothing changed', (_, values, replacement, message) => {
  const frame = new DataFrame({ columns: { a: values } });
  const before = frame.column('a');
  expect(() => frame.setValues('a', [0], replacement)).toThrow(message);
  expect(() => frame.setValues('a', [1], 'x')).toThrow(/row 1 is outside of \[0, 1\)/);
  expect(frame.column('a')).toBe(before);
});
