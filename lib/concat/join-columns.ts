// SPDX-License-Identifier: BSD-3-Clause

import { numericVector, utf8Data, utf8Vector, type Vector, validityBytes, vectorNumbers } from '../arrays/arrow';
import { DenseArray, isDenseArray } from '../arrays/dense-array';
import { allocate, dtypes, type NumericDType, type TypedArray } from '../arrays/dtype';
import { promote } from '../arrays/sparse/stack';
import { AnnDataError } from '../errors';
import type { Column } from '../frame/column';
import { joinCategoricals, plainValues } from './categories';
import { converter } from './stack-dense';
import { pieceSize, type Steps } from './steps';

/**
 * Columns one after the other, null where an object has none, undefined where it has neither rows nor columns: numbers
 * stay as they are then, and only booleans make room for what is missing.
 *
 * | kinds | joined | where one is missing |
 * |---|---|---|
 * | categoricals | categorical, see {@link joinCategoricals} | missing |
 * | text, with categoricals of text | text | missing |
 * | numbers | by NumPy's rules | NaN; integers become float64 |
 * | booleans | bool | nullable-boolean |
 * | nullable integers or booleans among them | nullable | missing |
 *
 * @throws {AnnDataError} `ERR_UNWRITEABLE` for text and numbers: no column holds both
 */
export function* joinColumns(
  given: readonly (Column | null | undefined)[],
  lengths: readonly number[],
  key: string,
): Steps<Column> {
  const parts = given.map((part) => part ?? null);
  const present = parts.filter((part) => part !== null);
  if (present.every((part) => part.encoding === 'categorical')) {
    const joined = joinCategoricals(parts, lengths);
    if (joined !== undefined) return joined;
  }
  const plain = parts.map((part) => (part?.encoding === 'categorical' ? plainValues(part) : part));
  if (isText(plain, key)) return yield* joinText(plain, lengths);
  return joinNumbers(plain, lengths, plain.filter((part, i) => part === null && given[i] !== undefined).length > 0);
}

/** Whether the parts are text; parts without values, be it that all are missing, have no say when they differ. */
function isText(parts: (Column | null)[], key: string): boolean {
  const kinds = (columns: readonly (Column | null)[]): Set<boolean> =>
    new Set(columns.filter((column) => column !== null).map(({ dtype }) => dtype === 'string'));
  const all = kinds(parts);
  const withValues = all.size > 1 ? kinds(parts.filter((part) => part !== null && hasValues(part))) : all;
  if (withValues.size > 1) {
    throw new AnnDataError(
      'ERR_UNWRITEABLE',
      'the column is text in one object and numbers in another: convert or remove it in one of them',
      { key },
    );
  }
  const [text] = withValues.size === 1 ? withValues : all;
  parts.forEach((part, i) => {
    if (part !== null && (part.dtype === 'string') !== text) parts[i] = null;
  });
  return text as boolean;
}

function hasValues({ values }: Column): boolean {
  if (isDenseArray(values)) return values.size > 0;
  if (values.nullCount > 0) return values.nullCount < values.length;
  for (const value of values as Iterable<unknown>) if (!Number.isNaN(value)) return true;
  return false;
}

/** Text one after the other; null is missing in all rows. */
export function* joinText(parts: readonly (Column | null)[], lengths: readonly number[]): Steps<Column> {
  const present = parts.filter((part) => part !== null);
  const texts = parts.map((part) => (part === null ? null : utf8Data(part.values as Vector)));
  const total = texts.reduce((sum, text) => sum + (text?.bytes.length ?? 0), 0);
  const count = lengths.reduce((sum, n) => sum + n, 0);
  const isBig = total >= 2 ** 31;
  const offsets = isBig ? new BigInt64Array(count + 1) : new Int32Array(count + 1);
  const bytes = new Uint8Array(total);
  const validity = new Uint8Array(count).fill(1);
  let row = 0;
  let end = 0;
  for (const [i, text] of texts.entries()) {
    const length = lengths[i]!;
    if (text === null) validity.fill(0, row, row + length);
    else {
      bytes.set(text.bytes, end);
      const valid = validityBytes(parts[i]!.values as Vector);
      if (valid !== null) validity.set(valid, row);
    }
    for (let k = 1; k <= length; k++) {
      if (k % pieceSize === 0) yield;
      const at = end + (text === null ? 0 : Number(text.offsets[k]));
      offsets[row + k] = (isBig ? BigInt(at) : at) as never;
    }
    row += length;
    end += text?.bytes.length ?? 0;
  }
  const values = utf8Vector({ offsets, bytes }, validity);
  const nullable = present.filter(({ encoding }) => encoding === 'nullable-string-array');
  if (values.nullCount === 0 && nullable.length === 0) return { encoding: 'string-array', dtype: 'string', values };
  const naValue = nullable.some((part) => part.naValue === 'NA') ? 'NA' : 'NaN';
  return { encoding: 'nullable-string-array', dtype: 'string', naValue, values };
}

function joinNumbers(parts: readonly (Column | null)[], lengths: readonly number[], hasMissing: boolean): Column {
  const present = parts.filter((part) => part !== null);
  const common = promote(present.map(({ dtype }) => dtype as NumericDType));
  const isFloat = /^(float|complex)/.test(common);
  const masked =
    present.some(({ encoding }) => encoding !== 'array') || (present.length < parts.length && common === 'bool');
  const dtype = hasMissing && !masked && !isFloat ? 'float64' : common;
  const count = lengths.reduce((sum, n) => sum + n, 0);
  const { slots } = dtypes[dtype];
  const data = allocate(dtype, count) as Float64Array;
  const validity = masked && !isFloat ? new Uint8Array(count).fill(1) : null;
  let row = 0;
  parts.forEach((part, i) => {
    const length = lengths[i]!;
    if (length === 0) return;
    if (part === null) {
      if (validity !== null) validity.fill(0, row, row + length);
      else fillMissing(data, row, length, slots);
    } else copyNumbers(part, dtype, data, row, validity);
    row += length;
  });
  return numberColumn(dtype, data, validity);
}

/** A column of numbers, nullable when there is a validity. */
export function numberColumn(dtype: NumericDType, data: TypedArray, validity: Uint8Array | null): Column {
  if (dtypes[dtype].slots === 2) {
    return { encoding: 'array', dtype, values: new DenseArray(data, [data.length / 2], { dtype }) };
  }
  const values = numericVector(dtype, data, validity);
  if (validity === null) return { encoding: 'array', dtype, values };
  return { encoding: dtype === 'bool' ? 'nullable-boolean' : 'nullable-integer', dtype, values };
}

function fillMissing(data: Float64Array, row: number, length: number, slots: number): void {
  data.fill(Number.NaN, row * slots, (row + length) * slots);
  if (slots === 2) for (let i = row; i < row + length; i++) data[2 * i + 1] = 0;
}

function copyNumbers(
  part: Column,
  dtype: NumericDType,
  data: Float64Array,
  row: number,
  validity: Uint8Array | null,
): void {
  const numbers = (
    isDenseArray(part.values) ? part.values.toContiguous().data : vectorNumbers(part.values)
  ) as TypedArray;
  const from = part.dtype as NumericDType;
  const widen = dtypes[dtype].slots / dtypes[from].slots;
  const convert = converter(from, dtype);
  const at = row * dtypes[dtype].slots;
  if (widen === 1 && convert === null) data.set(numbers as Float64Array, at);
  else {
    for (let i = 0; i < numbers.length; i++) {
      data[at + i * widen] = (convert === null ? numbers[i] : convert(numbers[i])) as number;
    }
  }
  const valid = isDenseArray(part.values) ? null : validityBytes(part.values);
  if (valid === null) return;
  if (validity !== null) validity.set(valid, row);
  else
    valid.forEach((isThere, i) => {
      if (isThere === 0) fillMissing(data, row + i, 1, dtypes[dtype].slots);
    });
}
