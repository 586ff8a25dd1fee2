// SPDX-License-Identifier: BSD-3-Clause

import { type BackedFile, openParts, type ReadHandleOptions, requestOf } from '../backed';
import {
  type AnnDataParts,
  type Encoding,
  planElement,
  type ReadContext,
  readAnnDataParts,
  readRawParts,
  registerEncoding,
  registerWriter,
  type RawParts as StoredRaw,
  specOf,
  type WritePlan,
  type Writer,
} from '../elements';
import { childrenOf } from '../elements/node-access';
import { hasEncoding } from '../elements/registry';
import { AnnDataError, isAnnDataError, quote } from '../errors';
import { NameIndex } from '../frame/name-index';
import type { StorageNode } from '../storage/storage';
import type { AlignedMapping } from './aligned-mapping';
import { AnnData, isAnnData } from './anndata';
import { axisLength } from './infer-shape';
import { type AnnDataInit, BackedInit } from './init';
import { isRaw, type Raw } from './raw';

/**
 * Reads an AnnData of any age from a group. What is missing is empty; without `obs` or `var` rows are counted, as
 * long as something tells how many there are.
 *
 * @throws {AnnDataError} `ERR_INVALID_FILE` naming the element that does not fit
 */
export async function readAnnData(node: StorageNode, ctx: ReadContext): Promise<AnnData> {
  try {
    checkSpec(node);
    const parts = await readAnnDataParts(node, ctx);
    for (const axis of [0, 1] as const) requireAxis(parts, axis, node, ctx);
    // The constructor asks whether names are unique, and must not wait; here the pool finds out.
    for (const frame of [parts.obs, parts.var])
      if (frame !== undefined) await NameIndex.prepare(frame.indexColumn.values);
    return build(parts as AnnDataInit, node);
  } catch (error) {
    throw isAnnDataError(error) ? error.at({ key: node.key, file: ctx.storage.location }) : error;
  }
}

/**
 * An AnnData whose elements stay in a file. The structure of the file is checked as when it is read; values are when they
 * are.
 *
 * @throws {AnnDataError} `ERR_INVALID_FILE` naming the element that does not fit
 */
export async function openAnnData(file: BackedFile, options: ReadHandleOptions = {}): Promise<AnnData<'backed'>> {
  const { root } = file;
  return file.use(root.key, requestOf(options, 0), async (ctx) => {
    checkSpec(root);
    const parts = await openParts(file, ctx);
    for (const axis of [0, 1] as const) requireAxis(parts, axis, root, ctx);
    return build(new BackedInit(parts as AnnDataInit, file) as AnnDataInit, root) as unknown as AnnData<'backed'>;
  });
}

/** Reads a raw group standing alone; as it has no observations of its own, it becomes an AnnData, as in Python. */
async function readLoneRaw(node: StorageNode, ctx: ReadContext): Promise<AnnData> {
  const parts: StoredRaw = await readRawParts(childrenOf(node), '', ctx);
  return build(parts as AnnDataInit, node);
}

/** The root of a file may say nothing about itself; what it says must not be something else. */
function checkSpec(node: StorageNode): void {
  const spec = specOf(node);
  const { encodingType, encodingVersion } = spec;
  if (encodingType === '' || encodingType === 'dict' || (encodingType === 'anndata' && hasEncoding(spec))) return;
  // An element that can be read is no AnnData; what cannot may be one of a later day.
  const code = hasEncoding(spec) ? 'ERR_INVALID_FILE' : 'ERR_UNSUPPORTED_ENCODING';
  const found = `${quote(encodingType)} version ${quote(encodingVersion)}`;
  throw new AnnDataError(code, `an AnnData was expected, but the group has the encoding ${found}`, { key: node.key });
}

function requireAxis(parts: AnnDataParts, axis: 0 | 1, node: StorageNode, ctx: ReadContext): void {
  const name = axis === 0 ? 'obs' : 'var';
  if (parts[name] !== undefined) return;
  if (axisLength(parts, axis) === undefined) {
    throw new AnnDataError('ERR_INVALID_FILE', `${quote(name)} is missing, and nothing else tells its length`, {
      key: node.key,
    });
  }
  ctx.warn(`"${name}" is missing: its rows are counted instead`, node.key);
}

/** The constructor's refusals are the file's faults here. */
function build(init: AnnDataInit, node: StorageNode): AnnData {
  try {
    return new AnnData(init);
  } catch (error) {
    if (!isAnnDataError(error)) throw error;
    const key = error.key === undefined ? node.key : join(node.key, error.key);
    throw new AnnDataError('ERR_INVALID_FILE', error.reason, { key, cause: error });
  }
}

const anndata: Encoding = {
  encodingType: 'anndata',
  encodingVersion: '0.1.0',
  read: async (node, ctx) => ({ value: await readAnnData(node, ctx) }),
};

const raw: Encoding = {
  encodingType: 'raw',
  encodingVersion: '0.1.0',
  read: async (node, ctx) => ({ value: await readLoneRaw(node, ctx) }),
};

const anndataWriter: Writer<AnnData> = {
  accepts: isAnnData,
  plan(plan, key, adata) {
    plan.group(key, { 'encoding-type': 'anndata', 'encoding-version': '0.1.0' });
    plan.enter(key, adata, () => {
      for (const name of ['obs', 'var', 'uns'] as const) planElement(plan, plan.childKey(key, name), adata[name]);
      for (const name of ['obsm', 'varm', 'obsp', 'varp', 'layers'] as const) {
        planMapping(plan, plan.childKey(key, name), adata[name]);
      }
      const { X, raw } = adata;
      if (X !== null) planElement(plan, plan.childKey(key, 'X'), X);
      // Python leaves a missing raw out at the root only; elsewhere it writes a null.
      if (raw !== null || key !== '') planElement(plan, plan.childKey(key, 'raw'), raw);
    });
  },
};

const rawWriter: Writer<Raw> = {
  accepts: isRaw,
  plan(plan, key, value) {
    plan.group(key, { 'encoding-type': 'raw', 'encoding-version': '0.1.0' });
    planElement(plan, plan.childKey(key, 'X'), value.X);
    planElement(plan, plan.childKey(key, 'var'), value.var);
    planMapping(plan, plan.childKey(key, 'varm'), value.varm);
  },
};

/** X, under the key null of layers, is written elsewhere. */
function planMapping(
  plan: WritePlan,
  key: string,
  mapping: AlignedMapping<string, unknown, never> | AnnData['layers'],
): void {
  plan.group(key, { 'encoding-type': 'dict', 'encoding-version': '0.1.0' });
  for (const name of mapping.keys()) {
    if (name !== null) planElement(plan, plan.childKey(key, name), mapping.get(name));
  }
}

function join(parent: string, key: string): string {
  return parent === '' ? key : `${parent}/${key}`;
}

registerEncoding(anndata);
registerEncoding(raw);
registerWriter(anndataWriter);
registerWriter(rawWriter);
