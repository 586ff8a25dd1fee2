// SPDX-License-Identifier: BSD-3-Clause
//
// What the editor knows of collections. Nothing here runs: `npm run typecheck` is the test.

import {
  AnnCollection,
  type AnnCollectionView,
  type AnnData,
  type Handle,
  type MatrixHandle,
  readH5ad,
} from '../../lib';
import type { Vector } from '../../lib/arrays/arrow';
import type { Matrix } from '../../lib/arrays/matrix';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <T extends true>(): T => true as T;

export async function collectionTypes(): Promise<void> {
  const memory = await readH5ad('a.h5ad');
  const backed = await readH5ad('a.h5ad', { backed: 'r' });

  const here = new AnnCollection([memory]);
  is<Same<typeof here, AnnCollection>>();
  is<Same<typeof here.X, Matrix | null>>();
  const column = here.subset([0]).obs.get('a');
  is<Same<typeof column, Vector>>();
  const made = here.toAdata();
  is<Same<typeof made, AnnData>>();

  const there = await AnnCollection.open([memory, backed]);
  is<Same<typeof there, AnnCollection<'backed'>>>();
  const view = there.subset([0]);
  is<Same<typeof view, AnnCollectionView<'backed'>>>();
  is<Same<typeof view.X, MatrixHandle | null>>();
  const later = view.obs.get('a');
  is<Same<typeof later, Promise<Vector>>>();
  const read = view.toMemory();
  is<Same<typeof read, Promise<AnnData>>>();

  const convert = { X: (matrix: Matrix) => matrix.dtype.length, obs: { a: (values: Vector) => String(values) } };
  const converted = await AnnCollection.open([backed], { convert });
  is<Same<typeof converted.X, Handle<number> | null>>();
  const text = converted.obs.get('a');
  is<Same<typeof text, Promise<string>>>();
  const other = converted.obs.get('b');
  is<Same<typeof other, Promise<Vector>>>();
  const either = converted.obs.get('a' as string);
  is<Same<typeof either, Promise<Vector | string>>>();

  const all = here.withConvert((value) => [value]);
  const [value] = all.obs.get('a');
  void value;
  const shapes = here.withConvert({ X: (matrix) => matrix.shape.length });
  is<Same<typeof shapes.X, number | null>>();
  const same = shapes.lazyAttr('X').subset([0]);
  is<Same<typeof same, number>>();

  // @ts-expect-error backed objects must be waited for
  new AnnCollection([backed]);
  // @ts-expect-error what is in memory has nothing to load
  here.load(['obs']);
  // @ts-expect-error there is no such attribute
  here.withConvert({ uns: () => 1 });
  // @ts-expect-error nor an option
  new AnnCollection([memory], { joinObs: 'left' });
}
