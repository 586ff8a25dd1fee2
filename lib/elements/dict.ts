// SPDX-License-Identifier: BSD-3-Clause

import { isPlainObject } from '../plain-object';
import type { StorageNode } from '../storage/storage';
import { hintFor, setHint } from './hints';
import { childrenOf } from './node-access';
import { type Encoding, planElement, type Read, type ReadContext, readElement, type Writer } from './registry';

/** A mapping by name, without prototype: `__proto__` is a legal key of a file. */
export type Dict = Record<string, unknown>;

/** Mappings: groups of named elements. */
export const dict: Encoding = { encodingType: 'dict', encodingVersion: '0.1.0', read: readMembers };

/** Reads the members of a group one by one. A named datatype holds nothing and is left out with a warning. */
export async function readMembers(node: StorageNode, ctx: ReadContext): Promise<Read<Dict>> {
  const value: Dict = Object.create(null);
  for (const [name, member] of childrenOf(node)) {
    if (member.kind === 'refused' && !member.unsafe && member.reason.includes('named datatype')) {
      ctx.warn(`the element is ${member.reason} and was left out`, member.key);
      continue;
    }
    const read = await readElement(member, ctx);
    value[name] = read.value;
    if (read.hint !== undefined) setHint(value, name, read.value, read.hint);
  }
  return { value };
}

export const dictWriter: Writer<Dict> = {
  accepts: isPlainObject,
  plan(plan, key, value) {
    plan.group(key, { 'encoding-type': 'dict', 'encoding-version': '0.1.0' });
    plan.enter(key, value, () => {
      for (const name of Object.keys(value)) {
        planElement(plan, plan.childKey(key, name), value[name], hintFor(value, name, value[name]));
      }
    });
  },
};
