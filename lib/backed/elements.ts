// SPDX-License-Identifier: BSD-3-Clause

import { isAwkwardArray } from '../arrays/awkward-array';
import type { NumericDType } from '../arrays/dtype';
import { isMatrixValue } from '../arrays/matrix';
import { isRecordArray } from '../arrays/record-array';
import { setHint } from '../elements/hints';
import { childrenOf } from '../elements/node-access';
import { specOf } from '../elements/registry';
import { isDataFrame } from '../frame/data-frame';
import { isPlainObject } from '../plain-object';
import type { StorageNode } from '../storage/storage';
import type { About } from './about';
import type { BackedFile } from './backed-file';
import type { BaseHandle } from './base-handle';
import { ElementHandle } from './element-handle';
import { isFrame, LazyFrame, lazyFrame } from './frames';
import { type Handle, isHandle } from './handle';
import type { ReadRequest } from './request';

/** What stands for an element of a file; null for an element that says that there is nothing. */
export function handleOf(file: BackedFile, node: StorageNode, asColumn = false): BaseHandle<unknown> | null {
  if (isNothing(node)) return null;
  if (isFrame(node)) return new LazyFrame(lazyFrame(file, node), node.key, file.filename);
  return ElementHandle.stored(file, node, asColumn);
}

/**
 * A value in memory where handles stand. What is none of the kinds that lie along an axis stays itself; a part of another handle
 * becomes one of its own, as changes of its root are no longer its.
 */
export function heldValue(value: unknown, key: string, filename: string): unknown {
  if (value instanceof ElementHandle && value.isPart) return value.copy();
  if (isHandle(value) || value === null) return value;
  if (isDataFrame(value)) return new LazyFrame(value, key, filename);
  const about = aboutValue(value);
  return about === undefined ? value : ElementHandle.holding(value, about, key, filename);
}

function aboutValue(value: unknown): About | undefined {
  const plain = { dtype: null, format: null, nnz: null, bytes: 0 };
  if (isRecordArray(value)) return { ...plain, kind: 'records', shape: [value.length] };
  if (isAwkwardArray(value)) return { ...plain, kind: 'awkward', shape: [value.length] };
  if (!isMatrixValue(value)) return undefined;
  const isSparse = 'nnz' in value;
  return {
    kind: 'matrix',
    shape: value.shape,
    dtype: value.dtype as NumericDType,
    format: isSparse ? value.format : 'dense',
    nnz: isSparse ? value.nnz : null,
    bytes: 0,
  };
}

/** A mapping of a file as an object whose leaves are handles. */
export function lazyTree(
  file: BackedFile,
  node: StorageNode,
  warn: (message: string, key: string) => void,
): Record<string, unknown> {
  const tree = Object.create(null) as Record<string, unknown>;
  for (const [name, member] of childrenOf(node)) {
    if (member.kind === 'refused' && !member.unsafe && member.reason.includes('named datatype')) {
      warn(`the element is ${member.reason} and was left out`, member.key);
      continue;
    }
    tree[name] = isMapping(member) ? lazyTree(file, member, warn) : handleOf(file, member);
    if (tree[name] === null) setHint(tree, name, null, { encodingType: 'null', encodingVersion: '0.1.0' });
  }
  return tree;
}

function isMapping(node: StorageNode): boolean {
  if (node.kind !== 'group' || node.children === null) return false;
  const { encodingType } = specOf(node);
  return encodingType === 'dict' || (encodingType === '' && !node.attrs.has('h5sparse_format'));
}

function isNothing(node: StorageNode): boolean {
  return node.kind === 'array' && node.shape === null;
}

/** A handle in a tree. */
export interface Leaf {
  readonly container: Record<string, unknown>;
  readonly name: string;
  readonly handle: BaseHandle<unknown>;
}

/** Puts the value in the place of a handle; undefined means that there is none after all. */
export async function readLeaf({ container, name, handle }: Leaf, request: ReadRequest): Promise<void> {
  const value = await handle.fetch(request);
  if (value === undefined) {
    delete container[name];
    return;
  }
  container[name] = value;
  const hint = handle instanceof ElementHandle ? handle.hint : undefined;
  if (hint !== undefined) setHint(container, name, value, hint);
}

/** The handles of a tree, wherever they are, with what holds them. */
export function* leavesOf(tree: unknown): Generator<Leaf> {
  const container = tree as Record<string, unknown>;
  for (const name of Object.keys(container)) {
    const value = container[name];
    if (isHandle(value)) yield { container, name, handle: value as Handle as BaseHandle<unknown> };
    else if (isPlainObject(value)) yield* leavesOf(value);
  }
}
