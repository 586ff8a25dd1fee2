// SPDX-License-Identifier: BSD-3-Clause

import { DenseArray } from '../arrays/dense-array';
import type { Column } from '../frame/column';
import type { ArrayNode } from '../storage/storage';
import { asArray, invalid } from './node-access';
import type { Encoding, Read, ReadContext } from './registry';
import { lengthOf, readLoneText, readTextVector } from './stored-values';

/** Arrays of text: an Arrow vector when it is a list, a `DenseArray` when it has more axes. */
export const stringArray: Encoding = {
  encodingType: 'string-array',
  encodingVersion: '0.2.0',
  read: (node, ctx) => readStringArray(asArray(node), ctx),
};

/** Reads text of any shape. */
export async function readStringArray(node: ArrayNode, ctx: ReadContext): Promise<Read> {
  checkIsText(node);
  if (node.shape?.length === 0) return { value: await readLoneText(node, ctx) };
  if (node.shape?.length === 1) {
    const column = await readStringColumn(node, ctx);
    return { value: column.values, hint: { encodingType: 'string-array', encodingVersion: '0.2.0', column } };
  }
  if (node.shape === null) throw invalid(node.key, 'an array of text was expected, found no data at all');
  return { value: new DenseArray(await readTextVector(node, ctx), node.shape, { dtype: 'string' }) };
}

/** Reads a list of text as a column. */
export async function readStringColumn(node: ArrayNode, ctx: ReadContext): Promise<Column> {
  checkIsText(node);
  lengthOf(node);
  return { encoding: 'string-array', values: await readTextVector(node, ctx), dtype: 'string' };
}

function checkIsText(node: ArrayNode): void {
  if (node.type.kind !== 'string')
    throw invalid(node.key, `text was expected here, the stored type is ${node.type.kind}`);
}
