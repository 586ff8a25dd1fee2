// SPDX-License-Identifier: BSD-3-Clause

import { asArray, axisLen, convertToDict } from '../../lib/anndata';
import { AwkwardArray } from '../../lib/arrays/awkward-array';
import { DenseArray } from '../../lib/arrays/dense-array';
import { RecordArray } from '../../lib/arrays/record-array';
import { CscMatrix, CsrMatrix } from '../../lib/arrays/sparse-matrix';
import { DataFrame } from '../../lib/frame/data-frame';
import { dense, identity, make, refusal } from './helpers';

const frame = new DataFrame({ columns: { a: [0, 3, 6, 9], b: [1, 4, 7, 10], c: [2, 5, 8, 11] } });

test('asArray makes one array of anything that holds numbers', () => {
  const X = dense(4, 3);
  expect(asArray(X)).toBe(X);
  for (const same of [CsrMatrix.fromDense(X), CscMatrix.fromDense(X), X.toNested() as number[][]]) {
    expect(asArray(same).equals(X)).toBe(true);
  }
  expect(asArray(frame).dtype).toBe('int64');
  expect(asArray(frame).toNested()).toEqual((X.toNested() as number[][]).map((row) => row.map(BigInt)));
  expect(asArray(Int8Array.of(1, 2)).shape).toEqual([2]);
  expect(asArray(5).shape).toEqual([]);
  expect(refusal(() => asArray(CsrMatrix.fromDense(X), { maxBytes: 95 }))).toBe('ERR_LIMIT');
  expect(refusal(() => asArray([[1], [2, 3]]))).toBe('ERR_SHAPE');
});

test('convertToDict makes a plain object of any mapping', () => {
  const adata = make({ obsm: { p: dense(4, 2) } });
  expect(convertToDict(adata.obsm)).toEqual({ p: adata.obsm.get('p') });
  expect(convertToDict(new Map([['a', 1]]))).toEqual({ a: 1 });
  expect(convertToDict(null)).toEqual({});
  const plain = { a: 1 };
  expect(convertToDict(plain)).toBe(plain);
  const field = dense(4);
  expect(convertToDict(new RecordArray([['f', field]]))).toEqual({ f: field });
  expect(refusal(() => convertToDict([1] as never))).toMatch(/^ERR_ARGUMENT/);
});

test('axisLen tells the length along an axis', () => {
  const numbers = { class: 'NumpyArray', primitive: 'float64', inner_shape: [], form_key: 'n' };
  const lists = { class: 'ListOffsetArray', offsets: 'i64', form_key: 'l', content: numbers };
  const offsets = new DenseArray(BigInt64Array.of(0n, 2n, 2n, 3n), [3 + 1]);
  const ragged = new AwkwardArray(lists, 3, [
    ['l-offsets', offsets],
    ['n-data', dense(3)],
  ]);
  const lengths = [dense(4, 3), identity(4), frame, new RecordArray([['f', dense(5)]]), ragged, Int8Array.of(1, 2)].map(
    (value) => [axisLen(value, 0), axisLen(value, 1)],
  );
  expect(lengths).toEqual([
    [4, 3],
    [4, 4],
    [4, 3],
    [5, null],
    [3, null],
    [2, null],
  ]);
});
