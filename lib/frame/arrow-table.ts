// SPDX-License-Identifier: BSD-3-Clause

import type * as Arrow from 'apache-arrow';
import { arrow, type Vector } from '../arrays/arrow';
import { isDenseArray } from '../arrays/dense-array';
import { normalise } from '../arrays/vectors';
import { AnnDataError, quote } from '../errors';
import type { Column } from './column';
import { columnFrom } from './column-from';
import type { DataFrame, DataFrameInit } from './data-frame';

/** Where the metadata of a table tells which column is the index, and of a column how it is stored. */
const metadataKey = 'anndata';

/** Where pandas tells the same. */
const pandasKey = 'pandas';

/** The name pandas gives to an index without one. */
const unnamedIndex = '__index_level_0__';

/** A frame as an Arrow table that shares its memory; see `DataFrame.toArrow`. */
export function tableOf(frame: DataFrame, withIndex: boolean): Arrow.Table {
  const { Field, makeData, RecordBatch, Schema, Struct, Table } = arrow();
  const indexName = frame.indexName !== null && !frame.has(frame.indexName) ? frame.indexName : unnamedIndex;
  const columns = frame.columns.map((name) => [name, frame.column(name)] as const);
  if (withIndex) columns.push([indexName, frame.indexColumn]);
  const fields: Arrow.Field[] = [];
  const children: Arrow.Data[] = [];
  for (const [name, column] of columns) {
    const values = vectorOf(name, column);
    const stored = storedAs(column);
    const metadata = stored === undefined ? null : new Map([[metadataKey, JSON.stringify(stored)]]);
    fields.push(new Field(name, values.type, true, metadata));
    children.push(values.data[0] as Arrow.Data);
  }
  const described = { index: indexName, named: indexName === frame.indexName };
  const schema = new Schema(fields, withIndex ? new Map([[metadataKey, JSON.stringify(described)]]) : null);
  const data = makeData({ type: new Struct(fields), length: frame.nRows, nullCount: 0, children });
  return new Table(schema, [new RecordBatch(schema, data as never)]);
}

/** What the frame of a table, of whichever copy of Arrow, is made of; see `DataFrame.fromArrow`. */
export function fromTable(table: Arrow.Table, index: string | null | undefined): DataFrameInit {
  const fields = table.schema.fields as Arrow.Field[];
  const twice = fields.find(({ name }, i) => fields.findIndex((other) => other.name === name) !== i);
  if (twice !== undefined) throw new AnnDataError('ERR_NAME', `the column ${quote(twice.name)} comes twice`);
  const told = index === undefined ? indexOf(table.schema) : { name: index, named: true };
  const columns = fields.map((field, i) => [field.name, columnOf(field, table.getChildAt(i) as Vector)] as const);
  const found = columns.find(([name]) => name === told.name);
  if (found === undefined && typeof index === 'string') {
    throw new AnnDataError('ERR_NAME', `the table has no column ${quote(index)}, which was to be the index`);
  }
  const rows = found?.[1] ?? Array.from({ length: table.numRows }, (_, row) => `${row}`);
  return {
    columns: columns.filter((column) => column !== found),
    index: rows,
    indexName: found !== undefined && told.named ? found[0] : null,
  };
}

function vectorOf(name: string, { values }: Column): Vector {
  if (!isDenseArray(values)) return values.data.length === 1 ? values : normalise(values);
  throw new AnnDataError('ERR_ARGUMENT', `Arrow has no type for ${values.dtype}; drop or split the column`, {
    key: name,
  });
}

interface Stored {
  encoding: Column['encoding'];
  dtype: Column['dtype'];
  naValue: Column['naValue'];
}

/** How a column is stored, when its vector alone would not tell. */
function storedAs({ encoding, dtype, naValue, values }: Column): Stored | undefined {
  const nullable = encoding.startsWith('nullable') && (values as Vector).nullCount === 0;
  return nullable || dtype === 'float16' || naValue === 'NA' ? { encoding, dtype, naValue } : undefined;
}

function columnOf(field: Arrow.Field, vector: Vector): Column {
  const column = columnFrom(vector);
  const stored = parsed(field.metadata?.get(metadataKey)) as Partial<Stored>;
  if (stored.dtype === 'float16' && column.dtype === 'float32') return { ...column, dtype: 'float16' };
  if (column.dtype === 'string' && stored.encoding === 'nullable-string-array') {
    return { ...column, encoding: stored.encoding, naValue: stored.naValue === 'NA' ? 'NA' : 'NaN' };
  }
  if (column.encoding !== 'array') return column;
  if (stored.encoding === 'nullable-boolean' && column.dtype === 'bool')
    return { ...column, encoding: stored.encoding };
  const isInteger = /^u?int/.test(column.dtype);
  return stored.encoding === 'nullable-integer' && isInteger ? { ...column, encoding: stored.encoding } : column;
}

/** Which column the metadata of a table call the index. */
function indexOf({ metadata }: Arrow.Schema): { name: string | null; named: boolean } {
  const own = parsed(metadata?.get(metadataKey)) as { index?: unknown; named?: unknown };
  if (typeof own.index === 'string') return { name: own.index, named: own.named === true };
  const pandas = parsed(metadata?.get(pandasKey)) as { index_columns?: unknown };
  const [name, ...more] = Array.isArray(pandas.index_columns) ? (pandas.index_columns as unknown[]) : [];
  if (typeof name !== 'string' || more.length > 0) return { name: null, named: false };
  return { name, named: !/^__index_level_\d+__$/.test(name) };
}

/** Metadata come from anywhere: what is no JSON object says nothing. */
function parsed(text: string | undefined): object {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
