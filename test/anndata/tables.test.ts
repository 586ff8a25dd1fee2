// SPDX-License-Identifier: BSD-3-Clause

import { AnnData } from '../../lib/anndata';
import { AwkwardArray } from '../../lib/arrays/awkward-array';
import { DenseArray } from '../../lib/arrays/dense-array';
import { CscMatrix, CsrMatrix, isSparse } from '../../lib/arrays/sparse-matrix';
import { DataFrame } from '../../lib/frame/data-frame';
import { dense, make, quietly, refusal, texts } from './helpers';
import { python, withPython } from './python';

const names = { obs: { obsNames: ['a', 'b', 'c', 'd'] }, var: { varNames: ['g', 'h', 'i'] } };
const list = (frame: DataFrame): unknown[] => frame.columns.map((name) => [name, [...frame.get(name)]]);

describe('toDf', () => {
  const expected = [
    ['g', [0, 3, 6, 9]],
    ['h', [1, 4, 7, 10]],
    ['i', [2, 5, 8, 11]],
  ];

  test.each([
    ['dense', dense(4, 3)],
    ['transposed', new DenseArray(Float64Array.of(0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11), [3, 4]).transpose()],
    ['csr', CsrMatrix.fromDense(dense(4, 3))],
    ['csc', CscMatrix.fromDense(dense(4, 3))],
  ])('of X, %s', (_, X) => {
    const frame = new AnnData({ X, ...names }).toDf();
    expect(list(frame)).toEqual(expected);
    expect(texts(frame.index)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('of a layer; values are copies', () => {
    const counts = new DenseArray(
      Int32Array.from({ length: 12 }, (_, i) => i),
      [4, 3],
    );
    const adata = make({ ...names, layers: { counts } });
    const frame = adata.toDf('counts');
    expect([list(frame), frame.column('g').dtype]).toEqual([expected, 'int32']);
    (counts.data as Int32Array).fill(7);
    expect(list(frame)).toEqual(expected);
  });

  test('of nothing, with names that repeat, or too large', () => {
    expect(refusal(() => new AnnData({ shape: [1, 1] }).toDf())).toBe('ERR_NAME');
    expect(refusal(() => make().toDf('q'))).toBe('ERR_NAME');
    const twice = quietly(() => make({ var: { varNames: ['g', 'g', 'h'] } }));
    expect(refusal(() => twice.toDf())).toBe('ERR_NAME');
    const sparse = new AnnData({ X: CsrMatrix.fromDense(dense(4, 3)), ...names });
    expect(refusal(() => sparse.toDf(null, { maxBytes: 95 }))).toBe('ERR_LIMIT');
    expect(sparse.toDf(null, { maxBytes: 96 }).nRows).toBe(4);
  });

  test('D11 of obsm: columns of frames and sparse matrices are values', () => {
    const frame = new DataFrame({ columns: { p: [1, 2, 3, 4], q: ['w', 'x', 'y', 'z'] }, index: ['a', 'b', 'c', 'd'] });
    const adata = make({ ...names, obsm: { m: dense(4, 2), s: CsrMatrix.fromDense(dense(4, 1)), frame } });
    expect(list(adata.obsm.toDf())).toEqual([
      ['m1', [0, 2, 4, 6]],
      ['m2', [1, 3, 5, 7]],
      ['s1', [0, 1, 2, 3]],
      ['frame1', [1n, 2n, 3n, 4n]],
      ['frame2', ['w', 'x', 'y', 'z']],
    ]);
    expect(adata.varm.toDf().shape).toEqual([3, 0]);
    adata.obsm.set('cube', dense(4, 2, 2));
    expect(refusal(() => adata.obsm.toDf())).toBe('ERR_ARGUMENT obsm/cube');
    adata.obsm.delete('cube');
    adata.obsm.set('m', dense(4, 12)).set('m1', dense(4, 1));
    expect(refusal(() => adata.obsm.toDf())).toBe('ERR_NAME');
    const form = { class: 'NumpyArray', primitive: 'int64', inner_shape: [], parameters: {}, form_key: 'node0' };
    const awkward = new AwkwardArray(form as never, 4, [['node0-data', new DenseArray(new BigInt64Array(4), [4])]]);
    expect(refusal(() => make({ obsm: { awkward } }).obsm.toDf())).toBe('ERR_ARGUMENT obsm/awkward');
  });

  withPython('as in Python', () => {
    const script = `
import json, sys, numpy as np, pandas as pd
from anndata import AnnData
a = AnnData(np.arange(12.).reshape(4, 3), obsm={"m": np.arange(8.).reshape(4, 2), "n": np.arange(4.).reshape(4, 1)})
print(json.dumps([a.to_df().to_dict("list"), a.obsm.to_df().to_dict("list")]))`;
    const adata = make({ obsm: { m: dense(4, 2), n: dense(4, 1) } });
    const ours = [adata.toDf(), adata.obsm.toDf()].map((frame) =>
      Object.fromEntries(list(frame) as [string, unknown][]),
    );
    expect(ours).toEqual(python(script));
  });
});

describe('chunkedX', () => {
  test.each([
    ['dense', dense(4, 3)],
    ['csr', CsrMatrix.fromDense(dense(4, 3))],
    ['csc', CscMatrix.fromDense(dense(4, 3))],
  ])('gives runs of rows, %s', (_, X) => {
    const adata = new AnnData({ X });
    for (const size of [1, 2, 3, 4, 9]) {
      const seen = [...adata.chunkedX(size)];
      expect(seen.map(({ start, end }) => end - start)).toEqual(seen.map(({ chunk }) => chunk.shape[0]));
      expect(seen.every(({ chunk }) => isSparse(chunk) === isSparse(X))).toBe(true);
      const rows = seen.flatMap(({ chunk }) => (isSparse(chunk) ? chunk.toDense() : chunk).toNested());
      expect(rows).toEqual(dense(4, 3).toNested());
    }
    expect([...adata.chunkedX()].map(({ start, end }) => [start, end])).toEqual([[0, 4]]);
  });

  test('of nothing; of a size that is none', () => {
    expect([...new AnnData({ X: dense(0, 3) }).chunkedX()]).toEqual([]);
    expect(refusal(() => [...new AnnData({ shape: [1, 1] }).chunkedX()])).toBe('ERR_NAME');
    for (const size of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(refusal(() => make().chunkedX(size))).toBe('ERR_ARGUMENT');
    }
  });

  withPython('as in Python', () => {
    const script = `
import json, sys, numpy as np
from anndata import AnnData
a = AnnData(np.arange(21.).reshape(7, 3))
print(json.dumps([[[c.tolist(), int(s), int(e)] for c, s, e in a.chunked_X(n)] for n in (1, 3, 7, 8)]))`;
    const adata = new AnnData({ X: dense(7, 3) });
    const ours = [1, 3, 7, 8].map((size) =>
      Array.from(adata.chunkedX(size), ({ chunk, start, end }) => [(chunk as DenseArray).toNested(), start, end]),
    );
    expect(ours).toEqual(python(script));
  });
});

describe('chunkX', () => {
  const adata = new AnnData({ X: CsrMatrix.fromDense(dense(4, 3)) });
  const first = (array: DenseArray): number[] =>
    Array.from({ length: array.shape[0]! }, (_, i) => Number(array.get(i, 0)) / 3);

  test('gives rows in order, repeats and negative ones too, always dense', () => {
    expect(first(adata.chunkX([2, 2, -1, 0]))).toEqual([2, 2, 3, 0]);
    expect(first(make().chunkX(Int32Array.of(1)))).toEqual([1]);
    expect(adata.chunkX([]).shape).toEqual([0, 3]);
    expect(refusal(() => adata.chunkX([4]))).toBe('ERR_ARGUMENT');
    expect(refusal(() => adata.chunkX([-5]))).toBe('ERR_ARGUMENT');
    expect(refusal(() => adata.chunkX([0], { maxBytes: 23 }))).toBe('ERR_LIMIT');
  });

  test('draws rows, at most as many as there are; a seed repeats them', () => {
    expect(adata.chunkX().shape).toEqual([4, 3]);
    expect(first(adata.chunkX(9, { replace: false })).sort()).toEqual([0, 1, 2, 3]);
    expect(adata.chunkX(2).shape).toEqual([2, 3]);
    expect(first(adata.chunkX(4, { seed: 5 }))).toEqual(first(adata.chunkX(4, { seed: 5 })));
    expect(refusal(() => adata.chunkX(-1))).toBe('ERR_ARGUMENT');
    expect(refusal(() => adata.chunkX(1.5))).toBe('ERR_ARGUMENT');
  });

  test('every row is as likely as the others', () => {
    const wide = new AnnData({
      X: new DenseArray(
        Float64Array.from({ length: 10 }, (_, i) => i * 3),
        [10, 1],
      ),
    });
    for (const replace of [true, false]) {
      const seen = new Array(10).fill(0);
      for (let seed = 0; seed < 4000; seed++) {
        for (const row of first(wide.chunkX(3, { replace, seed }))) seen[row]++;
      }
      // 1200 each are expected; five standard deviations are about 165.
      expect(Math.max(...seen.map((n) => Math.abs(n - 1200)))).toBeLessThan(170);
    }
  });
});
