// SPDX-License-Identifier: BSD-3-Clause

import { utf8Vector, type Vector } from '../arrays/arrow';
import { DenseArray } from '../arrays/dense-array';
import type { NumericDType, TypedArray } from '../arrays/dtype';
import { AnnDataError } from '../errors';
import type { ArrayNode, StoredType, Utf8Data } from '../storage/storage';
import { invalid } from './node-access';
import type { ReadContext } from './registry';

/** Numbers of a file in memory, and the dtype they have there. */
export interface Numbers {
  data: TypedArray;
  dtype: NumericDType;
}

/** The dtype numbers of that stored type get in memory. */
export function memoryDType(node: ArrayNode, type: StoredType, ctx: ReadContext): NumericDType {
  if (type.kind !== 'numeric') {
    const found = type.kind === 'unsupported' ? type.description : type.kind;
    const code = type.kind === 'unsupported' ? 'ERR_UNSUPPORTED_TYPE' : 'ERR_INVALID_FILE';
    throw new AnnDataError(code, `numbers were expected here, the stored type is ${found}`, { key: node.key });
  }
  if (type.dtype !== 'longdouble') return type.dtype;
  ctx.warn('long double numbers are read, and written again, as float64', node.key);
  return 'float64';
}

/** Reads a whole array of numbers, or one field of records. */
export async function readNumbers(
  node: ArrayNode,
  ctx: ReadContext,
  field?: { name: string; type: StoredType },
): Promise<Numbers> {
  const dtype = memoryDType(node, field?.type ?? node.type, ctx);
  const data = await ctx.storage.readNumeric(node, { field: field?.name, signal: ctx.signal, onBytes: ctx.onBytes });
  return { data, dtype };
}

/** Reads a whole array of text, or one field of records. */
export async function readText(node: ArrayNode, ctx: ReadContext, field?: string): Promise<Utf8Data> {
  return ctx.storage.readStrings(node, { field, signal: ctx.signal, onBytes: ctx.onBytes });
}

/** Reads a whole array of text as one Utf8 vector. */
export async function readTextVector(node: ArrayNode, ctx: ReadContext, field?: string): Promise<Vector> {
  return utf8Vector(await readText(node, ctx, field));
}

/** The only string of a scalar (or of a list of one). */
export async function readLoneText(node: ArrayNode, ctx: ReadContext): Promise<string> {
  const { offsets, bytes } = await readText(node, ctx);
  return Buffer.from(bytes.buffer, bytes.byteOffset, Number(offsets[1] ?? 0)).toString('utf8');
}

/** The length of a 1-D array. */
export function lengthOf(node: ArrayNode): number {
  if (node.shape?.length !== 1) {
    const found = node.shape === null ? 'no data at all' : `the shape [${node.shape.join(', ')}]`;
    throw invalid(node.key, `a one-dimensional array was expected, found ${found}`);
  }
  return node.shape[0] as number;
}

/**
 * One number as the plain value a caller expects: boolean, number, bigint past 2⁵³. Complex numbers have no plain
 * form and stay a `DenseArray` of shape [].
 */
export function plainScalar({ data, dtype }: Numbers): boolean | number | bigint | DenseArray {
  if (dtype === 'complex64' || dtype === 'complex128') return new DenseArray(data, [], { dtype });
  const value = data[0] as number | bigint;
  if (dtype === 'bool') return value !== 0;
  if (typeof value === 'bigint' && Number.isSafeInteger(Number(value))) return Number(value);
  return value;
}

/** Numbers of any shape but []. */
export function denseOf({ data, dtype }: Numbers, shape: readonly number[]): DenseArray {
  return new DenseArray(data, shape, { dtype });
}
