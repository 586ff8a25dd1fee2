// SPDX-License-Identifier: BSD-3-Clause

import type { Vector } from '../arrays/arrow';
import type { DenseArray } from '../arrays/dense-array';
import { loadColumn, type MatrixHandle } from '../backed';
import type { DataFrame } from '../frame/data-frame';
import { NameIndex } from '../frame/name-index';
import { type Axis, dims } from './aligned-mapping';
import type { AnnData } from './anndata';
import { axisVector, flat, noMatrix } from './axis-vector';
import type { Raw } from './raw';

/** `obsVector` (axis 0) or `varVector` of a backed object: loads the names it looks up, reads one line of a matrix. */
export async function backedVector(
  adata: AnnData<'backed'>,
  axis: Axis,
  name: string,
  layer: string | null,
): Promise<Vector | DenseArray> {
  const frame = adata[dims[axis]];
  const others = adata[dims[axis === 0 ? 1 : 0]];
  const matrix = adata.layers.get(layer) ?? null;
  await loadFor(name, frame, others);
  return axisVector(name, frame, others.index, (at) => lineOf(matrix, axis === 0 ? 1 : 0, at, layer));
}

/** `raw.obsVector` (axis 1: a column of X) or `raw.varVector` of a backed object. */
export async function rawVectorSoon(raw: Raw<'backed'>, cut: Axis, name: string): Promise<Vector | DenseArray> {
  if (cut === 1) {
    await loadColumn(raw.var, null);
    return lineOf(raw.X, 1, NameIndex.of(raw.varNames).row(name), null);
  }
  await loadFor(name, raw.var, raw.parent.obs);
  return axisVector(name, raw.var, raw.obsNames, (at) => lineOf(raw.X, 0, at, null));
}

async function loadFor(name: string, frame: DataFrame, others: DataFrame): Promise<void> {
  await loadColumn(others, null);
  if (frame.has(name)) await loadColumn(frame, name);
}

async function lineOf(
  matrix: MatrixHandle | null,
  axis: Axis,
  position: number,
  layer: string | null,
): Promise<DenseArray> {
  if (matrix === null) throw noMatrix(layer);
  return flat(await (axis === 0 ? matrix.subset([position]) : matrix.subset(null, [position])).read());
}
