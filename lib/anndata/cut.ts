// SPDX-License-Identifier: BSD-3-Clause

import { isAwkwardArray } from '../arrays/awkward-array';
import type { IndexArray } from '../arrays/dtype';
import { isRecordArray } from '../arrays/record-array';
import { isDataFrame } from '../frame/data-frame';
import type { AxisValue, Matrix } from './types';

/** Any value an AnnData holds, copied. */
export function copyOf<V>(value: V): V {
  return value === null ? value : (value as { copy(): V }).copy();
}

/** Rows and columns of a matrix; null takes all. A copy. */
export function cutMatrix<M extends Matrix>(matrix: M, rows: IndexArray | null, columns: IndexArray | null): M {
  return matrix.subset(rows, columns) as M;
}

/** Rows of an entry of `obsm` or `varm`; null takes all. A copy. */
export function cutRows<V extends AxisValue>(value: V, rows: IndexArray | null): V {
  if (rows === null) return copyOf(value);
  if (isDataFrame(value) || isAwkwardArray(value) || isRecordArray(value)) return value.subset(rows) as V;
  return (value as Matrix).subset(rows, null) as V;
}
