// SPDX-License-Identifier: BSD-3-Clause

import { arrow, type Vector } from '../arrays/arrow';
import { type Element, isDenseArray, sameElement } from '../arrays/dense-array';
import { dictionaryParts } from '../arrays/dictionary';
import { AnnDataError } from '../errors';
import type { Column } from './column';
import type { DataFrame } from './data-frame';

/** What a value of a column is asked: whether it passes. Missing values come as null, categories as their labels. */
export type ValueTest = (value: Element) => boolean;

const brand = Symbol.for('anndata.Where');

/** A choice of rows by the values of a column; made by {@link where}. */
export interface Where {
  readonly [brand]: true;
  readonly column: string;
  readonly test: ValueTest;
}

/**
 * A choice of rows by a column: of `obs` or of `var`, whichever axis it is used for.
 *
 * @param column - name of the column
 * @param test - a function of a value; or the value itself; or a list or Set of values of which it is one. Null
 * stands for missing values; a complex number can only stand in a list.
 * @example
 * ```ts
 * adata.subset(where('louvain', 'B cells'));
 * adata.subset(where('n_genes', (n) => Number(n) > 500), where('chromosome', ['X', 'Y']));
 * ```
 */
export function where(column: string, test: ValueTest | Element | readonly Element[] | ReadonlySet<Element>): Where {
  if (typeof column !== 'string') {
    throw new AnnDataError('ERR_ARGUMENT', `where() takes the name of a column, not a ${typeof column}`);
  }
  return Object.freeze({ [brand]: true as const, column, test: asTest(test) });
}

/** Whether `value` is made by {@link where}, of whichever copy of this package. */
export function isWhere(value: unknown): value is Where {
  return typeof value === 'object' && value !== null && brand in value;
}

/**
 * Rows that pass, ascending. Cost: one call a row, for categoricals one a category.
 *
 * @throws {AnnDataError} `ERR_NAME` when there is no such column
 */
export function rowsWhere(frame: DataFrame, { column, test }: Where): Int32Array {
  const passes = rowTest(frame.column(column), test);
  const rows = new Int32Array(frame.nRows);
  let count = 0;
  for (let row = 0; row < rows.length; row++) {
    if (passes(row)) rows[count++] = row;
  }
  return rows.slice(0, count);
}

function rowTest({ values }: Column, test: ValueTest): (row: number) => boolean {
  if (isDenseArray(values)) return (row) => test(values.get(row));
  if (!arrow().DataType.isDictionary(values.type)) return (row) => test((values as Vector).get(row) as Element);
  const { codes, dictionary } = dictionaryParts(values);
  const missing = test(null);
  const labels = Uint8Array.from({ length: dictionary.length }, (_, code) => Number(test(dictionary.get(code))));
  return (row) => (codes[row]! < 0 ? missing : labels[codes[row]!] !== 0);
}

function asTest(test: unknown): ValueTest {
  if (typeof test === 'function') return (value) => test(value) === true;
  if (Object.prototype.toString.call(test) === '[object Set]') return oneOf([...(test as ReadonlySet<Element>)]);
  if (Array.isArray(test)) return oneOf(test as Element[]);
  if (test === undefined) throw new AnnDataError('ERR_ARGUMENT', 'where() takes a test or a value; it is undefined');
  return (value) => same(value, test as Element);
}

function oneOf(values: readonly Element[]): ValueTest {
  const plain = new Set<unknown>(values.map(canonical));
  const pairs = values.filter((value) => Array.isArray(value));
  return (value) =>
    Array.isArray(value) ? pairs.some((pair) => same(value as Element, pair)) : plain.has(canonical(value));
}

function same(value: Element, wanted: Element): boolean {
  return sameElement(canonical(value), canonical(wanted));
}

/** 64-bit integers are bigints in columns, but nobody writes `3n` for them. */
function canonical(value: Element): Element {
  return typeof value === 'bigint' && BigInt.asIntN(53, value) === value ? Number(value) : value;
}
