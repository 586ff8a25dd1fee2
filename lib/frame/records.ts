// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError, quote } from '../errors';
import type { ColumnInput, ColumnValue } from './column-from';
import type { DataFrame, DataFrameInit } from './data-frame';

/** Rows as objects; see `DataFrame.toRecords`. */
export function recordsOf(frame: DataFrame, index: string | undefined): Record<string, unknown>[] {
  const columns = frame.columns.map((name) => [name, frame.column(name).values] as const);
  if (index !== undefined && frame.has(index)) {
    throw new AnnDataError('ERR_NAME', `the index cannot be called ${quote(index)}: there is a column of that name`);
  }
  const all = index === undefined ? columns : [[index, frame.indexColumn.values] as const, ...columns];
  return Array.from({ length: frame.nRows }, (_, row) => {
    const record = Object.create(null) as Record<string, unknown>;
    for (const [name, values] of all) record[name] = values.get(row);
    return record;
  });
}

/** What a frame of objects is made of; see `DataFrame.fromRecords`. */
export function fromRecords(
  records: readonly Readonly<Record<string, ColumnValue>>[],
  index: string | undefined,
): DataFrameInit {
  const names = new Set<string>();
  for (const record of records) for (const name of Object.keys(record)) names.add(name);
  if (index !== undefined && !names.delete(index)) {
    throw new AnnDataError('ERR_NAME', `no record has ${quote(index)}, which was to be the index`);
  }
  const valuesOf = (name: string): ColumnValue[] =>
    records.map((record) => (Object.hasOwn(record, name) ? record[name] : null));
  const columns = Array.from(names, (name): [string, ColumnInput] => [name, valuesOf(name)]);
  const rows = index === undefined ? records.map((_, row) => `${row}`) : valuesOf(index);
  return { columns, index: rows, indexName: index ?? null };
}
