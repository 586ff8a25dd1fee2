// SPDX-License-Identifier: BSD-3-Clause

import {
  type BackedFile,
  type BaseHandle,
  HandleBlocks,
  isHandle,
  isStreamed,
  LazyFrame,
  leavesOf,
  type Moves,
  type ReadRequest,
  readLeaf,
  unloadedColumns,
} from '../backed';
import type { RecordingPlan } from '../elements';
import { isKnownMember } from '../elements/anndata-parts';
import { frameLayout } from '../elements/dataframe';
import { specOf } from '../elements/registry';
import type { DataFrame } from '../frame/data-frame';
import type { GroupNode, StorageReader } from '../storage/storage';
import type { AnnData } from './anndata';
import { heldContents } from './contents';

/**
 * Loads what of a backed object can neither be carried over as it is stored nor is in memory: columns that were changed
 * unread, and other elements of old versions than matrices, which are read block by block. Mostly nothing.
 */
export async function loadUncopied(adata: AnnData<'backed'>, request: ReadRequest): Promise<void> {
  const { frames, uns, axisArrays, pairs, layers, raw } = heldContents(adata);
  for (const frame of raw === null ? frames : [...frames, raw.var]) await loadColumns(frame as DataFrame, request);
  const mappings = [...axisArrays, ...pairs, layers, raw?.varm ?? new Map()] as ReadonlyMap<unknown, unknown>[];
  for (const value of [raw?.X, ...mappings.flatMap((mapping) => [...mapping.values()])]) {
    if (isHandle(value)) await loadHandle(value as unknown as BaseHandle<unknown>, request);
  }
  for (const leaf of [...leavesOf(uns)]) {
    if (leaf.handle instanceof LazyFrame) await loadHandle(leaf.handle, request);
    else if (leaf.handle.stored === null) await readLeaf(leaf, request);
  }
}

async function loadHandle(handle: BaseHandle<unknown>, request: ReadRequest): Promise<void> {
  if (handle instanceof LazyFrame) await loadColumns(handle.frame, request);
  else if (!handle.isLoaded && handle.stored === null && !isStreamed(handle)) await handle.loadWith(request);
}

async function loadColumns(frame: DataFrame, request: ReadRequest): Promise<void> {
  // An index and a column of the same name are compared before one member is written for both.
  const isTwin = frame.indexName !== null && frame.has(frame.indexName);
  const twins = isTwin ? [frame.heldIndex, frame.held(frame.indexName as string)] : [];
  for (const column of unloadedColumns(frame)) {
    if (column.stored === null || twins.includes(column)) await column.loadWith(request);
  }
}

/** Groups that may have members and attributes nobody here knows. */
const containers = new Set(['anndata', 'raw', 'dataframe', 'dict']);

/** Records that what nobody here knows is carried over: members of the root, of `raw` and of frames, and attributes. */
export function keepUnknown(plan: RecordingPlan, { root, storage, find }: UnknownSource): void {
  const planned = new Map(plan.operations.map((operation) => [operation.key, operation]));
  for (const operation of planned.values()) {
    if (operation.kind !== 'group' || !containers.has(String(operation.attrs['encoding-type']))) continue;
    const node = operation.key === '' ? root : find(operation.key);
    if (node?.kind !== 'group') continue;
    const { encodingType } = specOf(node);
    if (encodingType !== '' && encodingType !== operation.attrs['encoding-type']) continue;
    plan.copyAttrs(operation.key, node.key, storage);
    for (const name of unknownMembers(node, String(operation.attrs['encoding-type']))) {
      const key = node.key === '' ? name : `${node.key}/${name}`;
      const member = node.children?.get(name);
      if (member !== undefined && !planned.has(key)) plan.copy(key, member, storage);
    }
  }
}

type UnknownSource = Pick<BackedFile, 'root' | 'storage'> & { find(key: string): ReturnType<BackedFile['find']> };

function unknownMembers(node: GroupNode, encodingType: string): string[] {
  const names = [...(node.children?.keys() ?? [])];
  switch (encodingType) {
    case 'anndata':
      return names.filter((name) => !isKnownMember(name));
    case 'raw':
      return names.filter((name) => !['X', 'var', 'varm'].includes(name));
    case 'dataframe': {
      const { names: columns, indexName } = frameLayout(node);
      return names.filter((name) => name !== indexName && name !== '__categories' && !columns.includes(name));
    }
    default:
      return [];
  }
}

/**
 * Tells handles of matrices that they lie in the file now: of those that were written block by block, and of those that were
 * carried over from other files than the old one.
 */
export function settleMatrices(plan: RecordingPlan, file: BackedFile, old: StorageReader): void {
  for (const operation of plan.operations) {
    const isForeign = operation.kind === 'copy' && operation.source !== old;
    const matrix = operation.kind === 'stream' ? operation.source : isForeign ? operation.matrix : null;
    if (matrix instanceof HandleBlocks) matrix.settle(file, operation.key);
  }
}

/** Where the elements of a file that a plan carries over lie afterwards. */
export function movesOf(plan: RecordingPlan, { storage }: Pick<BackedFile, 'storage'>): Moves {
  const moves = new Map<string, string>();
  for (const operation of plan.operations) {
    if (operation.kind !== 'copy' || operation.source !== storage) continue;
    const { key } = operation.node;
    // Of several copies the one at the old place is it.
    if (!moves.has(key) || operation.key === key) moves.set(key, operation.key);
  }
  return moves;
}
