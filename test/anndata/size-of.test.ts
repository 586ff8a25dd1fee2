// SPDX-License-Identifier: BSD-3-Clause

import { AnnData } from '../../lib/anndata';
import { AwkwardArray } from '../../lib/arrays/awkward-array';
import { DenseArray } from '../../lib/arrays/dense-array';
import { RecordArray } from '../../lib/arrays/record-array';
import { CsrMatrix } from '../../lib/arrays/sparse-matrix';
import { categorical } from '../../lib/frame/column-from';
import { dense, identity, make } from './helpers';

const names = { obs: { obsNames: ['a', 'b', 'c', 'd'] }, var: { varNames: ['g', 'h', 'i'] } };

describe('sizeOf', () => {
  test('is what numbers and text take, member by member', () => {
    const form = { class: 'NumpyArray', primitive: 'float64', inner_shape: [], form_key: 'n' };
    const adata = new AnnData({
      X: new DenseArray(new Float32Array(12), [4, 3]),
      obs: { obsNames: ['a', 'b', 'c', 'd'], n: Int16Array.of(1, 2, 3, 4), c: categorical(['x', 'y', 'x', 'y']) },
      var: { varNames: ['g', 'h', 'i'] },
      obsm: {
        complex: DenseArray.zeros('complex64', [4, 1]),
        records: new RecordArray([['f', dense(4)]]),
        awkward: new AwkwardArray(form, 4, [['n-data', dense(4)]]),
      },
      obsp: { near: identity(4) },
      uns: { deep: { list: [1, 'né'], none: null }, flag: true, nested: make() },
    });
    const offsets = (n: number) => 4 * (n + 1);
    expect(adata.sizeOf({ stratified: true })).toEqual({
      X: 48,
      layers: 0,
      obs: 4 + offsets(4) + 8 + 4 + 2 + offsets(2),
      var: 3 + offsets(3),
      uns: 8 + 3 + 8 + make().sizeOf(),
      obsm: 4 * 8 + 4 * 8 + 4 * 8,
      varm: 0,
      obsp: 4 * 4 + 4 * 4 + 5 * 4,
      varp: 0,
      raw: 0,
    });
  });

  test('counts what is in several places once, and ends in circles', () => {
    const adata = make(names);
    const before = adata.sizeOf();
    adata.layers.set('same', adata.X);
    adata.uns.again = adata.X;
    adata.uns.self = adata.uns;
    expect(adata.sizeOf()).toBe(before);
    adata.layers.set('other', dense(4, 3));
    expect(adata.sizeOf()).toBe(before + 96);
  });

  test('of raw is that of its own variables, of a view that of its part', () => {
    const adata = make(names);
    adata.raw = adata;
    const { raw } = adata.sizeOf({ stratified: true });
    expect(raw).toBeLessThan(40);
    const sparse = new AnnData({ X: CsrMatrix.fromDense(dense(4, 3)), ...names });
    expect(sparse.subset([0]).sizeOf({ stratified: true }).X).toBe(2 * 8 + 2 * 4 + 2 * 4);
  });
});
