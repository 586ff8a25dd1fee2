// SPDX-License-Identifier: BSD-3-Clause

import { type Vector, vectorNumbers } from '../arrays/arrow';
import { isDenseArray } from '../arrays/dense-array';
import { codesArray, dictionaryVector } from '../arrays/dictionary';
import { type IndexArray, isInteger, type NumericDType } from '../arrays/dtype';
import { findFirstRepeat } from '../arrays/duplicates';
import type { Column } from '../frame/column';
import { native } from '../native';
import type { ArrayNode, StorageNode } from '../storage/storage';
import { readColumn } from './column';
import { asArray, attrOf, child, invalid } from './node-access';
import type { Encoding, ReadContext } from './registry';
import { lengthOf, memoryDType, readNumbers } from './stored-values';
import { together } from './together';

const spec = { encodingType: 'categorical', encodingVersion: '0.2.0' } as const;

/** Categoricals: codes into a list of categories, -1 where missing. */
export const categorical: Encoding = {
  ...spec,
  async read(node, ctx) {
    const column = await readCategorical(node, ctx);
    return { value: column.values, hint: { ...spec, column } };
  },
};

/** Reads a categorical as a column. A missing `ordered` means unordered. */
export async function readCategorical(node: StorageNode, ctx: ReadContext): Promise<Column> {
  const codes = asArray(child(node, 'codes'));
  return categoricalColumn(
    codes,
    readColumn(child(node, 'categories'), ctx),
    isTrue(attrOf(node, 'ordered')?.value),
    ctx,
  );
}

/** Puts codes and categories, which are being read, together after checking both. */
export async function categoricalColumn(
  node: ArrayNode,
  reading: Promise<Column>,
  ordered: boolean,
  ctx: ReadContext,
): Promise<Column> {
  const [categories, { codes, dtype }] = await together([reading, readCodes(node, ctx)]);
  const names = await checkedCategories(node.key, categories, ctx);
  await checkCodes(node.key, codes, names.length);
  const Codes = codesArray(names.length);
  const narrow = codes.BYTES_PER_ELEMENT === Codes.BYTES_PER_ELEMENT ? codes : new Codes(codes);
  return { encoding: 'categorical', values: dictionaryVector(narrow, names, ordered), dtype, categories, ordered };
}

type Codes = Int8Array | Int16Array | Int32Array;

async function readCodes(node: ArrayNode, ctx: ReadContext): Promise<{ codes: Codes; dtype: NumericDType }> {
  lengthOf(node);
  const dtype = memoryDType(node, node.type, ctx);
  if (!isInteger(dtype)) throw invalid(node.key, `the codes of a categorical must be integers, found ${dtype}`);
  if (/^int(8|16|32)$/.test(dtype)) return { codes: (await readNumbers(node, ctx)).data as Codes, dtype };
  const codes: IndexArray = await ctx.storage.readIndices(node, { min: -1, signal: ctx.signal, onBytes: ctx.onBytes });
  // Codes past 2³¹ cannot be in range; Int32Array.from would wrap them around, so they are clamped.
  const clamped = codes.BYTES_PER_ELEMENT === 8 ? Int32Array.from(codes, (code) => Math.min(code, 2 ** 31 - 1)) : codes;
  return { codes: clamped as Int32Array, dtype };
}

async function checkCodes(key: string, codes: Codes, categories: number): Promise<void> {
  const bad = await native().checkCodes(codes, categories);
  if (bad !== -1) {
    throw invalid(key, `code ${codes[bad]} at position ${bad} is out of range: there are ${categories} categories`);
  }
}

/** The categories as a vector: each there, each once. */
async function checkedCategories(key: string, categories: Column, ctx: ReadContext): Promise<Vector> {
  const values = categories.values;
  if (isDenseArray(values)) throw invalid(key, `categories of dtype ${categories.dtype} are not supported`);
  if (values.nullCount > 0) throw invalid(key, 'one of the categories is a missing value');
  if (categories.dtype.startsWith('float') && (vectorNumbers(values) as Float64Array).some(Number.isNaN))
    throw invalid(key, 'one of the categories is NaN');
  const again = await findFirstRepeat(values, ctx.signal);
  if (again === -1) return values;
  throw invalid(key, `the category ${JSON.stringify(String(values.get(again)).slice(0, 100))} occurs more than once`);
}

/** Truth of an attribute: the boolean enum, or a number as some writers left. */
export function isTrue(value: unknown): boolean {
  if (ArrayBuffer.isView(value)) return Boolean((value as Int8Array)[0]);
  return value !== null && value !== undefined && typeof value !== 'object' && value !== 'False' && Boolean(value);
}
