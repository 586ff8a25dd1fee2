// SPDX-License-Identifier: BSD-3-Clause

import { isUtf8, stringVector, type Vector, validityBytes, vectorDType, vectorNumbers } from '../arrays/arrow';
import { type DenseArray, type Element, isDenseArray, sameElement } from '../arrays/dense-array';
import { dictionaryParts } from '../arrays/dictionary';
import { TextRows } from '../arrays/text-rows';
import { TextTable } from '../arrays/text-table';
import { AnnDataError, quote } from '../errors';
import type { Column } from './column';
import type { DataFrame } from './data-frame';

/**
 * What values of a column are asked for: one value, one of several, or whatever a function says yes to. Null asks for
 * missing values, NaN included. Numbers and bigints are compared by value. A function gets each value, or for a
 * categorical each category once; null where it is missing. A complex number can only stand in a list.
 */
export type WhereTest<T extends Element = Element> = T | readonly T[] | ReadonlySet<T> | ((value: T) => boolean);

/** Rows chosen by the values of a column; made by {@link where}. */
export interface Where {
  /** Name of the column. */
  readonly column: string;
  /** What its values are asked for. */
  readonly test: WhereTest;
}

const brand = Symbol.for('anndata.Where');

/**
 * Chooses the rows whose value in a column passes a test. It stands wherever rows are asked for, and is resolved against
 * the frame it meets.
 *
 * @example
 * ```ts
 * adata.obs.filter(where('louvain', ['B cells', 'T cells']));
 * adata.obs.filter(where('n_genes', (n: bigint) => n > 200n));
 * ```
 */
export function where<T extends Element>(column: string, test: WhereTest<T>): Where {
  if (typeof column !== 'string') {
    throw new AnnDataError('ERR_ARGUMENT', `where() takes the name of a column, not a ${typeof column}`);
  }
  if (test === undefined) throw new AnnDataError('ERR_ARGUMENT', 'where() takes a test or a value; it is undefined');
  return Object.freeze({ column, test: test as WhereTest, [brand]: true });
}

/** Whether `value` was made by {@link where}, of whichever copy of this package. */
export function isWhere(value: unknown): value is Where {
  return typeof value === 'object' && value !== null && brand in value;
}

/**
 * Positions of the rows that pass, ascending. Text is compared as bytes, categoricals by their codes: no strings are made.
 *
 * @throws {AnnDataError} `ERR_NAME` when there is no such column, `ERR_ARGUMENT` when the test asks for values of a kind
 *   that the column cannot hold
 */
export function rowsWhere(frame: DataFrame, { column, test }: Where): Int32Array {
  return rowsOfMask(maskWhere(frame.column(column), column, test));
}

/** Positions of what is not 0. */
export function rowsOfMask(mask: Uint8Array): Int32Array {
  let count = 0;
  for (let row = 0; row < mask.length; row++) if (mask[row] !== 0) count++;
  const rows = new Int32Array(count);
  let at = 0;
  for (let row = 0; row < mask.length; row++) if (mask[row] !== 0) rows[at++] = row;
  return rows;
}

/** 1 for each row whose value passes. */
export function maskWhere(column: Column, name: string, test: WhereTest): Uint8Array {
  const { values } = column;
  if (column.encoding === 'categorical') return maskOfCategories(values as Vector, name, test);
  if (typeof test === 'function') return maskOfFunction(values, test);
  const wanted = listOf(test);
  if (isDenseArray(values)) {
    return maskOfFunction(values, (value) => wanted.some((one) => sameElement(value, one)));
  }
  const mask = isUtf8(values) ? maskOfTexts(values, name, wanted) : maskOfNumbers(values, name, wanted);
  return wanted.some(isMissing) ? addMissing(mask, values) : mask;
}

/** The values of a test that is no function. */
function listOf(test: Exclude<WhereTest, (value: Element) => boolean>): readonly Element[] {
  if (Object.prototype.toString.call(test) === '[object Set]') return [...(test as ReadonlySet<Element>)];
  return Array.isArray(test) ? (test as readonly Element[]) : [test as Element];
}

function maskOfFunction(values: Vector | DenseArray, test: (value: Element) => boolean): Uint8Array {
  const mask = new Uint8Array(isDenseArray(values) ? values.size : values.length);
  for (let row = 0; row < mask.length; row++) if (test(values.get(row) as Element) === true) mask[row] = 1;
  return mask;
}

function maskOfCategories(values: Vector, name: string, test: WhereTest): Uint8Array {
  const { codes, dictionary } = dictionaryParts(values);
  const labels: Column = { encoding: 'array', dtype: 'string', values: dictionary };
  const missing = typeof test === 'function' ? test(null) === true : listOf(test).some(isMissing);
  const passing = maskWhere(labels, name, test);
  const mask = new Uint8Array(codes.length);
  for (let row = 0; row < mask.length; row++) mask[row] = codes[row]! < 0 ? Number(missing) : passing[codes[row]!]!;
  return mask;
}

function maskOfTexts(values: Vector, name: string, wanted: readonly Element[]): Uint8Array {
  const texts = wanted.filter((value) => !isMissing(value)) as string[];
  check(name, 'text', texts, (value) => typeof value === 'string');
  const table = new TextTable(stringVector(texts));
  table.fill();
  const rows = new TextRows(values);
  return Uint8Array.from({ length: values.length }, (_, row) => (table.find(rows, row) < 0 ? 0 : 1));
}

function maskOfNumbers(values: Vector, name: string, wanted: readonly Element[]): Uint8Array {
  const dtype = vectorDType(values)!;
  const present = wanted.filter((value) => !isMissing(value));
  const isKind = dtype === 'bool' ? (value: unknown) => typeof value === 'boolean' : isNumber;
  check(name, dtype, present, isKind);
  const data = vectorNumbers(values);
  const isBig = dtype === 'int64' || dtype === 'uint64';
  const set = new Set<number | bigint>(
    present.flatMap((value): (number | bigint)[] => (isBig ? bigintOf(value) : [Number(value)])),
  );
  const mask = new Uint8Array(data.length);
  for (let row = 0; row < data.length; row++) mask[row] = set.has(data[row]!) ? 1 : 0;
  validityBytes(values)?.forEach((valid, row) => {
    if (valid === 0) mask[row] = 0;
  });
  return mask;
}

/** A fraction equals no integer. */
function bigintOf(value: Element): bigint[] {
  return typeof value === 'number' && !Number.isInteger(value) ? [] : [BigInt(value as number)];
}

function addMissing(mask: Uint8Array, values: Vector): Uint8Array {
  const valid = validityBytes(values);
  const data = isUtf8(values) ? null : vectorNumbers(values);
  for (let row = 0; row < mask.length; row++) {
    if (valid?.[row] === 0 || Number.isNaN(data?.[row])) mask[row] = 1;
  }
  return mask;
}

function check(name: string, kind: string, wanted: readonly Element[], fits: (value: unknown) => boolean): void {
  const odd = wanted.find((value) => !fits(value));
  if (odd === undefined) return;
  const found = typeof odd === 'string' ? `the text ${quote(odd)}` : `the ${typeof odd} ${String(odd)}`;
  throw new AnnDataError('ERR_ARGUMENT', `the column holds ${kind}, but ${found} was asked for`, { key: name });
}

function isMissing(value: Element): boolean {
  return value === null || value === undefined || Number.isNaN(value);
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'bigint';
}
