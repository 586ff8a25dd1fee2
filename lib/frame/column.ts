// SPDX-License-Identifier: BSD-3-Clause

import type { Vector } from '../arrays/arrow';
import { type DenseArray, isDenseArray } from '../arrays/dense-array';
import type { NumericDType } from '../arrays/dtype';
import { checkRows } from '../arrays/rows';
import { sameVector, takeVector } from '../arrays/vectors';

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
  /** How it is stored in a file. */
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

/** Number of values. */
export function columnLength({ values }: Column): number {
  return isDenseArray(values) ? values.shape[0]! : values.length;
}

/**
 * Whether encoding, dtype, categories with their order and every value are equal; NaN equals NaN, missing equals missing
 * whatever lies under it.
 */
export function columnEquals(a: Column, b: Column): boolean {
  if (a.encoding !== b.encoding || a.dtype !== b.dtype || a.ordered !== b.ordered || a.naValue !== b.naValue)
    return false;
  if (a.categories && b.categories && !columnEquals(a.categories, b.categories)) return false;
  return sameValues(a, b);
}

/** Whether two columns show the same values, however they are stored; see {@link columnEquals} for what is equal. */
export function sameValues({ values: a }: Column, { values: b }: Column): boolean {
  if (isDenseArray(a)) return a.equals(b);
  return !isDenseArray(b) && sameVector(a, b);
}

/**
 * The column of the given rows, in that order, repeats allowed; everything else stays, unused categories too.
 *
 * @throws {AnnDataError} `ERR_ARGUMENT` when a row is out of range
 */
export function takeColumn(column: Column, rows: ArrayLike<number>): Column {
  const { values } = column;
  checkRows(rows, columnLength(column));
  return { ...column, values: isDenseArray(values) ? values.subset(rows) : takeVector(values, rows) };
}
