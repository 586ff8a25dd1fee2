// SPDX-License-Identifier: BSD-3-Clause

import type { Column } from '../../frame/column';
import type { ArrayNode, StorageNode } from '../../storage/storage';
import { categoricalColumn, isTrue } from '../categorical';
import { readColumn, readPlainColumn } from '../column';
import { readFrameGroup } from '../dataframe';
import { attrOf, invalid } from '../node-access';
import type { Encoding, ReadContext } from '../registry';
import { warnOld } from './old-format';

/** Frames of 0.7: columns are bare arrays; codes refer to their categories, which lie in `__categories`. */
export const dataframe010: Encoding = {
  encodingType: 'dataframe',
  encodingVersion: '0.1.0',
  read: async (node, ctx) => {
    warnOld(ctx, node);
    return { value: await readFrameGroup(node, ctx, readOldColumn) };
  },
};

/** Reads a column: a bare array, or codes that refer to their categories. */
export async function readOldColumn(node: StorageNode, ctx: ReadContext): Promise<Column> {
  if (node.kind !== 'array' || attrOf(node, 'categories') === undefined) return readColumn(node, ctx);
  const categories = await describeCategories(node, ctx);
  const ordered = isTrue(attrOf(categories, 'ordered')?.value);
  return categoricalColumn(node, () => readPlainColumn(categories, ctx), ordered, ctx);
}

/** The array that the attribute `categories` refers to. */
async function describeCategories(node: ArrayNode, ctx: ReadContext): Promise<ArrayNode> {
  const value = attrOf(node, 'categories')?.value;
  if (typeof value !== 'object' || value === null || !('reference' in value)) {
    throw invalid(node.key, 'the attribute "categories" is not a reference to an element');
  }
  const target = await ctx.storage.describe(value.reference, { depth: 0, signal: ctx.signal });
  if (target.kind !== 'array')
    throw invalid(node.key, 'the attribute "categories" refers to something that is no array');
  return target;
}
