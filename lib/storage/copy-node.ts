// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError, quote } from '../errors';
import type { ArrayNode, CopyOptions, GroupNode, RefusedNode, StorageNode, StoredType } from './storage';

/** What copies one object, without what is below it. */
export interface ObjectCopier {
  array(node: ArrayNode, key: string): Promise<void>;
  group(node: GroupNode, key: string): Promise<void>;
}

/**
 * Copies a described object and everything below it. What is there but not read is left out when it is harmless, as
 * reading leaves it out.
 *
 * @throws {AnnDataError} `ERR_UNSAFE_FILE`, `ERR_LIMIT` (nested too deeply) and what `copier` throws
 */
export async function copyTree(
  copier: ObjectCopier,
  node: StorageNode,
  key: string,
  options: CopyOptions,
): Promise<void> {
  options.signal?.throwIfAborted();
  if (node.kind === 'refused') return leaveOut(node, options);
  if (node.kind === 'array') return copier.array(node, key);
  if (node.children === null) throw new AnnDataError('ERR_LIMIT', 'groups are nested too deeply', { key: node.key });
  await copier.group(node, key);
  for (const [name, member] of node.children) {
    await copyTree(copier, member, key === '' ? name : `${key}/${name}`, options);
  }
}

function leaveOut(node: RefusedNode, { onLeftOut }: CopyOptions): void {
  if (!node.unsafe) {
    onLeftOut?.(node.key, node.reason);
    return;
  }
  const reason = `this is ${node.reason}, which cannot be carried over to another file`;
  throw new AnnDataError('ERR_UNSAFE_FILE', reason, { key: node.key });
}

/**
 * What of an object, or of something below it, leads to other objects of its file, and so cannot be copied as it is; null
 * when nothing does. anndata up to 0.7 wrote columns that way: they are to be read and written anew.
 */
export function referenceIn(node: StorageNode): { key: string; what: string } | null {
  if (node.kind === 'refused') return null;
  for (const [name, { type }] of node.attrs) {
    if (hasReference(type)) return { key: node.key, what: `the attribute ${quote(name)}` };
  }
  if (node.kind === 'array') return hasReference(node.type) ? { key: node.key, what: 'the array' } : null;
  for (const member of node.children?.values() ?? []) {
    const found = referenceIn(member);
    if (found !== null) return found;
  }
  return null;
}

function hasReference(type: StoredType): boolean {
  return (
    type.kind === 'reference' || (type.kind === 'compound' && type.fields.some((field) => hasReference(field.type)))
  );
}

/** Bytes that what is stored below a node takes in its file. */
export function storedBytesBelow(node: StorageNode): number {
  if (node.kind === 'refused') return 0;
  if (node.kind === 'array') return node.storedBytes;
  let sum = 0;
  for (const member of node.children?.values() ?? []) sum += storedBytesBelow(member);
  return sum;
}
