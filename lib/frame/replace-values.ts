// SPDX-License-Identifier: BSD-3-Clause

import { isVector, numericVector, stringVector, type Vector, validityBytes, vectorNumbers } from '../arrays/arrow';
import { DenseArray, isDenseArray } from '../arrays/dense-array';
import { dictionaryParts, dictionaryVector } from '../arrays/dictionary';
import { copyOf, type NumericDType, type TypedArray } from '../arrays/dtype';
import { slotsOfElement } from '../arrays/element';
import { checkRows } from '../arrays/rows';
import { takeStrings } from '../arrays/take-plain';
import { AnnDataError, quote } from '../errors';
import { type Column, columnLength } from './column';

/**
 * A column like `column` with other values at `rows`; kind and dtype stay, except that a value made missing turns text,
 * integers and booleans into their nullable kind.
 */
export function replaceValues(column: Column, rows: ArrayLike<number>, values: unknown): Column {
  const { encoding } = column;
  checkRows(rows, columnLength(column));
  const value = reader(values, rows.length, isDenseArray(column.values));
  const edits: Edits = Array.from(rows, (row, i) => [row, value(i) ?? null]);
  if (isDenseArray(column.values)) return rearrange(column, column.values, edits);
  if (encoding === 'categorical') return { ...column, values: relabel(column.values, edits) };
  if (encoding === 'string-array' || encoding === 'nullable-string-array') {
    return rewrite(column, column.values, edits);
  }
  return renumber(column, column.values, edits);
}

type Edits = [row: number, value: unknown][];

/** The value for the i-th row: one for each, from whatever holds them, or one for all. */
function reader(values: unknown, rows: number, complex: boolean): (i: number) => unknown {
  const isOne = typeof values !== 'object' || values === null || (complex && isPair(values) && rows !== 2);
  if (isOne) return () => values;
  const isArray = isDenseArray(values) && values.nDim === 1;
  const length = isArray ? values.size : (values as { length?: unknown }).length;
  if (typeof length !== 'number') {
    throw new AnnDataError(
      'ERR_ARGUMENT',
      'values are one value, a list, a typed array, a vector or an array of one axis',
    );
  }
  if (length !== rows) throw new AnnDataError('ERR_SHAPE', `there are ${rows} rows but ${length} values`);
  if (isArray || isVector(values)) return (i) => (values as { get(i: number): unknown }).get(i);
  return (i) => (values as ArrayLike<unknown>)[i];
}

function isPair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'number');
}

/** Columns that Arrow has no type for: complex numbers, as pairs or real numbers; a missing one is NaN. */
function rearrange(column: Column, array: DenseArray, edits: Edits): Column {
  const { data, dtype } = array.copy();
  for (const [row, value] of edits) {
    const pair = slotsOfElement(value ?? Number.NaN, dtype as NumericDType);
    if (pair === undefined) throw misfit(column, value);
    (data as TypedArray).set(pair as never, row * pair.length);
  }
  return { ...column, values: new DenseArray(data, [array.size], { dtype }) };
}

function relabel(vector: Vector, edits: Edits): Vector {
  const { codes, dictionary, ordered } = dictionaryParts(vector);
  const places = new Map(Array.from(dictionary as Iterable<unknown>, (label, code) => [label, code]));
  const fresh = codes.slice();
  for (const [row, label] of edits) {
    const code = label === null ? -1 : (places.get(label) ?? places.get(otherwise(label)));
    if (code === undefined) {
      const known = [...places.keys()].slice(0, 20).map((known) => quote(String(known)));
      throw new AnnDataError('ERR_ARGUMENT', `${quote(String(label))} is none of the categories ${known.join(', ')}`);
    }
    fresh[row] = code;
  }
  return dictionaryVector(fresh, dictionary, ordered);
}

/** A whole number as the other type that may stand for it: labels of 64-bit integers are bigints. */
function otherwise(label: unknown): unknown {
  if (typeof label === 'bigint') return Number(label);
  return Number.isSafeInteger(label) ? BigInt(label as number) : label;
}

/** Text: the new strings are laid behind the old ones, and every row is taken from one of the two. */
function rewrite(column: Column, vector: Vector, edits: Edits): Column {
  const bad = edits.find(([, value]) => value !== null && typeof value !== 'string');
  if (bad !== undefined) throw misfit(column, bad[1]);
  const rows = Float64Array.from({ length: vector.length }, (_, i) => i);
  edits.forEach(([row], i) => {
    rows[row] = vector.length + i;
  });
  const added = stringVector(edits.map(([, value]) => value as string | null));
  const values = takeStrings(vector.concat(added), rows);
  const nullable = column.encoding === 'nullable-string-array' || values.nullCount > 0;
  return nullable ? { naValue: 'NaN', ...column, encoding: 'nullable-string-array', values } : { ...column, values };
}

function renumber(column: Column, vector: Vector, edits: Edits): Column {
  const data = copyOf(vectorNumbers(vector));
  const valid = validityBytes(vector) ?? new Uint8Array(data.length).fill(1);
  const isFloat = column.dtype.startsWith('float');
  for (const [row, value] of edits) {
    if (value === null && !isFloat) valid[row] = 0;
    else {
      const slots = slotsOfElement(value ?? Number.NaN, column.dtype as NumericDType);
      if (slots === undefined) throw misfit(column, value);
      data[row] = slots[0] as never;
      valid[row] = 1;
    }
  }
  const values = numericVector(column.dtype as NumericDType, data, valid);
  if (values.nullCount === 0) return { ...column, values };
  return { ...column, values, encoding: column.dtype === 'bool' ? 'nullable-boolean' : 'nullable-integer' };
}

function misfit(column: Column, value: unknown): AnnDataError {
  return new AnnDataError(
    'ERR_ARGUMENT',
    `${String(value)} does not fit a column of dtype ${column.dtype} (${column.encoding})`,
  );
}
