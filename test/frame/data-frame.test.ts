// SPDX-License-Identifier: BSD-3-Clause

import { DenseArray } from '../../lib/arrays/dense-array';
import { type ColumnInput, categorical, columnFrom } from '../../lib/frame/column-from';
import { DataFrame } from '../../lib/frame/data-frame';

test.each<[string, ColumnInput, string, string]>([
  ['text', ['a', 'b'], 'string-array', 'string'],
  ['text with missing', ['a', null], 'nullable-string-array', 'string'],
  ['integers', [1, 2], 'array', 'int64'],
  ['integers with missing', [1, null], 'nullable-integer', 'int64'],
  ['numbers', [1.5, null], 'array', 'float64'],
  ['booleans', [true, false], 'array', 'bool'],
  ['booleans with missing', [true, null], 'nullable-boolean', 'bool'],
  ['bytes', Uint8Array.of(1, 2), 'array', 'uint8'],
  ['complex', new DenseArray(new Float32Array(4), [2], { dtype: 'complex64' }), 'array', 'complex64'],
  ['labels', categorical(['b', null]), 'categorical', 'int8'],
])('a column of %s', (_, values, encoding, dtype) => {
  expect(columnFrom(values)).toMatchObject({ encoding, dtype });
});

test('mixed kinds and objects are no column', () => {
  expect(() => columnFrom([1, 'a'])).toThrow(/several kinds/);
  expect(() => columnFrom([new Date()] as never)).toThrow(/Date/);
});

test('a frame keeps order, checks lengths and shares nothing that changes', () => {
  const frame = new DataFrame({ columns: { b: [1, 2], a: ['x', 'y'] }, index: ['r0', 'r1'] });
  const copy = frame.copy();
  copy
    .setValues('b', [1], 7)
    .set('c', categorical(['u', 'v']))
    .rename('a', 'z');
  expect(frame.columns).toEqual(['b', 'a']);
  expect(copy.columns).toEqual(['b', 'z', 'c']);
  expect([...frame.get('b')]).toEqual([1n, 2n]);
  expect([...copy.get('b', { int64: 'number' })]).toEqual([1, 7]);
  expect(() => frame.set('d', [1])).toThrow(/1 values, the frame 2 rows/);
  expect(() => copy.setValues('c', [0], 'w')).toThrow(/none of the categories/);
  expect({ ...copy.subset([1, 1]).at(0) }).toEqual({ b: 7n, z: 'y', c: 'v' });
  expect(copy.equals(copy.copy())).toBe(true);
  expect(copy.equals(frame)).toBe(false);
  expect(String(frame)).toContain('r1  2  y');
});

test('__proto__ is a column name like any other', () => {
  const frame = new DataFrame({ columns: [['__proto__', [1]]] });
  expect(frame.columns).toEqual(['__proto__']);
  expect([...frame.get('__proto__')]).toEqual([1n]);
});

test('missing values can be set in every kind', () => {
  const frame = new DataFrame({ columns: { t: ['a', 'b'], i: [1, 2], f: Float32Array.of(1, 2), o: [true, true] } });
  for (const name of frame.columns) frame.setValues(name, [1], null);
  expect(frame.columns.map((name) => frame.column(name).encoding)).toEqual([
    'nullable-string-array',
    'nullable-integer',
    'array',
    'nullable-boolean',
  ]);
  expect([...frame.get('t')]).toEqual(['a', null]);
  expect([...frame.get('f')]).toEqual([1, Number.NaN]);
});
