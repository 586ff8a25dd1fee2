// SPDX-License-Identifier: BSD-3-Clause

import { pythonScalar } from '../anndata/python-number';
import { AnnDataError } from '../errors';
import { removeUnusedCategories } from '../frame/categories';
import type { Column } from '../frame/column';
import { type ColumnValue, categorical } from '../frame/column-from';
import { DataFrame } from '../frame/data-frame';
import { factorsOf, sortedCodes } from '../frame/factors';
import { groupRows } from '../frame/group-by';

/** Observations in groups. */
export interface Groups {
  /** The group of each observation, -1 where a value is missing. */
  readonly codes: Int32Array;
  /** Observations of each group. */
  readonly sizes: readonly number[];
  /** A row for each group: its values, and how many observations it has. */
  readonly labels: DataFrame;
}

/** Name of the column that counts the observations of a group, as scanpy's. */
const countColumn = 'n_obs_aggregated';

/**
 * Groups observations by the values of columns, in the order of the values; combinations that no observation has are left out. Names are
 * the values, joined by `_`, as Python shows them.
 *
 * @throws {AnnDataError} `ERR_ARGUMENT` for a column of complex numbers, or without a column
 */
export function groupsOf(frame: DataFrame, by: readonly string[]): Groups {
  if (by.length === 0) throw new AnnDataError('ERR_ARGUMENT', 'name at least one column to group by', { key: 'obs' });
  const groups = [...(groupRows(frame, by) as Map<unknown, Int32Array>)] as [ColumnValue[], Int32Array][];
  const codes = new Int32Array(frame.nRows).fill(-1);
  groups.forEach(([, rows], group) => {
    for (const row of rows) codes[row] = group;
  });
  const firstRows = Int32Array.from(groups, ([, rows]) => rows[0]!);
  const values = by.map((name) => asCategorical(frame.column(name), name));
  const names = groups.map(([key]) => key.map((value, i) => textOf(value, frame.column(by[i]!))).join('_'));
  const used = new DataFrame({ columns: by.map((name, i) => [name, values[i]!] as const), index: frame.heldIndex });
  const labels = new DataFrame({
    index: names,
    columns: used.columns.map((name) => [name, used.subset(firstRows).column(name)] as const),
  });
  const sizes = groups.map(([, rows]) => rows.length);
  labels.set(countColumn, BigInt64Array.from(sizes, BigInt));
  return { codes, sizes, labels };
}

/** The column as a categorical whose categories all have a row. */
function asCategorical(column: Column, name: string): Column {
  if (column.encoding === 'categorical') return removeUnusedCategories(column);
  const factors = factorsOf(column, name);
  const values = Array.from(factors.codes, (code) => (code < 0 ? null : factors.valueAt(code)));
  return categorical(values, { categories: Array.from(sortedCodes(factors), (code) => factors.valueAt(code)) });
}

function textOf(value: ColumnValue, { dtype, encoding, categories }: Column): string {
  return pythonScalar(value, (encoding === 'categorical' ? (categories?.dtype ?? dtype) : dtype).startsWith('float'));
}
