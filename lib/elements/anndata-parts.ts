// SPDX-License-Identifier: BSD-3-Clause

import { isRecordArray, type RecordArray } from '../arrays/record-array';
import type { DataFrame } from '../frame/data-frame';
import { isPlainObject } from '../plain-object';
import type { StorageNode } from '../storage/storage';
import type { Dict } from './dict';
import { readFrame } from './legacy/frame';
import { applyUnsCategories } from './legacy/uns-categories';
import { childrenOf, invalid } from './node-access';
import { type ReadContext, readElement } from './registry';

/** What a raw group holds. */
export interface RawParts {
  X?: unknown;
  var?: DataFrame;
  varm?: Dict;
}

/** What an AnnData element holds, of whatever age: everything the constructor needs. */
export interface AnnDataParts extends RawParts {
  obs?: DataFrame;
  obsm?: Dict;
  obsp?: Dict;
  varp?: Dict;
  layers?: Dict;
  uns?: Dict;
  raw?: RawParts;
}

export const mappingNames = ['obsm', 'varm', 'obsp', 'varp', 'layers', 'uns'] as const;
const known = new Set<string>(['X', 'obs', 'var', 'raw', ...mappingNames]);

/** Whether a member of that name is part of an AnnData, of whatever age. */
export function isKnownMember(name: string): boolean {
  return known.has(name) || name.startsWith('raw.');
}

/**
 * Reads the members of an AnnData element, today's or older: frames stored as records, categories kept in `uns`,
 * `raw.X` beside the others. Members nobody knows are left alone with a warning.
 */
export async function readAnnDataParts(node: StorageNode, ctx: ReadContext): Promise<AnnDataParts> {
  const members = anndataMembers(node, ctx.warn);
  const parts: AnnDataParts = await readRawParts(members, '', ctx);
  const obs = members.get('obs');
  if (obs !== undefined) {
    parts.obs = await readFrame(obs, ctx);
    checkAxis(members.get('X'), parts.X, 0, parts.obs);
  }
  for (const name of mappingNames) {
    const member = members.get(name);
    if (name !== 'varm' && member !== undefined) parts[name] = await readMapping(member, ctx);
  }
  const raw = await readRaw(members, ctx);
  if (raw !== undefined) parts.raw = raw;
  if (obs?.kind === 'array') applyCategories(parts);
  return parts;
}

/** The members of an AnnData element. Those nobody knows are left alone with a warning. */
export function anndataMembers(node: StorageNode, warn: ReadContext['warn']): Map<string, StorageNode> {
  const members = childrenOf(node);
  if (!['X', 'obs', 'var'].some((name) => members.has(name))) {
    throw invalid(node.key, 'this is not an AnnData: none of "X", "obs" and "var" is there');
  }
  for (const [name, { key }] of members) {
    if (!isKnownMember(name)) warn(`"${name}" is no part of an AnnData and was left out`, key);
  }
  return members;
}

/** Reads `X`, `var` and `varm`; `prefix` is `raw.` for what lay beside the others before 0.7. */
export async function readRawParts(
  members: ReadonlyMap<string, StorageNode>,
  prefix: string,
  ctx: ReadContext,
): Promise<RawParts> {
  const parts: RawParts = {};
  const [x, frame, varm] = ['X', 'var', 'varm'].map((name) => members.get(`${prefix}${name}`));
  if (x !== undefined) parts.X = (await readElement(x, ctx)).value;
  if (frame !== undefined) {
    parts.var = await readFrame(frame, ctx);
    checkAxis(x, parts.X, 1, parts.var);
  }
  if (varm !== undefined) parts.varm = await readMapping(varm, ctx);
  return parts;
}

async function readRaw(members: ReadonlyMap<string, StorageNode>, ctx: ReadContext): Promise<RawParts | undefined> {
  const found = findRaw(members);
  return found === undefined ? undefined : readRawParts(found.members, found.prefix, ctx);
}

/** Reads a mapping; before 0.7 it was stored as records, one field an entry. */
export async function readMapping(node: StorageNode, ctx: ReadContext): Promise<Dict> {
  const { value } = await readElement(node, ctx);
  if (isRecordArray(value)) return mappingOfRecords(value);
  if (!isPlainObject(value)) throw invalid(node.key, 'a mapping was expected here');
  return value;
}

function mappingOfRecords(records: RecordArray): Dict {
  const mapping: Dict = Object.create(null);
  for (const [name, field] of records.fields) mapping[name] = field;
  return mapping;
}

/** Refuses files in which several matrices could be raw; tells where the members of raw are, if there are any. */
export function findRaw(
  members: ReadonlyMap<string, StorageNode>,
): { members: ReadonlyMap<string, StorageNode>; prefix: string } | undefined {
  const raw = members.get('raw');
  const dotted = [...members.keys()].filter((name) => name.startsWith('raw.'));
  if (raw?.kind === 'group') {
    if (dotted.length > 0) throw invalid(raw.key, `both "raw" and "${dotted[0]}" are there; only one can be meant`);
    return { members: childrenOf(raw), prefix: '' };
  }
  if (raw !== undefined && !isNull(raw)) throw invalid(raw.key, '"raw" is not a group');
  return dotted.length > 0 ? { members, prefix: 'raw.' } : undefined;
}

function isNull(node: StorageNode): boolean {
  return node.kind === 'array' && node.shape === null;
}

/** The frames tell how large a matrix must be; a file where they disagree is wrong at the matrix. */
export function checkAxis(node: StorageNode | undefined, matrix: unknown, axis: 0 | 1, frame: DataFrame): void {
  const shape = (matrix as { shape?: readonly number[] } | null | undefined)?.shape;
  if (node === undefined || shape?.length !== 2) return;
  const length = shape[axis];
  if (length === frame.nRows) return;
  const [what, name] = axis === 0 ? ['rows', 'obs'] : ['columns', 'var'];
  throw invalid(node.key, `the matrix has ${length} ${what}, but "${name}" has ${frame.nRows} entries`);
}

export function applyCategories(parts: AnnDataParts): void {
  const frames = [parts.obs, parts.var].filter((frame) => frame !== undefined);
  if (parts.uns !== undefined) applyUnsCategories(parts.uns, frames);
}
