// SPDX-License-Identifier: BSD-3-Clause

import { utf8Vector, type Vector } from '../arrays/arrow';
import { dictionaryVector } from '../arrays/dictionary';
import { TextGroups } from '../arrays/duplicates';
import type { Column } from '../frame/column';
import { naturalSort } from './natural-sort';
import { encodeTexts } from './text';
import { codeWidth } from './widths';

/**
 * A column of text as an unordered categorical with naturally sorted categories, when it has fewer different
 * values than rows; otherwise, and when every value is missing, the column itself.
 */
export function stringsToCategorical(column: Column): Column {
  if (column.encoding !== 'string-array' && column.encoding !== 'nullable-string-array') return column;
  const values = column.values as Vector;
  const found = labelsOf(values);
  if (found === undefined || found.names.length === 0) return column;
  const names = naturalSort(found.names);
  const codes = sortedCodes(found, names);
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

interface Labels {
  /** The different values, in the order they come. */
  names: string[];
  /** Position in `names` for each row, -1 where missing. */
  codes: Int32Array;
}

/** Tells the values apart by their bytes; undefined when none is missing and all are different. */
function labelsOf(values: Vector): Labels | undefined {
  const groups = new TextGroups(values);
  const codes = new Int32Array(values.length);
  for (let row = 0; row < codes.length; row++) {
    groups.add(row);
    codes[row] = groups.group;
  }
  if (groups.firstRows.length >= values.length) return undefined;
  return { names: groups.firstRows.map((row) => values.get(row) as string), codes };
}

/** Codes into the sorted names. */
function sortedCodes({ names, codes }: Labels, sorted: readonly string[]): Int32Array {
  const position = new Map(sorted.map((name, i) => [name, i]));
  const target = Int32Array.from(names, (name) => position.get(name) as number);
  return codes.map((code) => (code < 0 ? -1 : (target[code] as number)));
}
