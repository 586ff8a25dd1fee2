// SPDX-License-Identifier: BSD-3-Clause
//
// Going along a collection: batches of views, and of one attribute.

import { join } from 'node:path';
import { AnnCollection, type DenseArray, readH5ad } from '../../lib';
import { refusal } from '../anndata/helpers';
import { adatas, nested, range } from './collections';

const source = join(__dirname, '..', 'fixtures', 'pbmc68k_reduced.h5ad');

describe('iterateAxis', () => {
  const collection = new AnnCollection(adatas('csr'), { indexUnique: '_' });

  test.each([0, 1] as const)('batches of axis %i are a partition, in order or not', (axis) => {
    const length = collection.shape[axis];
    for (let size = 1; size <= length + 1; size++) {
      for (const shuffle of [false, true]) {
        const batches = [...collection.iterateAxis(size, { axis, shuffle })];
        const all = batches.flatMap(([, positions]) => [...positions]);
        expect([...all].sort()).toEqual([...range(0, length)]);
        if (!shuffle) expect(all).toEqual([...range(0, length)]);
        expect(batches.slice(0, -1).every(([, positions]) => positions.length === size)).toBe(true);
        for (const [batch, positions] of batches) {
          const same = axis === 0 ? collection.subset(positions) : collection.subset(null, positions);
          expect(nested(batch.X)).toEqual(nested(same.X));
        }
        const full = [...collection.iterateAxis(size, { axis, shuffle, dropLast: true })];
        expect(full.map(([batch]) => batch.shape[axis])).toEqual(Array(Math.floor(length / size)).fill(size));
      }
    }
  });

  test('a seed gives one order; sizes that make no sense are refused', () => {
    const order = (seed: number): string =>
      String([...collection.iterateAxis(1, { shuffle: true, seed })].map(([, rows]) => rows[0]));
    const orders = [1, 2, 3, 4, 5].map(order);
    expect([1, 2, 3, 4, 5].map(order)).toEqual(orders);
    expect(new Set(orders).size).toBeGreaterThan(1);
    for (const size of [0, -1, 1.5, Number.NaN]) {
      expect(refusal(() => [...collection.iterateAxis(size)])).toBe('ERR_ARGUMENT');
    }
    expect(refusal(() => [...collection.iterateAxis(1, { axis: 2 as 1 })])).toBe('ERR_ARGUMENT');
  });
});

describe('lazyAttr', () => {
  test('rows of a matrix, an entry, a column', async () => {
    const collection = new AnnCollection(adatas('csr'), { indexUnique: '_' });
    const X = collection.lazyAttr('X');
    expect([X.shape, X.nDim, X.dtype]).toEqual([[5, 3], 2, 'int64']);
    expect(nested(X.subset([4, 0], [1]))).toEqual([[8n], [2n]]);
    expect(collection.lazyAttr('obsm', 'o_test').shape).toEqual([5, 2]);
    const column = collection.lazyAttr('obs', 'a_test');
    expect([column.shape, [...column.subset([4, 2])]]).toEqual([[5], ['c', 'b']]);
    expect(
      [...collection.lazyAttr('layers', null).iterateAxis(2)].map(([part, rows]) => [part?.shape, [...rows]]),
    ).toEqual([
      [
        [2, 3],
        [0, 1],
      ],
      [
        [2, 3],
        [2, 3],
      ],
      [[1, 3], [4]],
    ]);
    for (const [attr, key] of [
      ['obs', 'b'],
      ['layers', 'b'],
      ['obsm', 'X'],
      ['X', 'b'],
      ['Y', 'b'],
    ] as const) {
      expect(refusal(() => collection.lazyAttr(attr as 'obs', key))).toBe(`ERR_NAME ${attr}/${key}`);
    }
    const backed = await readH5ad(source, { backed: 'r' });
    const files = await AnnCollection.open([backed, backed], { indexUnique: '-' });
    expect([files.lazyAttr('X').shape, files.lazyAttr('X').dtype]).toEqual([[1400, 765], 'float32']);
    const umap = files.lazyAttr('obsm', 'X_umap');
    expect([umap.shape, ((await umap.subset([700]).read()) as DenseArray).shape]).toEqual([
      [1400, 2],
      [1, 2],
    ]);
    expect((await files.lazyAttr('obs', 'louvain').subset([700])).length).toBe(1);
    await backed.close();
  });
});
