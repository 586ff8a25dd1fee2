// SPDX-License-Identifier: BSD-3-Clause

import fc from 'fast-check';
import { stringVector } from '../../lib/arrays/arrow';
import { DenseArray } from '../../lib/arrays/dense-array';
import { categorical, columnFrom } from '../../lib/frame/column-from';
import { DataFrame } from '../../lib/frame/data-frame';

test('a frame keeps order, checks lengths and shares nothing that changes', () => {
  const frame = new DataFrame({ columns: { b: [1, 2], a: ['x', 'y'] }, index: ['r0', 'r1'] });
  const copy = frame.copy();
  copy
    .setValues('b', [1], 7)
    .set('c', categorical(['u', 'v']))
    .rename('a', 'z');
  copy.indexName = 'cells';
  expect(frame.columns).toEqual(['b', 'a']);
  expect(frame.indexName).toBeNull();
  expect(copy.columns).toEqual(['b', 'z', 'c']);
  expect([...frame.get('b')]).toEqual([1n, 2n]);
  expect(() => frame.set('d', [1])).toThrow(/1 values, the frame 2 rows/);
  expect({ ...copy.subset([1, 1]).at(0) }).toEqual({ b: 7n, z: 'y', c: 'v' });
  expect([...copy.subset([1, 0]).index]).toEqual(['r1', 'r0']);
  expect(copy.equals(copy.copy())).toBe(true);
  expect(copy.equals(frame)).toBe(false);
});

test('rows of rows are rows', () => {
  const frame = new DataFrame({
    columns: {
      i: [1, null, 3],
      t: ['a', 'ä', null],
      c: categorical(['u', null, 'v']),
      f: [0.5, null, 2],
      o: [true, null, false],
    },
  });
  const rows = fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(rows, fc.array(fc.nat()), (first, picks) => {
      const second = picks.map((pick) => pick % first.length);
      const direct = frame.subset(second.map((row) => first[row]!));
      expect(frame.subset(first).subset(second).equals(direct)).toBe(true);
      second.forEach((row, i) => {
        expect({ ...direct.at(i) }).toEqual({ ...frame.at(first[row]!) });
      });
    }),
  );
});

test('frames without rows or without columns', () => {
  const none = new DataFrame();
  expect([none.shape, none.columns, [...none.index]]).toEqual([[0, 0], [], []]);
  expect(none.set('a', []).shape).toEqual([0, 1]);
  const bare = new DataFrame({ index: ['a', 'b'] });
  expect([bare.shape, bare.subset([1]).nRows, { ...bare.at(0) }]).toEqual([[2, 0], 1, {}]);
  expect([...new DataFrame({ columns: { a: [1, 2] } }).index]).toEqual(['0', '1']);
});

test('equality looks at values, kinds, order and the index', () => {
  const make = (): DataFrame =>
    new DataFrame({ columns: { a: [1.5, null], b: ['x', 'y'] }, index: ['r', 's'], indexName: 'i' });
  expect(make().equals(make())).toBe(true);
  for (const change of [
    (frame: DataFrame) => frame.setValues('a', [0], 2),
    (frame: DataFrame) => frame.set('a', Float32Array.of(1.5, Number.NaN)),
    (frame: DataFrame) => frame.setIndex(['r', 't']),
    (frame: DataFrame) => frame.setIndex(['r', 's'], null),
    (frame: DataFrame) => frame.rename('a', 'c'),
    (frame: DataFrame) => void frame.delete('a'),
    (frame: DataFrame) => frame.set('a', frame.column('a')).rename('a', 'z').set('a', [1.5, null]).delete('z'),
  ]) {
    const other = make();
    change(other);
    expect(make().equals(other)).toBe(false);
  }
});

test('64-bit integers as numbers, where they are exact', () => {
  const frame = new DataFrame({ columns: { a: [1, null], b: [2n ** 53n, 1n] } });
  expect([...frame.get('a', { int64: 'number' })]).toEqual([1, Number.NaN]);
  expect(() => frame.get('b', { int64: 'number' })).toThrow(/holds 9007199254740992 at row 0/);
});

test('names are strings, each once', () => {
  const frame = new DataFrame({ columns: { a: [1], b: [2] } });
  expect(() => frame.rename('a', 'b')).toThrow(/"b" already/);
  expect(() => frame.rename('z', 'y')).toThrow(/no column "z"; there are "a", "b"/);
  expect(frame.rename('a', 'a').columns).toEqual(['a', 'b']);
  expect(() => frame.rename('a', 5 as never)).toThrow(/named by a string/);
  expect(() => frame.set(5 as never, [1])).toThrow(/named by a string/);
  expect(() => new DataFrame({ indexName: 5 as never })).toThrow(/string or null/);
  expect(
    () =>
      new DataFrame({
        columns: [
          ['a', [1]],
          ['a', [2]],
        ],
      }),
  ).toThrow(/comes twice/);
  expect(() => new DataFrame({ columns: { a: [1, 'x'] as never } })).toThrow(expect.objectContaining({ key: 'a' }));
});

test('__proto__ is a column name like any other', () => {
  const frame = new DataFrame({ columns: [['__proto__', [1]]] });
  expect(frame.columns).toEqual(['__proto__']);
  expect([...frame.get('__proto__')]).toEqual([1n]);
  expect(Object.keys(frame.at(0))).toEqual(['__proto__']);
  expect(Object.keys(frame.toColumns())).toEqual(['__proto__']);
});

test('complex columns and indices have no Arrow vector', () => {
  const z = DenseArray.from(
    [
      [1, 2],
      [3, 4],
    ],
    'complex128',
  );
  const frame = new DataFrame({ columns: { z }, index: z });
  expect(() => frame.get('z')).toThrow(/column "z" is complex128/);
  expect(() => frame.index).toThrow(/use indexColumn/);
  expect(frame.subset([1]).at(0)['z']).toEqual([3, 4]);
  expect(frame.copy().equals(frame)).toBe(true);
});

test('an index may be longer than any list of JS strings one would like to make', () => {
  const index = stringVector(Array.from({ length: 200_000 }, (_, i) => `cell-${i}`));
  const frame = new DataFrame({ columns: { a: new Float32Array(200_000) }, index });
  const start = performance.now();
  expect(frame.equals(new DataFrame({ columns: { a: new Float32Array(200_000) }, index: columnFrom(index) }))).toBe(
    true,
  );
  for (let i = 0; i < 100; i++) expect(frame.subset([i]).index.get(0)).toBe(`cell-${i}`);
  expect(performance.now() - start).toBeLessThan(2000);
});
