// SPDX-License-Identifier: BSD-3-Clause

import { isUtf8, type Vector, validityBytes, vectorNumbers } from '../arrays/arrow';
import { isDenseArray } from '../arrays/dense-array';
import { dictionaryParts } from '../arrays/dictionary';
import type { TypedArray } from '../arrays/dtype';
import { TextTable } from '../arrays/text-table';
import { AnnDataError } from '../errors';
import type { Column } from './column';
import type { ColumnValue } from './column-from';

/**
 * A column as numbers of its different values: all that counting, grouping and sorting need. Those of a categorical are
 * its codes, unused ones included; others are numbered by first appearance.
 */
export interface Factors {
  /** A number for each row; −1 where the value is missing. */
  readonly codes: Int8Array | Int16Array | Int32Array;
  /** How many different values there are. */
  readonly count: number;
  /** The value with a number. */
  valueAt(code: number): ColumnValue;
  /** Orders values: categories as they stand, text by code points. */
  compare(a: number, b: number): number;
}

/**
 * Numbers the values of a column. NaN counts as missing, as in pandas.
 *
 * @throws {AnnDataError} `ERR_ARGUMENT` for complex columns
 */
export function factorsOf(column: Column, name: string): Factors {
  const { values } = column;
  if (isDenseArray(values)) {
    throw new AnnDataError('ERR_ARGUMENT', `complex numbers have no order and no groups (${values.dtype})`, {
      key: name,
    });
  }
  if (column.encoding === 'categorical') return categories(values);
  return isUtf8(values) ? texts(values) : numbers(values);
}

function categories(values: Vector): Factors {
  const { codes, dictionary } = dictionaryParts(values);
  return {
    codes,
    count: dictionary.length,
    valueAt: (code) => dictionary.get(code) as ColumnValue,
    compare: (a, b) => a - b,
  };
}

function texts(values: Vector): Factors {
  const table = new TextTable(values);
  const { codes, firstRows } = table.fill();
  return {
    codes,
    count: firstRows.length,
    valueAt: (code) => values.get(firstRows[code]!) as string,
    compare: (a, b) => table.text.compare(firstRows[a]!, firstRows[b]!),
  };
}

function numbers(values: Vector): Factors {
  const data = vectorNumbers(values) as Exclude<TypedArray, BigInt64Array | BigUint64Array>;
  const valid = validityBytes(values);
  const codes = new Int32Array(data.length);
  const places = new Map<number, number>();
  const firstRows: number[] = [];
  for (let row = 0; row < data.length; row++) {
    const value = data[row]!;
    if (valid?.[row] === 0 || Number.isNaN(value)) {
      codes[row] = -1;
      continue;
    }
    let code = places.get(value);
    if (code === undefined) {
      code = firstRows.push(row) - 1;
      places.set(value, code);
    }
    codes[row] = code;
  }
  return {
    codes,
    count: firstRows.length,
    valueAt: (code) => values.get(firstRows[code]!) as ColumnValue,
    compare: (a, b) => {
      const [x, y] = [data[firstRows[a]!]!, data[firstRows[b]!]!];
      return x < y ? -1 : x > y ? 1 : 0;
    },
  };
}

/** The numbers of all values, in the order of the values. */
export function sortedCodes({ count, compare }: Factors): Int32Array {
  return Int32Array.from({ length: count }, (_, code) => code).sort(compare);
}

/** The place of each number in the order of the values. */
export function ranksOf(factors: Factors): Int32Array {
  const ranks = new Int32Array(factors.count);
  sortedCodes(factors).forEach((code, rank) => {
    ranks[code] = rank;
  });
  return ranks;
}
