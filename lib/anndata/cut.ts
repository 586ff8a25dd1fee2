// SPDX-License-Identifier: BSD-3-Clause

import { isAwkwardArray } from '../arrays/awkward-array';
import type { IndexArray } from '../arrays/dtype';
import { isRecordArray } from '../arrays/record-array';
import { type AxisHandle, isAxisHandle } from '../backed';
import { removeUnusedCategories } from '../frame/categories';
import { type DataFrame, isDataFrame } from '../frame/data-frame';
import { mapHeld } from '../frame/lazy-column';
import { settings } from '../settings';
import type { AxisValue, Matrix } from './types';

/** Any value an AnnData holds, copied. */
export function copyOf<V>(value: V): V {
  return value === null ? value : (value as { copy(): V }).copy();
}

/** Rows and columns of a matrix; null takes all. A copy. */
export function cutMatrix<M extends Matrix>(matrix: M, rows: IndexArray | null, columns: IndexArray | null): M {
  return matrix.subset(rows, columns) as M;
}

/** Rows of an entry of `obsm` or `varm`; null takes all. A copy; frames lose the categories that no row has left. */
export function cutRows<V extends AxisValue>(value: V, rows: IndexArray | null): V {
  if (isDataFrame(value)) return cutFrame(value, rows) as V;
  if (isAxisHandle(value)) return cutHandle(value, rows) as never;
  if (rows === null) return copyOf(value);
  if (isAwkwardArray(value) || isRecordArray(value)) return value.subset(rows) as V;
  return (value as Matrix).subset(rows, null) as V;
}

/** A handle is a value that is cut when it is read. */
function cutHandle(handle: AxisHandle, rows: IndexArray | null): AxisHandle {
  return handle.kind === 'dataframe' ? handle.with(cutFrame(handle.frame, rows)) : handle.subset(rows);
}

/** Rows of a frame; null takes all. Categories that no row has left are dropped, unless the settings say otherwise. */
export function cutFrame(frame: DataFrame, rows: IndexArray | null, drop = settings.removeUnusedCategories): DataFrame {
  const taken = rows === null ? frame.copy() : frame.subset(rows);
  if (!drop) return taken;
  for (const name of taken.columns) {
    const held = taken.held(name);
    if (held.encoding === 'categorical') taken.setColumn(name, mapHeld(held, removeUnusedCategories));
  }
  return taken;
}
