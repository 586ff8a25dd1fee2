// SPDX-License-Identifier: BSD-3-Clause

import type { Vector } from '../arrays/arrow';
import type { DenseArray } from '../arrays/dense-array';
import type { NumericDType } from '../arrays/dtype';

/** What a column is stored as. */
export type ColumnEncoding =
  | 'array'
  | 'string-array'
  | 'categorical'
  | 'nullable-integer'
  | 'nullable-boolean'
  | 'nullable-string-array';

/** One column of a frame, or a 1-D extension array standing alone in `uns`. Never changed once made. */
export interface Column {
  readonly encoding: ColumnEncoding;
  /**
   * The values as one owned Arrow vector: plain → numeric or Bool, strings → Utf8/LargeUtf8, categorical → Dictionary,
   * nullable → with validity (what lies under a missing value is kept). Complex → DenseArray, as Arrow has no such type.
   */
  readonly values: Vector | DenseArray;
  /** Stored dtype: of the values, for categoricals of the codes, `string` for strings. */
  readonly dtype: NumericDType | 'string';
  /** nullable-string-array: which missing value Python shows. */
  readonly naValue?: 'NA' | 'NaN';
  /** categorical: how the categories are stored. */
  readonly categories?: Column;
  /** categorical: whether the categories are ordered. */
  readonly ordered?: boolean;
}
