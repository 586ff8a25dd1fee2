// SPDX-License-Identifier: BSD-3-Clause

import { runInNewContext } from 'node:vm';
import { arrow, numericVector, stringVector, type Vector } from '../../lib/arrays/arrow';
import { DenseArray } from '../../lib/arrays/dense-array';
import { dictionaryVector } from '../../lib/arrays/dictionary';
import type { TypedArray } from '../../lib/arrays/dtype';
import { columnEquals, sameValues, takeColumn } from '../../lib/frame/column';
import { type ColumnInput, categorical, columnFrom } from '../../lib/frame/column-from';

const valid = Uint8Array.of(1, 0);
const holes = [1, 2];
delete holes[0];

test.each<[string, ColumnInput, string, string, unknown[]]>([
  ['text', ['a', 'b'], 'string-array', 'string', ['a', 'b']],
  ['text with missing', ['a', null], 'nullable-string-array', 'string', ['a', null]],
  ['nothing but missing', [null, undefined], 'nullable-string-array', 'string', [null, null]],
  ['nothing', [], 'string-array', 'string', []],
  ['integers', [1, 2], 'array', 'int64', [1n, 2n]],
  ['integers with missing', [1, null], 'nullable-integer', 'int64', [1n, null]],
  ['integers with a hole', holes, 'nullable-integer', 'int64', [null, 2n]],
  ['bigints', [1n, -(2n ** 63n)], 'array', 'int64', [1n, -(2n ** 63n)]],
  ['bigints past 2⁶³', [1n, 2n ** 64n - 1n], 'array', 'uint64', [1n, 2n ** 64n - 1n]],
  ['bigints past 2⁶³ with missing', [null, 2n ** 63n], 'nullable-integer', 'uint64', [null, 2n ** 63n]],
  ['a negative zero', [-0, 1], 'array', 'float64', [-0, 1]],
  ['a negative zero with missing', [-0, null], 'array', 'float64', [-0, Number.NaN]],
  ['numbers', [1.5, null], 'array', 'float64', [1.5, Number.NaN]],
  ['integers and NaN', [1, Number.NaN], 'array', 'float64', [1, Number.NaN]],
  ['integers past 2⁵³', [2 ** 60], 'array', 'float64', [2 ** 60]],
  ['booleans', [true, false], 'array', 'bool', [true, false]],
  ['booleans with missing', [true, null], 'nullable-boolean', 'bool', [true, null]],
  ['bytes', Uint8Array.of(1, 2), 'array', 'uint8', [1, 2]],
  ['a Buffer', Buffer.from([1, 2]), 'array', 'uint8', [1, 2]],
  ['clamped bytes', new Uint8ClampedArray([1, 2]) as never, 'array', 'uint8', [1, 2]],
  ['numbers of another realm', runInNewContext('Int16Array.of(1, 2)') as TypedArray, 'array', 'int16', [1, 2]],
  ['an array of float16', DenseArray.from([1.5], 'float16'), 'array', 'float16', [1.5]],
  ['an array of bool', DenseArray.from([true]), 'array', 'bool', [true]],
  ['an array of text', DenseArray.from(['a', 'b']), 'string-array', 'string', ['a', 'b']],
  ['complex', DenseArray.from([[1, 2]], 'complex64'), 'array', 'complex64', [[1, 2]]],
  ['labels', categorical(['b', null]), 'categorical', 'int8', ['b', null]],
  ['an Arrow vector of text', stringVector(['a', null]).slice(1), 'nullable-string-array', 'string', [null]],
  ['Arrow floats', numericVector('float32', Float32Array.of(1, 2), valid), 'array', 'float32', [1, Number.NaN]],
  ['Arrow integers', numericVector('uint16', Uint16Array.of(1, 2), valid), 'nullable-integer', 'uint16', [1, null]],
  ['Arrow booleans', numericVector('bool', Uint8Array.of(0, 1, 1)).slice(1), 'array', 'bool', [true, true]],
  [
    'an Arrow dictionary',
    dictionaryVector(Int8Array.of(0, -1), stringVector(['x', 'y']), true),
    'categorical',
    'int8',
    ['x', null],
  ],
])('a column of %s', (_, values, encoding, dtype, expected) => {
  const column = columnFrom(values);
  expect(column).toMatchObject({ encoding, dtype });
  expect([...(column.values as Vector)]).toEqual(expected);
});

test.each<[string, unknown, RegExp]>([
  ['several kinds', [1, 'a'], /several kinds \(number, string\)/],
  ['numbers and bigints', [1, 1n], /several kinds/],
  ['dates', [new Date()], /kind Date/],
  ['bigints past 64 bits', [2n ** 64n], /fit into 64 bits neither/],
  ['bigints far below', [-(2n ** 63n) - 1n], /does not fit into 64 bits/],
  ['bigints of both ends', [-1n, 2n ** 63n], /fit into 64 bits neither/],
  ['two axes', DenseArray.zeros('int8', [2, 2]), /one axis, not shape \[2, 2\]/],
  ['an object', {}, /cannot be made of Object/],
  ['null', null, /cannot be made of null/],
  ['Arrow dates', () => arrow().vectorFromArray([new Date()]), /no counterpart/],
])('%s are no column', (_, values, message) => {
  expect(() => columnFrom((typeof values === 'function' ? values() : values) as never)).toThrow(message);
});

test('a column has memory of its own', () => {
  for (const data of [Float32Array.of(1, 2), Buffer.from([1, 2])]) {
    const inputs: ColumnInput[] = [
      data,
      new DenseArray(data, [2]),
      numericVector(data instanceof Buffer ? 'uint8' : 'float32', data),
    ];
    const columns = inputs.map(columnFrom);
    data[0] = 9;
    for (const { values } of columns) expect((values as Vector).get(0)).toBe(1);
  }
});

describe('categoricals', () => {
  test('have distinct labels, sorted as Python sorts them', () => {
    const labels = ({ categories }: ReturnType<typeof categorical>): unknown[] => [...(categories!.values as Vector)];
    expect(labels(categorical(['b', 'a', 'b']))).toEqual(['a', 'b']);
    expect(labels(categorical(['\u{1f600}', '\uffee']))).toEqual(['\uffee', '\u{1f600}']);
    expect(labels(categorical([10, 9, null, Number.NaN]))).toEqual([9n, 10n]);
    expect(labels(categorical([2.5, 0.5]))).toEqual([0.5, 2.5]);
    expect(labels(categorical([true, false]))).toEqual([false, true]);
    expect(labels(categorical([null]))).toEqual([]);
    expect([...(categorical([1, Number.NaN]).values as Vector)]).toEqual([1n, null]);
  });

  test('refuse labels that are no category, missing categories and double ones', () => {
    expect(() => categorical(['x'], { categories: ['a'] })).toThrow(/value x at row 0 is none/);
    expect(() => categorical([], { categories: ['a', 'a'] })).toThrow(/comes twice/);
    expect(() => categorical([], { categories: ['a', null] })).toThrow(/missing or NaN/);
    expect(() => categorical(['a', 1])).toThrow(/several kinds/);
  });

  test.each([
    [126, 'int8'],
    [127, 'int16'],
    [32_766, 'int16'],
    [32_767, 'int32'],
  ])('codes of %d labels are %s, as in pandas', (n, dtype) => {
    expect(categorical(Array.from({ length: n }, (_, i) => i)).dtype).toBe(dtype);
  });
});

test('equal columns have the same values, kind, labels and order', () => {
  const size = categorical(['S', null], { categories: ['S', 'L'], ordered: true });
  expect(columnEquals(size, categorical(['S', null], { categories: ['S', 'L'], ordered: true }))).toBe(true);
  expect(columnEquals(size, categorical(['S', null], { categories: ['S', 'L'] }))).toBe(false);
  expect(columnEquals(size, categorical(['S', null], { categories: ['L', 'S'], ordered: true }))).toBe(false);
  expect(columnEquals(columnFrom([1, 2]), columnFrom(Int32Array.of(1, 2)))).toBe(false);
  const text = columnFrom(['a', null]);
  expect(columnEquals(text, { ...text, naValue: 'NA' })).toBe(false);
  expect(sameValues(columnFrom(['a', 'b']), categorical(['a', 'b']))).toBe(true);
  expect(sameValues(columnFrom(['a', 'b']), categorical(['a', 'c']))).toBe(false);
  const z = columnFrom(DenseArray.from([[1, 2]], 'complex64'));
  expect([columnEquals(z, z), sameValues(z, text), sameValues(text, z)]).toEqual([true, false, false]);
});

test('rows of a column keep kind and unused labels', () => {
  const size = categorical(['S', 'L', null], { categories: ['S', 'M', 'L'], ordered: true });
  const taken = takeColumn(size, Int32Array.of(2, 1, 1));
  expect([...(taken.values as Vector)]).toEqual([null, 'L', 'L']);
  expect(taken.categories).toBe(size.categories);
  expect([...(takeColumn(size, []).values as Vector)]).toEqual([]);
  expect(() => takeColumn(size, [3])).toThrow(/row 3 is outside of \[0, 3\)/);
  expect(() => takeColumn(size, [-1])).toThrow(/row -1/);
});

test('the codes of missing labels are codes of some label in Arrow, as readers check them', () => {
  const codes = Int8Array.of(1, -1, 0);
  const vector = dictionaryVector(codes, stringVector(['x', 'y']), false);
  expect([...(vector.data[0]!.values as Int8Array)]).toEqual([1, 0, 0]);
  expect([...vector]).toEqual(['y', null, 'x']);
  expect([...codes]).toEqual([1, -1, 0]);
});
