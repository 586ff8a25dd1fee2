// SPDX-License-Identifier: BSD-3-Clause

import { isUtf8, isVector } from '../arrays/arrow';
import {
  type BaseHandle,
  type ColumnHandle,
  type Handle,
  isHandle,
  type Leaf,
  leavesOf,
  type ReadHandleOptions,
  type ReadRequest,
  readLeaf,
  requestOf,
  unloadedColumns,
} from '../backed';
import { AnnDataError, quote } from '../errors';
import type { DataFrame } from '../frame/data-frame';
import { isLazyColumn } from '../frame/lazy-column';
import { isPlainObject } from '../plain-object';
import type { AlignedMapping, Axis } from './aligned-mapping';
import { dims } from './aligned-mapping';
import type { AnnData } from './anndata';
import { warnDuplicates } from './names';
import type { Uns } from './types';

/** Something that a key names and that is still in the file. */
interface Target {
  /** Where it lies in the file. */
  readonly key: string;
  readonly bytes: number;
  load(request: ReadRequest): Promise<void>;
}

/** See `AnnData.load`. */
export async function loadKeys(
  adata: AnnData<'backed'>,
  keys: readonly string[],
  options: ReadHandleOptions = {},
): Promise<void> {
  const wereLoaded = dims.map((dim) => adata[dim].isLoaded(null));
  const targets = keys.flatMap((key) => targetsOf(adata, key));
  const request = requestOf(
    options,
    targets.reduce((sum, { bytes }) => sum + bytes, 0),
  );
  for (const target of targets) await target.load(request);
  request.finish();
  for (const axis of [0, 1] as const) if (!wereLoaded[axis]) lookForRepeats(adata, axis);
}

/** Bytes of memory that everything would take. */
export function expectedBytes(adata: AnnData<'backed'>): number {
  return slotsOf(adata)
    .flatMap((slot) => targetsAt(adata, slot))
    .reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Names were not looked at when the file was opened. */
function lookForRepeats(adata: AnnData<'backed'>, axis: Axis): void {
  const frame = adata[dims[axis]];
  if (adata.isView || !frame.isLoaded(null)) return;
  const names = frame.indexColumn.values;
  if (isVector(names) && isUtf8(names)) warnDuplicates(names, axis);
}

/** By where it stands in the object; or else, for what was put elsewhere, by where it lies in the file. */
function targetsOf(adata: AnnData<'backed'>, key: string): Target[] {
  try {
    return targetsAt(adata, key);
  } catch (error) {
    const moved = slotsOf(adata)
      .flatMap((slot) => targetsAt(adata, slot))
      .filter((target) => target.key === key);
    if (moved.length === 0) throw error;
    return moved;
  }
}

function slotsOf(adata: AnnData<'backed'>): string[] {
  return ['obs', 'var', 'obsm', 'varm', 'obsp', 'varp', 'layers', 'uns', ...(adata.raw === null ? [] : ['raw'])];
}

function targetsAt(adata: AnnData<'backed'>, key: string): Target[] {
  const [slot = '', ...rest] = key.split('/');
  const path = rest.length === 0 ? null : rest.join('/');
  switch (slot) {
    case 'obs':
    case 'var':
      return frameTargets(adata[slot], path, key);
    case 'X':
      return mappingTargets(adata.layers, null, key);
    case 'layers':
    case 'obsm':
    case 'varm':
    case 'obsp':
    case 'varp':
      return path === null ? allTargets(adata[slot]) : mappingTargets(adata[slot], path, key);
    case 'uns':
      return unsTargets(adata.uns, rest, key);
    case 'raw':
      return rawTargets(adata, rest, key);
    default:
      throw missing(key);
  }
}

function rawTargets(adata: AnnData<'backed'>, [slot, ...rest]: readonly string[], key: string): Target[] {
  const { raw } = adata;
  if (raw === null) throw missing(key);
  const path = rest.length === 0 ? null : rest.join('/');
  const X = raw.X === null ? [] : [handleTarget(raw.X)];
  switch (slot) {
    case undefined:
      return [...X, ...frameTargets(raw.var, null, key), ...allTargets(raw.varm)];
    case 'X':
      return X;
    case 'var':
      return frameTargets(raw.var, path, key);
    case 'varm':
      return path === null ? allTargets(raw.varm) : mappingTargets(raw.varm, path, key);
    default:
      throw missing(key);
  }
}

function frameTargets(frame: DataFrame, name: string | null, key: string): Target[] {
  if (name === null) return unloadedColumns(frame).map(handleTarget);
  const isIndex = !frame.has(name) && (name === '_index' || name === frame.indexName);
  if (!isIndex && !frame.has(name)) throw missing(key);
  const held = isIndex ? frame.heldIndex : frame.held(name);
  return isLazyColumn(held) ? [handleTarget(held as ColumnHandle)] : [];
}

function mappingTargets(mapping: unknown, name: string | null, key: string): Target[] {
  const value = (mapping as AlignedMapping<string | null, unknown, never>).get(name);
  if (value === undefined) throw missing(key);
  return isHandle(value) ? [handleTarget(value)] : [];
}

function allTargets(mapping: unknown): Target[] {
  const values = [...(mapping as AlignedMapping<string | null, unknown, never>).values()];
  return values.filter(isHandle).map(handleTarget);
}

function unsTargets(uns: Uns, path: readonly string[], key: string): Target[] {
  let container = uns;
  for (const [i, name] of path.entries()) {
    if (!Object.hasOwn(container, name)) throw missing(key);
    const value = container[name];
    if (i === path.length - 1 && isHandle(value)) {
      const leaf = { container, name, handle: value as Handle as BaseHandle<unknown> };
      return [leafTarget(leaf)];
    }
    if (!isPlainObject(value)) {
      if (i === path.length - 1) return [];
      throw missing(key);
    }
    container = value;
  }
  return [...leavesOf(container)].map(leafTarget);
}

function leafTarget(leaf: Leaf): Target {
  const { key, expectedBytes } = leaf.handle;
  return { key, bytes: expectedBytes, load: (request) => readLeaf(leaf, request) };
}

function handleTarget(handle: Handle): Target {
  const base = handle as BaseHandle<unknown>;
  const load = async (request: ReadRequest): Promise<void> => {
    await base.loadWith(request);
  };
  return { key: base.key, bytes: base.isLoaded ? 0 : base.expectedBytes, load };
}

function missing(key: string): AnnDataError {
  const reason = `there is no ${quote(key)} to load; keys are such as "obs/louvain", "obs/_index", "obsm/X_umap", "uns", "raw/X"`;
  return new AnnDataError('ERR_NAME', reason, { key });
}
