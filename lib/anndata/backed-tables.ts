// SPDX-License-Identifier: BSD-3-Clause

import { type DenseArray, isDenseArray } from '../arrays/dense-array';
import { loadColumn, type MatrixHandle } from '../backed';
import type { DataFrame } from '../frame/data-frame';
import type { AnnData } from './anndata';
import type { AxisArrays } from './mappings';
import type { RowChunk } from './row-chunks';
import { axisFrame, type DenseLimit, matrixFrame } from './to-frame';
import type { AxisValue } from './types';

/**
 * What `toDf`, `chunkedX` and `chunkX` do with a backed object: they read what they need and then go the way of objects in
 * memory. Names are loaded for good, matrices are not kept.
 *
 * @module
 */

export async function tableSoon(
  adata: AnnData<'backed'>,
  handle: MatrixHandle,
  options: DenseLimit,
  key: string,
): Promise<DataFrame> {
  await loadColumn(adata.obs, null);
  await loadColumn(adata.var, null);
  return matrixFrame(await handle.read(), adata.varNames, adata.obs, options, key);
}

/** Runs of rows, each read when it is asked for. */
export async function* chunksSoon(handle: MatrixHandle, size: number): AsyncGenerator<RowChunk, void, undefined> {
  const rows = handle.shape[0]!;
  for (let start = 0; start < rows; start += size) {
    const end = Math.min(rows, start + size);
    const chunk = await handle.subset(Int32Array.from({ length: end - start }, (_, i) => start + i)).read();
    yield { chunk, start, end };
  }
}

/** Some rows, dense. */
export async function rowsSoon(
  handle: MatrixHandle,
  rows: ArrayLike<number>,
  { maxBytes }: DenseLimit,
): Promise<DenseArray> {
  const part = await handle.subset(rows).read();
  if (isDenseArray(part)) return part;
  return part.toDenseAsync(maxBytes === undefined ? {} : { maxBytes });
}

/** All entries of `obsm` or `varm` side by side. */
export async function sideBySideSoon(
  arrays: AxisArrays<'backed'>,
  frame: DataFrame,
  options: DenseLimit,
  unfit: (key: string, reason: string) => void,
): Promise<DataFrame> {
  await loadColumn(frame, null);
  const entries: [string, AxisValue | null][] = [];
  for (const [key, handle] of arrays)
    entries.push([key, handle === null ? null : ((await handle.read()) as AxisValue)]);
  return axisFrame(entries, frame.index, options, unfit);
}
