// SPDX-License-Identifier: BSD-3-Clause

import type { Vector } from '../arrays/arrow';
import { type DenseArray, isDenseArray } from '../arrays/dense-array';
import { AnnDataError, quote } from '../errors';
import type { DataFrame } from '../frame/data-frame';
import { NameIndex } from '../frame/name-index';
import type { Axis } from './aligned-mapping';
import type { Layers } from './mappings';
import type { Matrix } from './types';

/**
 * What a name stands for along an axis: a column of its frame, or values of the matrix at a name of the other axis.
 *
 * @param frame - annotation of the axis
 * @param names - of the other axis
 * @param values - of the matrix, at a position of the other axis
 * @throws {AnnDataError} `ERR_NAME` when it is neither, both, or several names
 */
export function axisVector<V>(
  name: string,
  frame: DataFrame,
  names: Vector,
  values: (position: number) => V,
): Vector | DenseArray | V {
  const index = NameIndex.of(names);
  if (!frame.has(name)) return values(index.row(name));
  if (index.has(name))
    throw new AnnDataError('ERR_NAME', `${quote(name)} is both a column and a name of the other axis`);
  return frame.column(name).values;
}

/** One row (axis 0) or column (axis 1) of a matrix, densely: a copy of one axis. */
export function matrixVector(matrix: Matrix | null, axis: Axis, position: number): DenseArray {
  if (matrix === null) throw noMatrix(null);
  return flat(axis === 0 ? matrix.subset([position], null) : matrix.subset(null, [position]));
}

/** A layer of an object with one row or column. */
export function layerVector(adata: { layers: Layers }, layer: string | null): DenseArray {
  const matrix = adata.layers.get(layer) ?? null;
  if (matrix !== null) return flat(matrix);
  throw noMatrix(layer);
}

/** The error for a name that is looked for in a matrix that is not there. */
export function noMatrix(layer: string | null): AnnDataError {
  const what = layer === null ? 'X' : `layer ${quote(layer)}`;
  return new AnnDataError('ERR_NAME', `there is no ${what} to look the name up in`);
}

/** A matrix of one row or column as an array of one axis. */
export function flat(matrix: Matrix): DenseArray {
  const dense = isDenseArray(matrix) ? matrix : matrix.toDense();
  return dense.reshape([dense.size]);
}
