// SPDX-License-Identifier: BSD-3-Clause

import { hasEncoding, specOf } from '../elements/registry';
import { referenceIn } from '../storage/copy-node';
import type { StorageNode, StorageReader } from '../storage/storage';
import type { BackedFile } from './backed-file';

/** An element that can be carried over to another file as it is stored. */
export interface StoredElement {
  readonly node: StorageNode;
  readonly source: StorageReader;
}

/** Where an element lay when its file was at some generation. */
export interface Origin {
  readonly file: BackedFile;
  readonly key: string;
  readonly generation: number;
}

/** The element as it is stored; null when it is gone, or of a form that is only read: then it is written anew. */
export function storedElement({ file, key, generation }: Origin): StoredElement | null {
  const node = file.find(key, generation);
  return node === undefined || isOld(node) ? null : { node, source: file.storage };
}

/** Versions before 0.7 said nothing of encodings, and tied columns to their categories by references. */
function isOld(node: StorageNode): boolean {
  if (node.kind === 'refused') return true;
  const spec = specOf(node);
  if (spec.encodingType === '' || referenceIn(node) !== null) return true;
  // What nobody here knows is of a later day, and stays.
  return spec.encodingType === 'dataframe' && spec.encodingVersion === '0.1.0' && hasEncoding(spec);
}
