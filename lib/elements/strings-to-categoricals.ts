// SPDX-License-Identifier: BSD-3-Clause

import { utf8Vector, type Vector } from '../arrays/arrow';
import { dictionaryVector } from '../arrays/dictionary';
import type { Column } from '../frame/column';
import { naturalSort } from '../frame/natural-sort';
import { encodeTexts } from './text';
import { codeWidth } from './widths';

/**
 * A column of text as an unordered categorical with naturally sorted categories, when it has fewer different
 * values than rows; otherwise, and when every value is missing, the column itself.
 */
export function stringsToCategorical(column: Column): Column {
  if (column.encoding !== 'string-array' && column.encoding !== 'nullable-string-array') return column;
  const values = column.values as Vector;
  const found = distinct(values);
  if (found === undefined || found.length === 0 || found.length >= values.length) return column;
  const names = naturalSort(found);
  const codes = codesOf(values, names);
  const vector = utf8Vector(encodeTexts('', names));
  const categories: Column = { encoding: 'string-array', values: vector, dtype: 'string' };
  return {
    encoding: 'categorical',
    values: dictionaryVector(codes, vector, false),
    dtype: codeWidth(undefined, names.length),
    categories,
    ordered: false,
  };
}

/** The different values; undefined as soon as there cannot be fewer than rows. */
function distinct(values: Vector): string[] | undefined {
  const seen = new Set<string>();
  for (const value of values) if (value !== null) seen.add(value as string);
  return seen.size < values.length ? [...seen] : undefined;
}

function codesOf(values: Vector, names: readonly string[]): Int32Array {
  const position = new Map(names.map((name, i) => [name, i]));
  const codes = new Int32Array(values.length).fill(-1);
  let i = 0;
  for (const value of values) codes[i++] = value === null ? -1 : (position.get(value as string) as number);
  return codes;
}
