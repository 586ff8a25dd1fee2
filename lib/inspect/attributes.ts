// SPDX-License-Identifier: BSD-3-Clause

import * as strict from '../elements/node-access';
import { isAnnDataError } from '../errors';
import type { StorageNode } from '../storage/storage';

/** A text attribute; undefined when it is missing or holds something else. */
export function textAttr(node: StorageNode, name: string): string | undefined {
  return lenient(() => strict.textAttr(node, name));
}

/** A list-of-text attribute; undefined when it is missing or holds something else. */
export function textListAttr(node: StorageNode, name: string): string[] | undefined {
  return lenient(() => strict.textListAttr(node, name));
}

/** Sizes; undefined when they are missing, negative or no whole numbers. */
export function sizesAttr(node: StorageNode, name: string): number[] | undefined {
  return lenient(() => strict.sizesAttr(node, name));
}

/** The key an object-reference attribute points to. */
export function referenceAttr(node: StorageNode, name: string): string | undefined {
  const value = strict.attrOf(node, name)?.value;
  return value !== null && typeof value === 'object' && 'reference' in value ? value.reference : undefined;
}

/** Whether a boolean attribute, stored as enum or as number, is true; undefined when it is missing or no boolean. */
export function booleanAttr(node: StorageNode, name: string): boolean | undefined {
  const value = strict.attrOf(node, name)?.value;
  if (typeof value === 'boolean') return value;
  return value === 0 || value === 1 ? value === 1 : undefined;
}

/** Metadata that readers refuse is something `info` only has nothing to say about. */
function lenient<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isAnnDataError(error)) return undefined;
    throw error;
  }
}
