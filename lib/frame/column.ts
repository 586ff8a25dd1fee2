// SPDX-License-Identifier: BSD-3-Clause

import {
  arrow,
  dictionaryParts,
  dictionaryVector,
  isUtf8,
  numericVector,
  type Vector,
  validityBytes,
  vectorDType,
  vectorNumbers,
} from '../arrays/arrow';
import { type DenseArray, isDenseArray, sameElement, takeStrings } from '../arrays/dense-array';
import type { NumericDType, TypedArray } from '../arrays/dtype';
import { AnnDataError } from '../errors';

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

/** Number of values. */
export function columnLength({ values }: Column): number {
  return isDenseArray(values) ? values.shape[0]! : values.length;
}

/** Whether encoding, dtype, order of categories and every value are equal; NaN equals NaN, missing equals missing. */
export function columnEquals(a: Column, b: Column): boolean {
  if (a.encoding !== b.encoding || a.dtype !== b.dtype || a.ordered !== b.ordered) return false;
  if (isDenseArray(a.values) || isDenseArray(b.values)) return isDenseArray(a.values) && a.values.equals(b.values);
  if (
    a.encoding === 'categorical' &&
    !sameVector(dictionaryParts(a.values).dictionary, dictionaryParts(b.values).dictionary)
  ) {
    return false;
  }
  return sameVector(a.values, b.values);
}

function sameVector(a: Vector, b: Vector): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!sameElement(a.get(i), b.get(i))) return false;
  return true;
}

/** The column of the given rows, in that order, repeats allowed; everything else stays, unused categories too. */
export function takeColumn(column: Column, rows: ArrayLike<number>): Column {
  const { values } = column;
  const length = columnLength(column);
  const bad = Array.from(rows).find((row) => !(Number.isInteger(row) && row >= 0 && row < length));
  if (bad !== undefined) throw new AnnDataError('ERR_ARGUMENT', `row ${bad} is outside of [0, ${length})`);
  return { ...column, values: isDenseArray(values) ? values.subset(rows) : takeVector(values, rows) };
}

function takeVector(vector: Vector, rows: ArrayLike<number>): Vector {
  if (isUtf8(vector)) return takeStrings(vector, Array.from(rows), rows.length);
  const take = <T extends TypedArray>(from: T): T => {
    const out = new (from.constructor as new (length: number) => T)(rows.length);
    for (let i = 0; i < rows.length; i++) out[i] = from[rows[i]!] as never;
    return out;
  };
  if (arrow().DataType.isDictionary(vector.type)) {
    const { codes, dictionary, ordered } = dictionaryParts(vector);
    return dictionaryVector(take(codes), dictionary, ordered);
  }
  const validity = validityBytes(vector);
  return numericVector(vectorDType(vector)!, take(vectorNumbers(vector)), validity && take(validity));
}
