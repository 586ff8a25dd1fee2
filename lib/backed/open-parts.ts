// SPDX-License-Identifier: BSD-3-Clause

import {
  type AnnDataParts,
  anndataMembers,
  applyCategories,
  checkAxis,
  findRaw,
  mappingNames,
  type RawParts,
  readMapping,
} from '../elements/anndata-parts';
import type { Dict } from '../elements/dict';
import { readFrame } from '../elements/legacy/frame';
import { childrenOf, refuse } from '../elements/node-access';
import type { ReadContext } from '../elements/registry';
import type { DataFrame } from '../frame/data-frame';
import type { StorageNode } from '../storage/storage';
import type { BackedFile } from './backed-file';
import { handleOf, lazyTree } from './elements';
import { isFrame, lazyFrame } from './frames';

/**
 * What an AnnData file holds, with handles in the place of arrays and frames whose columns stay in the file. Only what
 * versions before 0.7 stored as records (frames, mappings, and the categories in `uns`) is read at once.
 */
export async function openParts(file: BackedFile, ctx: ReadContext): Promise<AnnDataParts> {
  const members = anndataMembers(file.root, ctx.warn);
  const parts: AnnDataParts = await openRawParts(file, members, '', ctx);
  const obs = members.get('obs');
  if (obs !== undefined) {
    parts.obs = await openFrame(file, obs, ctx);
    checkAxis(members.get('X'), parts.X, 0, parts.obs);
  }
  for (const name of mappingNames) {
    const member = members.get(name);
    if (name === 'varm' || member === undefined) continue;
    const isEager = name === 'uns' && obs?.kind === 'array';
    parts[name] = isEager ? await readMapping(member, ctx) : await openMapping(file, member, ctx, name === 'uns');
  }
  const raw = findRaw(members);
  if (raw !== undefined) parts.raw = await openRawParts(file, raw.members, raw.prefix, ctx);
  if (obs?.kind === 'array') applyCategories(parts);
  return parts;
}

async function openRawParts(
  file: BackedFile,
  members: ReadonlyMap<string, StorageNode>,
  prefix: string,
  ctx: ReadContext,
): Promise<RawParts> {
  const parts: RawParts = {};
  const [x, frame, varm] = ['X', 'var', 'varm'].map((name) => members.get(`${prefix}${name}`));
  if (x !== undefined) parts.X = axisHandle(file, x);
  if (frame !== undefined) {
    parts.var = await openFrame(file, frame, ctx);
    checkAxis(x, parts.X, 1, parts.var);
  }
  if (varm !== undefined) parts.varm = await openMapping(file, varm, ctx, false);
  return parts;
}

async function openFrame(file: BackedFile, node: StorageNode, ctx: ReadContext): Promise<DataFrame> {
  return isFrame(node) ? lazyFrame(file, node, true) : readFrame(node, ctx);
}

async function openMapping(file: BackedFile, node: StorageNode, ctx: ReadContext, isTree: boolean): Promise<Dict> {
  if (node.kind !== 'group') return readMapping(node, ctx);
  if (isTree) return lazyTree(file, node, ctx.warn);
  const mapping: Dict = Object.create(null);
  for (const [name, member] of childrenOf(node)) mapping[name] = axisHandle(file, member, true);
  return mapping;
}

/** What lies along an axis has to be an array: for what will not be read that is told now, in `uns` when it is read. */
function axisHandle(file: BackedFile, node: StorageNode, asColumn = false): ReturnType<typeof handleOf> {
  if (node.kind === 'refused') throw refuse(node);
  return handleOf(file, node, asColumn);
}
