// SPDX-License-Identifier: BSD-3-Clause

import { A, AnnData, categorical } from '../../lib/index';
import { dense, quietly } from './helpers';

const obs = { obsNames: ['a', 'a', 'b', 'c'], t: ['x', 'x', 'y', 'y'], c: categorical(['p', 'q', 'p', 'q']) };

test('tables, chunks and references of a view are of its rows', () => {
  const view = quietly(() => new AnnData({ X: dense(4, 3), obs })).subset([0, 1, 3]);
  expect(view.toDf().shape).toEqual([3, 3]);
  expect(Array.from(view.chunkedX(2), ({ chunk }) => chunk.shape[0])).toEqual([2, 1]);
  expect(view.chunkX([2]).toNested()).toEqual([[9, 10, 11]]);
  expect(A.X.at('c', null).get(view)).toMatchObject({ shape: [3] });
  expect([view.has(A.X.at('c', null)), view.has(A.X.at('b', null))]).toEqual([true, false]);
});

test('names and categories of a view change without its parent', () => {
  quietly(() => {
    const adata = new AnnData({ X: dense(4, 3), obs });
    const view = adata.subset([0, 1, 3]);
    view.stringsToCategoricals();
    view.renameCategories('c', ['P', 'Q']);
    view.obsNamesMakeUnique();
    expect([...view.obsNames]).toEqual(['a', 'a-1', 'c']);
    expect([...view.obs.get('c')]).toEqual(['P', 'Q', 'Q']);
    expect([...adata.obsNames]).toEqual(['a', 'a', 'b', 'c']);
    expect(adata.obs.column('t').encoding).toBe('string-array');
    expect([...adata.obs.get('c')]).toEqual(['p', 'q', 'p', 'q']);
  });
});
