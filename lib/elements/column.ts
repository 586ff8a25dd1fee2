// SPDX-License-Identifier: BSD-3-Clause

import { numericVector } from '../arrays/arrow';
import { DenseArray } from '../arrays/dense-array';
import type { Column } from '../frame/column';
import type { ArrayNode, StorageNode } from '../storage/storage';
import { readCategorical } from './categorical';
import { asArray, invalid } from './node-access';
import { readNullable } from './nullable';
import { readNullableStrings } from './nullable-string-array';
import { type ReadContext, readElement, specOf } from './registry';
import { lengthOf, readNumbers } from './stored-values';
import { readStringColumn } from './string-array';

type ColumnReader = (node: StorageNode, ctx: ReadContext) => Promise<Column>;

/** How each encoding that may be a column is read as one; '' stands for files older than encodings. */
const readers = new Map<string, ColumnReader>([
  ['/', (node, ctx) => readPlainColumn(asArray(node), ctx)],
  ['array/0.2.0', (node, ctx) => readPlainColumn(asArray(node), ctx)],
  ['string-array/0.2.0', (node, ctx) => readPlainColumn(asArray(node), ctx)],
  ['categorical/0.2.0', readCategorical],
  ['nullable-integer/0.1.0', (node, ctx) => readNullable(node, ctx, 'nullable-integer')],
  ['nullable-boolean/0.1.0', (node, ctx) => readNullable(node, ctx, 'nullable-boolean')],
  ['nullable-string-array/0.1.0', readNullableStrings],
]);

/** Reads an element as a column: values of one axis, with all that is known of how they were stored. */
export async function readColumn(node: StorageNode, ctx: ReadContext): Promise<Column> {
  const { encodingType, encodingVersion } = specOf(node);
  const reader = readers.get(`${encodingType}/${encodingVersion}`);
  if (reader !== undefined) return reader(node, ctx);
  await readElement(node, ctx); // An encoding nobody knows has a message of its own.
  throw invalid(node.key, `an element of the encoding ${encodingType} cannot be a column`);
}

/** Reads an unadorned array as a column. */
export async function readPlainColumn(node: ArrayNode, ctx: ReadContext): Promise<Column> {
  if (node.type.kind === 'string') return readStringColumn(node, ctx);
  const length = lengthOf(node);
  const { data, dtype } = await readNumbers(node, ctx);
  const isComplex = dtype === 'complex64' || dtype === 'complex128';
  const values = isComplex ? new DenseArray(data, [length], { dtype }) : numericVector(dtype, data);
  return { encoding: 'array', values, dtype };
}
