// SPDX-License-Identifier: BSD-3-Clause

import {
  arrow,
  isUtf8,
  isUtf8View,
  isVector,
  numericVector,
  stringVector,
  type Vector,
  vectorDType,
} from '../arrays/arrow';
import { type DenseArray, isDenseArray } from '../arrays/dense-array';
import { codesArray, dictionaryParts, dictionaryVector } from '../arrays/dictionary';
import { copyOf, dtypeOf, isTypedArray, type NumericDType, type TypedArray } from '../arrays/dtype';
import { normalise } from '../arrays/vectors';
import { AnnDataError } from '../errors';
import { compareText } from '../text-order';
import type { Column } from './column';

/** One value of a column given as a JS array; null and undefined are missing. */
export type ColumnValue = string | number | bigint | boolean | null | undefined;

/** What a column can be made of. */
export type ColumnInput = Column | Vector | DenseArray | TypedArray | readonly ColumnValue[];

/**
 * Makes a column with memory of its own.
 *
 * | values | column |
 * |---|---|
 * | typed array, 1-D `DenseArray` | numbers of that dtype; text for dtype `string` |
 * | Arrow dictionary | categorical |
 * | Arrow integers or Bool with missing values | nullable-integer, nullable-boolean |
 * | Arrow floats with missing values | NaN in their place |
 * | JS strings | text; with missing ones nullable text; all missing as well |
 * | JS numbers, all integers (−0 is none) | int64; with missing ones nullable-integer |
 * | other JS numbers | float64, NaN where missing |
 * | bigints | int64, or uint64 when one needs it; with missing ones nullable-integer |
 * | booleans | bool; with missing ones nullable-boolean |
 *
 * @throws {AnnDataError} `ERR_UNWRITEABLE` for kinds the file format has no room for: mixed kinds, dates, lists, …
 * @example
 * ```ts
 * columnFrom([1, null]).encoding; // 'nullable-integer'
 * columnFrom(['S', 'L']).dtype; // 'string'
 * ```
 */
export function columnFrom(values: ColumnInput): Column {
  if (isColumn(values)) return values;
  if (isVector(values)) return fromVector(values);
  if (isDenseArray(values)) return fromDense(values);
  if (isTypedArray(values)) return numbers(dtypeOf(values), copyOf(values));
  if (Array.isArray(values)) return fromList(values as readonly ColumnValue[]);
  throw unfit(`a column cannot be made of ${describe(values)}; pass an array, a typed array or an Arrow vector`);
}

/**
 * A categorical column.
 *
 * @param values - labels, all of one kind; null and NaN are missing
 * @param options - `categories`: all of them in their order, by default the distinct labels, sorted (text by code points);
 *   `ordered`: whether they have an order
 * @throws {AnnDataError} `ERR_ARGUMENT` when a label is none of the categories, or a category is missing or comes twice;
 *   `ERR_UNWRITEABLE` for labels of several kinds
 * @example
 * ```ts
 * const size = categorical(['S', 'L', null], { categories: ['S', 'M', 'L'], ordered: true });
 * obs.set('size', size).get('size').get(1); // 'L'
 * ```
 */
export function categorical(
  values: readonly ColumnValue[],
  { categories, ordered = false }: { categories?: readonly ColumnValue[]; ordered?: boolean } = {},
): Column {
  const labels = categories ?? [...new Set(values)].filter(isLabel).sort(byValue);
  if (!labels.every(isLabel)) throw new AnnDataError('ERR_ARGUMENT', 'one of the categories is missing or NaN');
  const places = new Map(labels.map((label, code) => [label, code]));
  if (places.size !== labels.length) throw new AnnDataError('ERR_ARGUMENT', 'a category comes twice');
  const codes = new (codesArray(labels.length))(values.length);
  for (let i = 0; i < values.length; i++) {
    const label = values[i];
    const code = isLabel(label) ? places.get(label) : -1;
    if (code === undefined)
      throw new AnnDataError('ERR_ARGUMENT', `value ${String(label)} at row ${i} is none of the categories`);
    codes[i] = code;
  }
  const stored = labels.length === 0 ? text(stringVector([])) : fromList(labels);
  return fromVector(dictionaryVector(codes, stored.values as Vector, ordered));
}

/** Whether `value` is a column record. */
export function isColumn(value: unknown): value is Column {
  return typeof value === 'object' && value !== null && 'encoding' in value && 'values' in value && 'dtype' in value;
}

function numbers(dtype: NumericDType, data: TypedArray): Column {
  return { encoding: 'array', dtype, values: numericVector(dtype, data) };
}

function text(values: Vector): Column {
  if (values.nullCount === 0) return { encoding: 'string-array', dtype: 'string', values };
  return { encoding: 'nullable-string-array', dtype: 'string', naValue: 'NaN', values };
}

function fromDense(array: DenseArray): Column {
  if (array.nDim !== 1)
    throw new AnnDataError('ERR_SHAPE', `a column has one axis, not shape [${array.shape.join(', ')}]`);
  const { data, dtype } = array.copy();
  if (isVector(data)) return text(data);
  if (dtype === 'complex64' || dtype === 'complex128') return { encoding: 'array', dtype, values: array.copy() };
  return numbers(dtype as NumericDType, data);
}

function fromVector(vector: Vector): Column {
  if (arrow().DataType.isDictionary(vector.type)) {
    const values = normalise(vector);
    const { codes, dictionary, ordered } = dictionaryParts(values);
    const dtype = dtypeOf(codes);
    return { encoding: 'categorical', dtype, values, ordered, categories: fromVector(dictionary) };
  }
  if (isUtf8(vector) || isUtf8View(vector)) return text(normalise(vector));
  const dtype = vectorDType(vector);
  if (dtype === undefined) throw unfit(`an Arrow vector of type ${vector.type} has no counterpart in the file format`);
  const stored = dtype === 'float16' ? 'float32' : dtype;
  if (vector.nullCount === 0) return { encoding: 'array', dtype: stored, values: normalise(vector) };
  if (dtype === 'bool') return { encoding: 'nullable-boolean', dtype, values: normalise(vector) };
  if (!dtype.startsWith('float')) return { encoding: 'nullable-integer', dtype, values: normalise(vector) };
  const filled = Float64Array.from(vector as Iterable<number | null>, (value) => value ?? Number.NaN);
  return numbers(stored, dtype === 'float64' ? filled : Float32Array.from(filled));
}

function fromList(values: readonly ColumnValue[]): Column {
  const kinds = new Set<string>();
  let complete = true;
  // A loop by position sees the holes of a list too.
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (isPresent(value)) kinds.add(typeof value === 'object' ? describe(value) : typeof value);
    else complete = false;
  }
  if (kinds.size > 1) throw unfit(`the values are of several kinds (${[...kinds].join(', ')}); a column holds one`);
  const [kind = 'string'] = kinds;
  switch (kind) {
    case 'string':
      return text(stringVector(values as (string | null)[]));
    case 'boolean': {
      const bytes = Uint8Array.from(values, (value) => (value === true ? 1 : 0));
      return complete ? numbers('bool', bytes) : missing('nullable-boolean', 'bool', bytes, values);
    }
    case 'bigint':
      return integers(values, complete);
    case 'number':
      if (values.every((value) => !isPresent(value) || isWhole(value)) && values.some(isPresent)) {
        return integers(values, complete);
      }
      return numbers(
        'float64',
        Float64Array.from(values as number[], (value) => value ?? Number.NaN),
      );
    default:
      throw unfit(`a column cannot hold values of kind ${kind}`);
  }
}

function integers(values: readonly ColumnValue[], complete: boolean): Column {
  const dtype = values.some((value) => typeof value === 'bigint' && value >= 2n ** 63n) ? 'uint64' : 'int64';
  const numberOf = (value: ColumnValue): bigint => BigInt((value ?? 0) as number);
  const data = dtype === 'uint64' ? BigUint64Array.from(values, numberOf) : BigInt64Array.from(values, numberOf);
  if (values.some((value, i) => typeof value === 'bigint' && data[i] !== value)) {
    throw unfit(
      dtype === 'uint64'
        ? 'the integers fit into 64 bits neither with a sign nor without'
        : 'an integer does not fit into 64 bits',
    );
  }
  return complete ? numbers(dtype, data) : missing('nullable-integer', dtype, data, values);
}

function missing(
  encoding: 'nullable-integer' | 'nullable-boolean',
  dtype: NumericDType,
  data: TypedArray,
  values: readonly ColumnValue[],
): Column {
  const validity = Uint8Array.from(values, (value) => (isPresent(value) ? 1 : 0));
  return { encoding, dtype, values: numericVector(dtype, data, validity) };
}

function isPresent<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

/** Whether a number is one that int64 keeps: it has no room for the sign of −0. */
function isWhole(value: ColumnValue): boolean {
  return Number.isSafeInteger(value) && !Object.is(value, -0);
}

/** Whether it can be the label of a category. */
function isLabel(value: ColumnValue): boolean {
  return isPresent(value) && !Number.isNaN(value);
}

function byValue(a: ColumnValue, b: ColumnValue): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  return a === b ? 0 : a! < b! ? -1 : 1;
}

function describe(value: unknown): string {
  return value === null ? 'null' : ((value as object)?.constructor?.name ?? typeof value);
}

function unfit(reason: string): AnnDataError {
  return new AnnDataError('ERR_UNWRITEABLE', reason);
}
