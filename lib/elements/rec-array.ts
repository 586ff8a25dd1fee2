// SPDX-License-Identifier: BSD-3-Clause

import { DenseArray } from '../arrays/dense-array';
import { sizeOf } from '../arrays/dtype';
import { isRecordArray, RecordArray } from '../arrays/record-array';
import type { ArrayNode, StoredField } from '../storage/storage';
import { asArray, invalid } from './node-access';
import type { Encoding, Read, ReadContext, Writer } from './registry';
import { readNumbers, readTextVector } from './stored-values';

const spec = { encodingType: 'rec-array', encodingVersion: '0.2.0' } as const;

/** Records: rows of named, typed fields. */
export const recArray: Encoding = { ...spec, read: (node, ctx) => readRecords(asArray(node), ctx) };

/** Reads records field by field; text of any width becomes Utf8. */
export async function readRecords(node: ArrayNode, ctx: ReadContext): Promise<Read<RecordArray | DenseArray>> {
  if (node.type.kind !== 'compound' || node.shape === null) throw invalid(node.key, 'an array of records was expected');
  if (isLongComplex(node.type.fields)) return { value: await readLongComplex(node, node.shape, ctx) };
  const rows = sizeOf(node.shape);
  const fields: [string, DenseArray][] = [];
  for (const field of node.type.fields) fields.push([field.name, await readField(node, field, rows, ctx)]);
  const value = new RecordArray(fields, rows);
  return node.shape.length === 1 ? { value } : { value, hint: { ...spec, shape: node.shape } };
}

/** Complex numbers of long doubles, which only some platforms have, are two fields like all complex numbers. */
function isLongComplex(fields: readonly StoredField[]): boolean {
  return (
    fields.map(({ name }) => name).join() === 'r,i' &&
    fields.every(({ type, dims }) => type.kind === 'numeric' && type.dtype === 'longdouble' && dims.length === 0)
  );
}

async function readLongComplex(node: ArrayNode, shape: readonly number[], ctx: ReadContext): Promise<DenseArray> {
  const [r, i] = (node.type as { fields: StoredField[] }).fields as [StoredField, StoredField];
  const parts = [await readNumbers(node, ctx, r), await readNumbers(node, ctx, i)];
  const pairs = new Float64Array(2 * sizeOf(shape));
  parts.forEach(({ data }, part) => {
    for (let at = 0; at < data.length; at++) pairs[2 * at + part] = data[at] as number;
  });
  return new DenseArray(pairs, shape, { dtype: 'complex128' });
}

async function readField(node: ArrayNode, field: StoredField, rows: number, ctx: ReadContext): Promise<DenseArray> {
  const shape = [rows, ...field.dims];
  if (field.type.kind === 'string') {
    return new DenseArray(await readTextVector(node, ctx, field.name), shape, { dtype: 'string' });
  }
  const { data, dtype } = await readNumbers(node, ctx, field);
  return new DenseArray(data, shape, { dtype });
}

export const recArrayWriter: Writer<RecordArray> = {
  accepts: (value): value is RecordArray => isRecordArray(value),
  plan(plan, key, value, hint) {
    const attrs = { 'encoding-type': spec.encodingType, 'encoding-version': spec.encodingVersion };
    plan.array(key, value, hint?.shape === undefined ? { attrs } : { attrs, shape: hint.shape });
  },
};
