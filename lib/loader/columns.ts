// SPDX-License-Identifier: BSD-3-Clause

import { isUtf8, type Vector, validityBytes, vectorNumbers } from '../arrays/arrow';
import { isDenseArray } from '../arrays/dense-array';
import type { IndexArray, TypedArray } from '../arrays/dtype';
import { joinArrays } from '../arrays/join-arrays';
import { takeNumbers } from '../arrays/take-plain';
import { loadColumn } from '../backed';
import { AnnDataError, quote } from '../errors';
import type { Column } from '../frame/column';
import { factorsOf, sortedCodes } from '../frame/factors';
import type { Loaded } from './objects';

/** A column of obs of all objects, as numbers. */
export interface ObsColumn {
  /** Codes of labels (−1: missing, or none of the classes), or the numbers themselves. */
  readonly values: TypedArray;
  /** The labels by code; null for a column of numbers. */
  readonly classes: readonly unknown[] | null;
}

/** How a column is loaded. */
export interface ColumnOptions {
  /** The classes, in the order of their codes; by default the categories of the objects, or their texts, sorted. */
  readonly classes?: readonly unknown[] | undefined;
  /** Whether numbers are labels, too. */
  readonly asLabels?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Loads a column of obs of every object and puts them below each other: labels and text as codes of common classes, booleans as 0
 * and 1, numbers as they are, as float64 with NaN where some are missing or types differ. Takes memory for all rows.
 *
 * @throws {AnnDataError} `ERR_NAME` when an object has no such column, `ERR_ARGUMENT` when it is of another kind
 */
export async function readColumn(
  adatas: readonly Loaded[],
  name: string,
  { classes: given, asLabels = false, signal }: ColumnOptions = {},
): Promise<ObsColumn> {
  const columns: Column[] = [];
  for (const [i, adata] of adatas.entries()) {
    if (!adata.obs.has(name)) {
      const where = adatas.length === 1 ? '' : ` of object ${i}`;
      throw new AnnDataError('ERR_NAME', `obs${where} has no column ${quote(name)}`, { key: `obs/${name}` });
    }
    columns.push(await loadColumn(adata.obs, name, { signal }));
  }
  const labels = columns.map(isLabels);
  if (given !== undefined || asLabels || labels.every(Boolean)) return encoded(columns, name, given);
  if (!labels.some(Boolean)) return { values: joined(columns.map((column) => numbersOf(column, name))), classes: null };
  throw new AnnDataError('ERR_ARGUMENT', 'the column holds labels in one object and numbers in another', {
    key: `obs/${name}`,
  });
}

/** A part of a column. */
export function takeColumn({ values }: ObsColumn, rows: IndexArray): TypedArray {
  return takeNumbers(values, rows);
}

function isLabels({ encoding, values }: Column): boolean {
  return encoding === 'categorical' || (!isDenseArray(values) && isUtf8(values));
}

function encoded(columns: readonly Column[], name: string, given: readonly unknown[] | undefined): ObsColumn {
  const factors = columns.map((column) => factorsOf(column, name));
  const places = new Map<unknown, number>();
  const add = (label: unknown): void => {
    if (!places.has(label)) places.set(label, places.size);
  };
  if (given !== undefined) given.forEach(add);
  else if (columns.every(({ encoding }) => encoding === 'categorical')) {
    for (const { count, valueAt } of factors) for (let code = 0; code < count; code++) add(valueAt(code));
  } else {
    const all = factors.flatMap((each) => Array.from(sortedCodes(each), (code) => each.valueAt(code) as string));
    for (const text of all.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))) add(text);
  }
  const parts = factors.map(({ codes, count, valueAt }) => {
    const toClass = Int32Array.from({ length: count }, (_, code) => places.get(valueAt(code)) ?? -1);
    return Int32Array.from(codes, (code) => (code < 0 ? -1 : toClass[code]!));
  });
  return { values: joined(parts), classes: [...places.keys()] };
}

function numbersOf({ values }: Column, name: string): TypedArray {
  if (isDenseArray(values)) {
    throw new AnnDataError('ERR_ARGUMENT', `columns of ${values.dtype} cannot be loaded`, { key: `obs/${name}` });
  }
  const numbers = vectorNumbers(values as Vector);
  const valid = validityBytes(values as Vector);
  return valid === null
    ? numbers
    : Float64Array.from(numbers as Float64Array, (n, row) => (valid[row] === 0 ? Number.NaN : Number(n)));
}

function joined(parts: readonly TypedArray[]): TypedArray {
  const [first] = parts as [TypedArray];
  if (parts.length === 1) return first;
  const isSame = parts.every((part) => part.constructor === first.constructor);
  return isSame ? joinArrays(parts) : joinArrays(parts.map((part) => Float64Array.from(part as Float64Array, Number)));
}
