// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError, quote } from '../errors';
import type { ArrayNode, GroupNode, RefusedNode, StorageNode, StoredAttr } from '../storage/storage';

/** The error for an element that is not what its encoding demands. */
export function invalid(key: string, reason: string): AnnDataError {
  return new AnnDataError('ERR_INVALID_FILE', reason, { key });
}

/** The error for something that is there but not read. */
export function refuse(node: RefusedNode): AnnDataError {
  return new AnnDataError(node.unsafe ? 'ERR_UNSAFE_FILE' : 'ERR_INVALID_FILE', `the element is ${node.reason}`, {
    key: node.key,
  });
}

/** `node` as a group. */
export function asGroup(node: StorageNode): GroupNode {
  if (node.kind === 'group') return node;
  if (node.kind === 'refused') throw refuse(node);
  throw invalid(node.key, 'a group was expected here, not an array');
}

/** `node` as an array. */
export function asArray(node: StorageNode): ArrayNode {
  if (node.kind === 'array') return node;
  if (node.kind === 'refused') throw refuse(node);
  throw invalid(node.key, 'an array was expected here, not a group');
}

/** The members of a group. */
export function childrenOf(node: StorageNode): Map<string, StorageNode> {
  const { children, key } = asGroup(node);
  if (children === null) throw new AnnDataError('ERR_LIMIT', 'groups are nested too deeply', { key });
  return children;
}

/** The member `name` of a group; its absence is an error. */
export function child(node: StorageNode, name: string): StorageNode {
  const found = childrenOf(node).get(name);
  if (found === undefined) throw invalid(node.key, `the member ${quote(name)} is missing`);
  if (found.kind === 'refused') throw refuse(found);
  return found;
}

/** An attribute, if there is one. */
export function attrOf(node: StorageNode, name: string): StoredAttr | undefined {
  return node.kind === 'refused' ? undefined : node.attrs.get(name);
}

/** A text attribute; undefined when absent, an error when it is something else. */
export function textAttr(node: StorageNode, name: string): string | undefined {
  const attr = attrOf(node, name);
  if (attr === undefined) return undefined;
  if (typeof attr.value === 'string') return attr.value;
  if (Array.isArray(attr.value) && attr.value.length === 1) return attr.value[0];
  throw invalid(node.key, `the attribute ${quote(name)} is not text`);
}

/** A text attribute that must be there. */
export function needTextAttr(node: StorageNode, name: string): string {
  const text = textAttr(node, name);
  if (text === undefined) throw invalid(node.key, `the attribute ${quote(name)} is missing`);
  return text;
}

/** An attribute of non-negative integers (a single number counts as a list of one); undefined when absent. */
export function sizesAttr(node: StorageNode, name: string): number[] | undefined {
  const attr = attrOf(node, name);
  if (attr === undefined) return undefined;
  const raw = attr.value;
  const list =
    typeof raw === 'number' || typeof raw === 'bigint'
      ? [raw]
      : ArrayBuffer.isView(raw)
        ? Array.from(raw as Int32Array)
        : null;
  const sizes = list?.map(Number);
  if (sizes === undefined || !sizes.every((n) => Number.isSafeInteger(n) && n >= 0)) {
    throw invalid(node.key, `the attribute ${quote(name)} must hold sizes, that is integers of 0 or more`);
  }
  return sizes;
}

/** A list-of-text attribute; a numeric one without entries counts as an empty list, as Python writes it. */
export function textListAttr(node: StorageNode, name: string): string[] | undefined {
  const attr = attrOf(node, name);
  if (attr === undefined) return undefined;
  const { value } = attr;
  if (Array.isArray(value)) return value;
  if (typeof value === 'string') return [value];
  if (value === null || (ArrayBuffer.isView(value) && value.byteLength === 0)) return [];
  throw invalid(node.key, `the attribute ${quote(name)} is not a list of text`);
}
