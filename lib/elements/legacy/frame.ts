// SPDX-License-Identifier: BSD-3-Clause

import { numericVector } from '../../arrays/arrow';
import { DenseArray } from '../../arrays/dense-array';
import type { Column } from '../../frame/column';
import { DataFrame, isDataFrame } from '../../frame/data-frame';
import type { ArrayNode, StorageNode, StoredField } from '../../storage/storage';
import { invalid } from '../node-access';
import { type ReadContext, readElement } from '../registry';
import { lengthOf, readNumbers, readTextVector } from '../stored-values';
import { warnOld } from './old-format';

/** Reads a frame of any age: today's groups, or the records of 0.5 and 0.6. */
export async function readFrame(node: StorageNode, ctx: ReadContext): Promise<DataFrame> {
  if (node.kind === 'array' && node.type.kind === 'compound') return readRecordFrame(node, node.type.fields, ctx);
  const { value } = await readElement(node, ctx);
  if (!isDataFrame(value)) throw invalid(node.key, 'a frame was expected here');
  return value;
}

/** Each field is a column; the first one is the index and gives it its name. */
async function readRecordFrame(node: ArrayNode, fields: readonly StoredField[], ctx: ReadContext): Promise<DataFrame> {
  warnOld(ctx, node);
  lengthOf(node);
  const columns = new Map<string, Column>();
  for (const field of fields) columns.set(field.name, await readFieldColumn(node, field, ctx));
  const [first] = fields;
  if (first === undefined) throw invalid(node.key, 'records without fields are no frame');
  const index = columns.get(first.name) as Column;
  columns.delete(first.name);
  return new DataFrame({ columns, index, indexName: first.name });
}

async function readFieldColumn(node: ArrayNode, field: StoredField, ctx: ReadContext): Promise<Column> {
  if (field.dims.length > 0)
    throw invalid(node.key, `the field ${JSON.stringify(field.name)} has several values a row; no column can`);
  if (field.type.kind === 'string') {
    return { encoding: 'string-array', values: await readTextVector(node, ctx, field.name), dtype: 'string' };
  }
  const { data, dtype } = await readNumbers(node, ctx, field);
  const isComplex = dtype.startsWith('complex');
  const values = isComplex ? new DenseArray(data, [lengthOf(node)], { dtype }) : numericVector(dtype, data);
  return { encoding: 'array', values, dtype };
}
