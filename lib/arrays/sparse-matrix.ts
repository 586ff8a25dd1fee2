// SPDX-License-Identifier: BSD-3-Clause

import type { IndexArray, NumericDType, TypedArray } from './dtype';

/** Integer widths of `indices` and `indptr` in the file the matrix came from. */
export interface StoredWidths {
  indices: NumericDType;
  indptr: NumericDType;
}

export interface SparseParts {
  shape: readonly [number, number];
  data: TypedArray;
  indices: IndexArray;
  indptr: IndexArray;
  /** Element type of `data`; by default what the typed array naturally holds. */
  dtype?: NumericDType;
  stored?: StoredWidths;
}
