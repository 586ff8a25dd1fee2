// SPDX-License-Identifier: BSD-3-Clause

import { DenseArray } from '../../lib/arrays/dense-array';
import { CscMatrix, CsrMatrix } from '../../lib/arrays/sparse-matrix';

const dense = DenseArray.from([
  [0, 5, 0, 1],
  [7, 0, 0, 0],
  [0, 2, 3, 0],
]);

test.each([
  ['rows', [2, 0, 2], null],
  ['columns', null, [3, 1, 1, 0]],
  ['both', [1, 1, 0], [3, 0]],
  ['nothing', [], []],
  ['all', null, null],
] as const)('subset of %s: sparse and dense agree', (_, rows, columns) => {
  const expected = dense.subset(rows, columns);
  const wanted = (rows ?? [0, 1, 2]).map((i) => (columns ?? [0, 1, 2, 3]).map((j) => dense.get(i, j)));
  if (wanted.length > 0) expect(expected.toNested()).toEqual(wanted);
  expect(CsrMatrix.fromDense(dense).subset(rows, columns).toDense().equals(expected)).toBe(true);
  expect(CscMatrix.fromDense(dense).subset(rows, columns).toDense().equals(expected)).toBe(true);
  expect(dense.transpose().subset(columns, rows).equals(expected.transpose())).toBe(true);
});

test('positions outside of the shape are refused by name', () => {
  const csr = CsrMatrix.fromDense(dense);
  expect(() => csr.subset([3])).toThrow('row 3 is outside of [0, 3)');
  expect(() => csr.subset(null, [-1])).toThrow('column -1 is outside of [0, 4)');
  expect(() => csr.subset([0.5])).toThrow('row 0.5');
  expect(() => dense.subset([Number.NaN])).toThrow('row NaN');
  expect(() => DenseArray.from([1, 2]).subset(null, [0])).toThrow('has no columns');
});

test('dense subsets keep dtype, further axes and text', () => {
  const cube = new DenseArray(
    Int8Array.from({ length: 24 }, (_, i) => i),
    [2, 3, 4],
  );
  const taken = cube.subset([1], [2, 0]);
  expect([taken.dtype, taken.shape]).toEqual(['int8', [1, 2, 4]]);
  expect(taken.toNested()).toEqual([
    [
      [20, 21, 22, 23],
      [12, 13, 14, 15],
    ],
  ]);
  const text = DenseArray.from([
    ['a', 'b'],
    ['c', 'ü'],
  ]);
  expect(text.subset([1, 0], [1]).toNested()).toEqual([['ü'], ['b']]);
  expect(new DenseArray(new Float32Array(0), [0, 3]).subset([], [1]).shape).toEqual([0, 1]);
});
