// SPDX-License-Identifier: BSD-3-Clause

import { DenseArray } from '../../lib/arrays/dense-array';
import { RecordArray } from '../../lib/arrays/record-array';

const records = new RecordArray([
  ['name', DenseArray.from(['a', 'b'])],
  [
    'xy',
    DenseArray.from([
      [1, 2],
      [3, 4],
    ]),
  ],
  ['__proto__', DenseArray.from([true, false])],
]);

test('records are rows and fields', () => {
  expect(Object.entries(records.get(1))).toEqual([
    ['name', 'b'],
    ['xy', [3, 4]],
    ['__proto__', false],
  ]);
  expect(records.subset([1, 1]).field('name').toNested()).toEqual(['b', 'b']);
  expect(records.copy().equals(records)).toBe(true);
  expect(records.subset([1, 0]).equals(records)).toBe(false);
  expect(() => records.get(2)).toThrow(/row 2 is outside of \[0, 2\)/);
  expect(() => records.field('z')).toThrow(/there is no field "z"/);
});

test('fields have the same length and different names', () => {
  const one = DenseArray.from([1]);
  expect(
    () =>
      new RecordArray([
        ['a', one],
        ['b', DenseArray.from([1, 2])],
      ]),
  ).toThrow(/2 rows, not 1/);
  expect(
    () =>
      new RecordArray([
        ['a', one],
        ['a', one],
      ]),
  ).toThrow(/same name/);
  expect(() => new RecordArray([['a', DenseArray.scalar(1, 'int8')]])).toThrow(/no rows/);
  expect(new RecordArray([], 3).length).toBe(3);
});
