// SPDX-License-Identifier: BSD-3-Clause

import { type Vector, vectorNumbers } from '../arrays/arrow';
import { isDenseArray } from '../arrays/dense-array';
import { codesArray, dictionaryVector } from '../arrays/dictionary';
import { type IndexArray, isInteger, type NumericDType } from '../arrays/dtype';
import { findFirstRepeat } from '../arrays/duplicates';
import type { AnnDataError } from '../errors';
import type { Column } from '../frame/column';
import { native } from '../native';
import type { ArrayNode, Codes, StorageNode } from '../storage/storage';
import { readColumn } from './column';
import { asArray, attrOf, child, invalid } from './node-access';
import type { Encoding, ReadContext } from './registry';
import { lengthOf, memoryDType } from './stored-values';
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
  const categories = child(node, 'categories');
  return categoricalColumn(codes, () => readColumn(categories, ctx), isTrue(attrOf(node, 'ordered')?.value), ctx);
}

/** Reads codes and categories beside each other and puts them together after checking both. */
export async function categoricalColumn(
  node: ArrayNode,
  readCategories: () => Promise<Column>,
  ordered: boolean,
  ctx: ReadContext,
): Promise<Column> {
  // The codes first, which take longer.
  const reading = readCodes(node, ctx);
  const [categories, { codes, least, greatest, dtype }] = await together([readCategories(), reading]);
  const names = await checkedCategories(node.key, categories, ctx);
  if (least < -1 || greatest >= names.length) throw await outOfRange(node.key, codes, names.length);
  const Narrow = codesArray(names.length);
  const narrow = codes.BYTES_PER_ELEMENT === Narrow.BYTES_PER_ELEMENT ? codes : new Narrow(codes);
  const values = dictionaryVector(narrow, names, ordered, least >= 0);
  return { encoding: 'categorical', values, dtype, categories, ordered };
}

async function readCodes(node: ArrayNode, ctx: ReadContext): Promise<Codes & { dtype: NumericDType }> {
  lengthOf(node);
  const { storage, signal, onBytes } = ctx;
  const dtype = memoryDType(node, node.type, ctx);
  if (!isInteger(dtype)) throw invalid(node.key, `the codes of a categorical must be integers, found ${dtype}`);
  if (/^int(8|16|32)$/.test(dtype)) return { ...(await storage.readCodes(node, { signal, onBytes })), dtype };
  const stored: IndexArray = await storage.readIndices(node, { min: -1, signal, onBytes });
  const codes = new Int32Array(stored.length);
  let [least, greatest] = [0, -1];
  for (let i = 0; i < codes.length; i++) {
    // Codes past 2³¹ cannot be in range; they are clamped, as they would wrap around.
    const code = Math.min(stored[i]!, 2 ** 31 - 1);
    codes[i] = code;
    least = Math.min(least, code);
    greatest = Math.max(greatest, code);
  }
  return { codes, least, greatest, dtype };
}

async function outOfRange(key: string, codes: Codes['codes'], categories: number): Promise<AnnDataError> {
  const bad = await native().checkCodes(codes, categories);
  return invalid(key, `code ${codes[bad]} at position ${bad} is out of range: there are ${categories} categories`);
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
