// SPDX-License-Identifier: BSD-3-Clause

import type { ArrayNode, StorageNode } from '../../storage/storage';
import { readAnyArray } from '../array';
import { readMembers } from '../dict';
import { attrOf, textAttr } from '../node-access';
import { readRecords } from '../rec-array';
import type { Encoding, Read, ReadContext } from '../registry';
import { readLoneText } from '../stored-values';
import { warnOld } from './old-format';
import { readOldSparse } from './sparse';

/** Elements without encoding attributes, as written before 0.7 and, for arrays and mappings, before 0.8. */
export const basic: Encoding = {
  encodingType: '',
  encodingVersion: '',
  async read(node, ctx) {
    warnOld(ctx, node);
    if (node.kind !== 'array')
      return textAttr(node, 'h5sparse_format') === undefined ? readMembers(node, ctx) : readOldSparse(node, ctx);
    return readOldArray(node, ctx);
  },
};

/** Scalars, arrays, text and records; a list of one fixed-width byte string is how a string was once stored. */
async function readOldArray(node: ArrayNode, ctx: ReadContext): Promise<Read> {
  if (node.type.kind === 'compound') return readRecords(node, ctx);
  if (isLoneString(node)) return { value: await readLoneText(node, ctx) };
  const read = await readAnyArray(node, ctx);
  // There was no encoding to keep: what is written again gets today's.
  if (read.hint?.encodingType !== 'array') return read;
  return { value: read.value, hint: { ...read.hint, encodingType: 'numeric-scalar' } };
}

function isLoneString(node: ArrayNode): boolean {
  const { type, shape } = node;
  return type.kind === 'string' && !type.variable && !type.utf8 && shape?.length === 1 && shape[0] === 1;
}

/** Whether a node was written before elements carried encodings. */
export function isUnencoded(node: StorageNode): boolean {
  return attrOf(node, 'encoding-type') === undefined;
}
