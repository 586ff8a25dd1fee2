// SPDX-License-Identifier: BSD-3-Clause

import { isUtf8, type Vector } from '../arrays/arrow';
import { codesArray, dictionaryParts, dictionaryVector } from '../arrays/dictionary';
import { dtypeOf } from '../arrays/dtype';
import { takePlain } from '../arrays/take-plain';
import { TextTable } from '../arrays/text-table';
import { AnnDataError } from '../errors';
import { type Column, columnLength, takeColumn } from './column';
import { type ColumnInput, columnFrom } from './column-from';
import { naturalSort } from './natural-sort';

/** The categories of a categorical column, as a column. */
export function categoriesOf(column: Column): Column {
  if (column.encoding !== 'categorical') {
    throw new AnnDataError('ERR_ARGUMENT', `the column is no categorical, but ${column.encoding}`);
  }
  return column.categories ?? columnFrom(dictionaryParts(column.values as Vector).dictionary);
}

/**
 * A categorical column without the categories that no row has; the others keep their order. Other columns, and those
 * whose categories are all in use, are returned as they are. Cost: a pass over the codes.
 *
 * @example
 * ```ts
 * const column = removeUnusedCategories(obs.subset([0]).column('louvain'));
 * [...column.categories.values]; // ['B cells']
 * ```
 */
export function removeUnusedCategories(column: Column): Column {
  if (column.encoding !== 'categorical') return column;
  const { codes, dictionary, ordered } = dictionaryParts(column.values as Vector);
  const used = new Uint8Array(dictionary.length);
  for (let row = 0; row < codes.length; row++) if (codes[row]! >= 0) used[codes[row]!] = 1;
  const kept: number[] = [];
  const places = Int32Array.from(used, (inUse, code) => (inUse === 1 ? kept.push(code) - 1 : -1));
  if (kept.length === dictionary.length) return column;
  const fresh = new (codesArray(kept.length))(codes.length);
  for (let row = 0; row < codes.length; row++) fresh[row] = codes[row]! < 0 ? -1 : places[codes[row]!]!;
  return withCategories(fresh, takeColumn(categoriesOf(column), kept), ordered);
}

/**
 * A categorical column whose categories have other names; rows and their order stay.
 *
 * @param categories - as many as there are, none missing, all different
 * @throws {AnnDataError} `ERR_SHAPE` when there are more or fewer, `ERR_ARGUMENT` for missing or repeated ones, and for
 *   columns that are no categoricals
 * @example
 * ```ts
 * obs.setColumn('louvain', renameCategories(obs.column('louvain'), ['B', 'T', 'NK']));
 * ```
 */
export function renameCategories(column: Column, categories: ColumnInput): Column {
  const old = categoriesOf(column);
  const named = columnFrom(categories);
  const [count, wanted] = [columnLength(named), columnLength(old)];
  if (count !== wanted) throw new AnnDataError('ERR_SHAPE', `${count} categories were given for ${wanted}`);
  const labels = Array.from(named.values as Iterable<unknown>);
  if (labels.some((label) => label === null || Number.isNaN(label))) {
    throw new AnnDataError('ERR_ARGUMENT', 'a category cannot be missing');
  }
  if (new Set(labels).size < count) throw new AnnDataError('ERR_ARGUMENT', 'a category comes twice');
  const { codes, ordered } = dictionaryParts(column.values as Vector);
  return withCategories(codes, named, ordered);
}

/**
 * A column of text as an unordered categorical with naturally sorted categories, when it has fewer different values than
 * rows; otherwise, and when every value is missing, the column itself. Makes strings of the different values only.
 */
export function stringsToCategorical(column: Column): Column {
  if (column.encoding !== 'string-array' && column.encoding !== 'nullable-string-array') return column;
  const values = column.values as Vector;
  if (!isUtf8(values)) return column;
  const { codes, firstRows } = new TextTable(values).fill();
  if (firstRows.length === 0 || firstRows.length >= values.length) return column;
  const numbered = new Map(Array.from(firstRows, (row, code) => [values.get(row) as string, code]));
  const order = naturalSort([...numbered.keys()]).map((text) => numbered.get(text)!);
  const places = new Int32Array(order.length);
  order.forEach((code, place) => {
    places[code] = place;
  });
  const fresh = new (codesArray(order.length))(codes.length);
  for (let row = 0; row < codes.length; row++) fresh[row] = codes[row]! < 0 ? -1 : places[codes[row]!]!;
  const labels = takePlain(
    values,
    order.map((code) => firstRows[code]!),
  );
  return withCategories(fresh, { encoding: 'string-array', dtype: 'string', values: labels }, false);
}

function withCategories(codes: Int8Array | Int16Array | Int32Array, categories: Column, ordered: boolean): Column {
  const values = dictionaryVector(codes, categories.values as Vector, ordered);
  return { encoding: 'categorical', dtype: dtypeOf(codes), values, ordered, categories };
}
