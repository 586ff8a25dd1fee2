// SPDX-License-Identifier: BSD-3-Clause

import { stringVector, utf8Data } from '../../lib/arrays/arrow';
import { AwkwardArray } from '../../lib/arrays/awkward-array';
import { DenseArray } from '../../lib/arrays/dense-array';
import { dictionaryParts, dictionaryVector } from '../../lib/arrays/dictionary';
import { RecordArray } from '../../lib/arrays/record-array';
import { CscMatrix, CsrMatrix } from '../../lib/arrays/sparse-matrix';

test('a dense array is read through stride and offset', () => {
  const a = new DenseArray(
    Int32Array.from({ length: 12 }, (_, i) => i),
    [3, 4],
  );
  expect(a.transpose().toNested()).toEqual([
    [0, 4, 8],
    [1, 5, 9],
    [2, 6, 10],
    [3, 7, 11],
  ]);
  expect(a.transpose().copy().toNested()).toEqual(a.transpose().toNested());
  expect(a.transpose().transpose().equals(a)).toBe(true);
  const window = new DenseArray(a.data, [2, 2], { stride: [4, -1], offset: 6 });
  expect(window.toNested()).toEqual([
    [6, 5],
    [10, 9],
  ]);
  expect(() => new DenseArray(a.data, [2, 2], { stride: [4, -1], offset: 0 })).toThrow(/needs 4 elements/);
  expect(a.subset([2, 0, 2]).toNested()).toEqual([
    [8, 9, 10, 11],
    [0, 1, 2, 3],
    [8, 9, 10, 11],
  ]);
});

test('dense arrays hold complex numbers, booleans and text', () => {
  const z = new DenseArray(Float32Array.of(1, 2, 3, 4), [2], { dtype: 'complex64' });
  expect(z.get(1)).toEqual([3, 4]);
  expect(DenseArray.from([[true, false]]).get(0, 1)).toBe(false);
  expect(
    DenseArray.from([
      ['a', 'ü'],
      ['', 'd'],
    ])
      .transpose()
      .copy()
      .toNested(),
  ).toEqual([
    ['a', ''],
    ['ü', 'd'],
  ]);
  expect(() => DenseArray.from([[1], [1, 2]])).toThrow(/ragged/);
  expect(() => DenseArray.from([1, 'a'])).toThrow(/several kinds/);
  expect(DenseArray.from([Number.NaN, 1]).equals(DenseArray.from([Number.NaN, 1]))).toBe(true);
});

test('sparse matrices add duplicates and compare by value', () => {
  const m = new CsrMatrix({
    shape: [2, 3],
    data: Float32Array.of(1, 2, 3),
    indices: Int32Array.of(2, 2, 0),
    indptr: Int32Array.of(0, 2, 3),
  });
  expect(m.get(0, 2)).toBe(3);
  expect(m.toDense().toNested()).toEqual([
    [0, 0, 3],
    [3, 0, 0],
  ]);
  expect(m.transpose().toDense().toNested()).toEqual([
    [0, 3],
    [0, 0],
    [3, 0],
  ]);
  expect(m.equals(CsrMatrix.fromDense(m.toDense()))).toBe(true);
  expect(CscMatrix.fromDense(m.toDense()).toDense().equals(m.toDense())).toBe(true);
  expect(() => m.toDense({ maxBytes: 8 })).toThrow(/takes 24 bytes/);
  expect(
    () =>
      new CsrMatrix({
        shape: [2, 3],
        data: new Float32Array(1),
        indices: new Int32Array(1),
        indptr: Int32Array.of(0, 0, 2),
      }),
  ).toThrow(/indptr ends/);
  const bad = new CsrMatrix({
    shape: [1, 2],
    data: new Int8Array(1),
    indices: Int32Array.of(2),
    indptr: Int32Array.of(0, 1),
  });
  expect(() => bad.validate()).toThrow(/outside of \[0, 2\)/);
});

test('records are rows and fields', () => {
  const r = new RecordArray([
    ['name', DenseArray.from(['a', 'b'])],
    [
      'xy',
      DenseArray.from([
        [1, 2],
        [3, 4],
      ]),
    ],
  ]);
  expect({ ...r.get(1) }).toEqual({ name: 'b', xy: [3, 4] });
  expect(r.subset([1, 1]).field('name').toNested()).toEqual(['b', 'b']);
});

test('text data of a sliced and chunked vector starts at 0', () => {
  const joined = stringVector(['a', 'bc', null])
    .slice(1)
    .concat(stringVector(['ä', '']));
  const { offsets, bytes } = utf8Data(joined);
  expect([...offsets]).toEqual([0, 2, 2, 4, 4]);
  expect(Buffer.from(bytes).toString()).toBe('bcä');
});

test('an awkward array gives rows in any order', () => {
  const form = {
    class: 'ListOffsetArray',
    offsets: 'i64',
    form_key: 'node0',
    content: {
      class: 'IndexedOptionArray',
      form_key: 'node1',
      content: { class: 'NumpyArray', primitive: 'float64', inner_shape: [2], form_key: 'node2' },
    },
  };
  const a = new AwkwardArray(form, 3, [
    ['node0-offsets', new DenseArray(BigInt64Array.of(0n, 2n, 2n, 3n), [4])],
    ['node1-index', new DenseArray(BigInt64Array.of(0n, -1n, 1n), [3])],
    ['node2-data', new DenseArray(Float64Array.of(1, 2, 3, 4), [4])],
  ]);
  expect(a.toList()).toEqual([[[1, 2], null], [], [[3, 4]]]);
  expect(a.subset([2, 0, 0]).toList()).toEqual([[[3, 4]], [[1, 2], null], [[1, 2], null]]);
  expect(a.subset([0, 1, 2]).equals(a)).toBe(true);
  expect(() => new AwkwardArray(form, 4, a.buffers)).toThrow(/node0-offsets/);
});

test('dictionaries of several chunks become one', () => {
  const a = dictionaryVector(Int8Array.of(0, 1, -1), stringVector(['x', 'y']), false);
  const b = dictionaryVector(Int8Array.of(0, 1), stringVector(['y', 'z']), false);
  const { codes, dictionary } = dictionaryParts(a.concat(b));
  expect([...dictionary]).toEqual(['x', 'y', 'z']);
  expect([...codes]).toEqual([0, 1, -1, 1, 2]);
});
