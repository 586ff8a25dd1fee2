// SPDX-License-Identifier: BSD-3-Clause
//
// What the editor knows of backed objects. Nothing here runs: `npm run typecheck` is the test.

import {
  type AnnData,
  type AnnDataFile,
  type AxisHandle,
  type DataFrame,
  type DenseArray,
  type MatrixHandle,
  type Raw,
  readH5ad,
} from '../../lib';
import type { Vector } from '../../lib/arrays/arrow';
import type { Matrix } from '../../lib/arrays/matrix';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <T extends true>(): T => true as T;

export async function backedTypes(): Promise<void> {
  const backed = await readH5ad('a.h5ad', { backed: 'r' });
  const memory = await readH5ad('a.h5ad');
  is<Same<typeof backed, AnnData<'backed'>>>();
  is<Same<typeof memory, AnnData>>();
  is<Same<typeof backed.X, MatrixHandle | null>>();
  is<Same<typeof memory.X, Matrix | null>>();

  const handle = backed.obsm.get('X_pca');
  is<Same<typeof handle, AxisHandle | null | undefined>>();
  const layer = backed.layers.get('counts');
  is<Same<typeof layer, MatrixHandle | null | undefined>>();
  is<Same<typeof backed.raw, Raw<'backed'> | null>>();
  is<Same<typeof backed.file, AnnDataFile>>();
  is<Same<typeof memory.file, null>>();

  const view = backed.subset(null, [0]);
  is<Same<typeof view, AnnData<'backed'>>>();
  const whole = view.toMemory();
  is<Same<typeof whole, Promise<AnnData>>>();
  const same = memory.toMemory();
  is<Same<typeof same, AnnData>>();
  const frame = backed.toDf();
  is<Same<typeof frame, Promise<DataFrame>>>();
  const rows = backed.chunkX(3);
  is<Same<typeof rows, Promise<DenseArray>>>();
  const vector = memory.obsVector('a');
  is<Same<typeof vector, Vector | DenseArray>>();
  for await (const { chunk } of backed.chunkedX()) is<Same<typeof chunk, Matrix>>();

  // @ts-expect-error a handle has no numbers
  backed.X?.data;
  // @ts-expect-error what is in memory has nothing to load
  memory.load(['obs']);
  // @ts-expect-error nor anything to close
  memory.close();
  // @ts-expect-error backed objects are none in memory
  const wrong: AnnData = backed;
  void wrong;
  await using scoped = await readH5ad('a.h5ad', { backed: 'r+', load: ['obs'] });
  void scoped;
}
