// SPDX-License-Identifier: BSD-3-Clause

import { AwkwardArray } from '../../lib/arrays/awkward-array';
import { DenseArray } from '../../lib/arrays/dense-array';
import type { TypedArray } from '../../lib/arrays/dtype';

function awkward(form: unknown, length: number, buffers: Record<string, TypedArray>): AwkwardArray {
  return new AwkwardArray(
    form,
    length,
    Object.entries(buffers).map(([name, data]) => [name, new DenseArray(data, [data.length])]),
  );
}

const numbers = { class: 'NumpyArray', primitive: 'float64', inner_shape: [], form_key: 'n' };
const lists = { class: 'ListOffsetArray', offsets: 'i64', form_key: 'l', content: numbers };

test('rows in any order, however they lie in memory', () => {
  const array = awkward(lists, 3, {
    'l-offsets': BigInt64Array.of(0n, 2n, 2n, 3n),
    'n-data': Float64Array.of(1, 2, Number.NaN),
  });
  expect(array.toList()).toEqual([[1, 2], [], [Number.NaN]]);
  expect(array.subset([2, 0, 0]).toList()).toEqual([[Number.NaN], [1, 2], [1, 2]]);
  const shifted = awkward(lists, 3, {
    'l-offsets': BigInt64Array.of(1n, 3n, 3n, 4n),
    'n-data': Float64Array.of(9, 1, 2, Number.NaN),
  });
  expect(array.equals(shifted)).toBe(true);
  expect(array.equals(array.subset([0, 1, 1]))).toBe(false);
  expect(() => array.subset([3])).toThrow(/row 3 is outside/);
});

test('the form says what the bytes of a buffer are', () => {
  const bytes = new Uint8Array(Float64Array.of(1.5, 2.5).buffer);
  expect(awkward(numbers, 2, { 'n-data': bytes }).toList()).toEqual([1.5, 2.5]);
  const flags = { ...numbers, primitive: 'bool' };
  expect(awkward(flags, 2, { 'n-data': Uint8Array.of(1, 0) }).toList()).toEqual([true, false]);
});

test('labels that several rows share stay single', () => {
  const chars = { class: 'NumpyArray', primitive: 'uint8', form_key: 'c', parameters: { __array__: 'char' } };
  const words = { ...lists, content: chars, parameters: { __array__: 'string' } };
  const form = {
    class: 'IndexedArray',
    index: 'i64',
    form_key: 'i',
    content: words,
    parameters: { __array__: 'categorical' },
  };
  const buffers = {
    'i-index': BigInt64Array.of(1n, 0n, 1n),
    'l-offsets': BigInt64Array.of(0n, 2n, 3n),
    'c-data': Buffer.from('abz'),
  };
  const taken = awkward(form, 3, buffers).subset([0, 2, 0]);
  expect(taken.toList()).toEqual(['z', 'z', 'z']);
  expect(taken.buffers.get('c-data')!.size).toBe(1);
});

test.each<[string, unknown, number, Record<string, TypedArray>, RegExp]>([
  ['a missing buffer', lists, 1, { 'l-offsets': BigInt64Array.of(0n, 1n) }, /"n-data" of NumpyArray is missing/],
  ['too few offsets', lists, 4, { 'l-offsets': BigInt64Array.of(0n, 0n) }, /"l-offsets" has 2 entries, 5 are needed/],
  ['falling offsets', lists, 2, { 'l-offsets': BigInt64Array.of(0n, 1n, 0n) }, /falls to 0 at position 2/],
  ['too few values', numbers, 2, { 'n-data': Float64Array.of(1) }, /has 1 values, 2 are needed/],
  ['an unknown class', { class: 'X' }, 0, {}, /class "X"/],
  ['a form that is none', null, 0, {}, /null, not an object/],
  ['a length that is none', numbers, -1, {}, /length -1/],
  [
    'rows of nothing',
    { class: 'RecordArray', contents: [], fields: [], form_key: 'r' },
    2 ** 50,
    {},
    /nothing in them/,
  ],
  [
    'empty lists without end',
    { class: 'RegularArray', size: 0, form_key: 'r', content: numbers },
    2 ** 50,
    {},
    /nothing in them/,
  ],
  [
    'a size that is none',
    { class: 'RegularArray', form_key: 'r', content: numbers },
    2,
    { 'n-data': new Float64Array(9) },
    /size undefined/,
  ],
  ['a shape that is none', { ...numbers, inner_shape: [-1] }, 2, { 'n-data': new Float64Array(9) }, /shape \[-1\]/],
  [
    'an index outside',
    { class: 'IndexedArray', form_key: 'i', content: numbers },
    1,
    { 'i-index': Int32Array.of(1), 'n-data': Float64Array.of(1) },
    /2 are needed/,
  ],
  [
    'a negative index',
    { class: 'IndexedArray', form_key: 'i', content: numbers },
    1,
    { 'i-index': Int32Array.of(-1), 'n-data': Float64Array.of(1) },
    /holds -1/,
  ],
  [
    'a tag of nothing',
    { class: 'UnionArray', form_key: 'u', contents: [numbers] },
    1,
    { 'u-tags': Int8Array.of(1), 'u-index': Int32Array.of(0), 'n-data': Float64Array.of(1) },
    /names no content/,
  ],
])('%s is refused', (_, form, length, buffers, message) => {
  expect(() => awkward(form, length, buffers)).toThrow(message);
  expect(() => awkward(form, length, buffers)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_FILE' }));
});

test('lists that overlap at every level do not fill the memory', () => {
  const n = 1000;
  const buffers: Record<string, TypedArray> = { 'n-data': new Float64Array(n) };
  let form: unknown = numbers;
  for (let level = 0; level < 5; level++) {
    form = { class: 'ListArray', starts: 'i32', stops: 'i32', form_key: `l${level}`, content: form };
    buffers[`l${level}-starts`] = new Int32Array(n);
    buffers[`l${level}-stops`] = new Int32Array(n).fill(n);
  }
  const bomb = awkward(form, n, buffers);
  expect(() => bomb.toList()).toThrow(expect.objectContaining({ code: 'ERR_LIMIT' }));
  expect(() => bomb.subset([0, 1, 2])).toThrow(expect.objectContaining({ code: 'ERR_LIMIT' }));
});

test('nested lists cost what they hold, not their square', () => {
  const n = 100_000;
  const offsets = (): BigInt64Array => BigInt64Array.from({ length: n + 1 }, (_, i) => BigInt(i));
  const array = awkward({ class: 'ListOffsetArray', form_key: 'o', content: lists }, n, {
    'o-offsets': offsets(),
    'l-offsets': offsets(),
    'n-data': new Float64Array(n),
  });
  const start = performance.now();
  expect(array.toList()).toHaveLength(n);
  expect(performance.now() - start).toBeLessThan(5000);
});
