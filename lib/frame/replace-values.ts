// SPDX-License-Identifier: BSD-3-Clause

import {
  dictionaryParts,
  dictionaryVector,
  numericVector,
  stringVector,
  type Vector,
  validityBytes,
  vectorNumbers,
} from '../arrays/arrow';
import { isDenseArray } from '../arrays/dense-array';
import type { NumericDType, TypedArray } from '../arrays/dtype';
import { AnnDataError, quote } from '../errors';
import { type Column, columnLength } from './column';

/**
 * A column like `column` with other values at `rows`; kind and dtype stay, except that a value made missing turns text,
 * integers and booleans into their nullable kind.
 */
export function replaceValues(column: Column, rows: ArrayLike<number>, values: unknown): Column {
  const edits = pairs(columnLength(column), rows, values);
  if (isDenseArray(column.values)) throw misfit(column, values);
  switch (column.encoding) {
    case 'categorical':
      return { ...column, values: relabel(column.values, edits) };
    case 'string-array':
    case 'nullable-string-array':
      return rewrite(column, column.values, edits);
    default:
      return renumber(column, column.values, edits);
  }
}

type Edits = [row: number, value: unknown][];

function pairs(length: number, rows: ArrayLike<number>, values: unknown): Edits {
  const many = typeof values === 'object' && values !== null && 'length' in values;
  const list = values as ArrayLike<unknown>;
  if (many && list.length !== rows.length) {
    throw new AnnDataError('ERR_SHAPE', `there are ${rows.length} rows but ${list.length} values`);
  }
  return Array.from(rows, (row, i) => {
    if (!(Number.isInteger(row) && row >= 0 && row < length)) {
      throw new AnnDataError('ERR_ARGUMENT', `row ${row} is outside of [0, ${length})`);
    }
    return [row, (many ? list[i] : values) ?? null];
  });
}

function relabel(vector: Vector, edits: Edits): Vector {
  const { codes, dictionary, ordered } = dictionaryParts(vector);
  const places = new Map(Array.from(dictionary as Iterable<unknown>, (label, code) => [label, code]));
  const fresh = codes.slice();
  for (const [row, label] of edits) {
    const code = label === null ? -1 : places.get(label);
    if (code === undefined) {
      const known = [...places.keys()].slice(0, 20).map((known) => quote(String(known)));
      throw new AnnDataError('ERR_ARGUMENT', `${quote(String(label))} is none of the categories ${known.join(', ')}`);
    }
    fresh[row] = code;
  }
  return dictionaryVector(fresh, dictionary, ordered);
}

function rewrite(column: Column, vector: Vector, edits: Edits): Column {
  const strings = [...(vector as Iterable<string | null>)];
  for (const [row, value] of edits) {
    if (value !== null && typeof value !== 'string') throw misfit(column, value);
    strings[row] = value;
  }
  const values = stringVector(strings);
  const nullable = column.encoding === 'nullable-string-array' || values.nullCount > 0;
  return nullable ? { naValue: 'NaN', ...column, encoding: 'nullable-string-array', values } : { ...column, values };
}

function renumber(column: Column, vector: Vector, edits: Edits): Column {
  const data = vectorNumbers(vector).slice();
  const valid = validityBytes(vector) ?? new Uint8Array(data.length).fill(1);
  const isFloat = column.dtype.startsWith('float');
  for (const [row, value] of edits) {
    if (value === null && !isFloat) valid[row] = 0;
    else {
      data[row] = (value === null ? Number.NaN : fitting(column, data, value)) as never;
      valid[row] = 1;
    }
  }
  const values = numericVector(column.dtype as NumericDType, data, valid);
  if (values.nullCount === 0) return { ...column, values };
  return { ...column, values, encoding: column.dtype === 'bool' ? 'nullable-boolean' : 'nullable-integer' };
}

/** `value` as an element of the column, if it is one without loss. */
function fitting(column: Column, data: TypedArray, value: unknown): number | bigint {
  if (column.dtype === 'bool') {
    if (typeof value !== 'boolean') throw misfit(column, value);
    return Number(value);
  }
  if (typeof value !== 'number' && typeof value !== 'bigint') throw misfit(column, value);
  if (column.dtype.startsWith('float')) return Number(value);
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw misfit(column, value);
  const probe = data.slice(0, 1);
  probe[0] = (typeof probe[0] === 'bigint' ? BigInt(value) : Number(value)) as never;
  if (BigInt(probe[0]!) !== BigInt(value)) throw misfit(column, value);
  return probe[0]!;
}

function misfit(column: Column, value: unknown): AnnDataError {
  return new AnnDataError(
    'ERR_ARGUMENT',
    `${String(value)} does not fit a column of dtype ${column.dtype} (${column.encoding})`,
  );
}
