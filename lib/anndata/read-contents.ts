// SPDX-License-Identifier: BSD-3-Clause

import {
  type BackedFile,
  type BaseHandle,
  ElementHandle,
  type Handle,
  isHandle,
  LazyFrame,
  leavesOf,
  type ReadHandleOptions,
  type ReadRequest,
  readFrame,
  readLeaf,
  requestOf,
  unloadedBytes,
} from '../backed';
import { AnnDataError } from '../errors';
import { type DataFrame, isDataFrame } from '../frame/data-frame';
import { NameIndex } from '../frame/name-index';
import type { AlignedMapping } from './aligned-mapping';
import type { AnnData } from './anndata';
import { Contents } from './contents';
import { copyOf } from './cut';
import { expectedBytes } from './load';
import type { Matrix } from './types';
import { copyUns } from './uns-copy';

/** How an object is brought into memory. */
export interface ToMemoryOptions extends ReadHandleOptions {
  /** Copies arrays that are in memory already, too. */
  copy?: boolean | undefined;
}

/**
 * Everything a backed object or view holds, read from its file. Each element is read once, and of a view only the chunks
 * that hold something of it.
 *
 * @throws {AnnDataError} `ERR_LIMIT` when all of it would take more than `maxBytes`
 */
export async function readContents(adata: AnnData<'backed'>, options: ToMemoryOptions = {}): Promise<Contents> {
  return readMembers(adata, options, () => false);
}

/** What can be left in a file: matrices that can be read block by block, frames, whose columns can be read one by one, the rest. */
export type LeftKind = 'matrix' | 'frame' | 'other';

/**
 * The same, but what lies in the file stays there, as it is at the call.
 *
 * @param isWanted - what is read nevertheless
 */
export async function readAround(
  adata: AnnData<'backed'>,
  options: ReadHandleOptions = {},
  isWanted: (slot: string, kind: LeftKind) => boolean = () => false,
): Promise<Contents> {
  const { file, ...members } = await readMembers(adata, options, (slot, kind) => !isWanted(slot, kind));
  return new Contents({ ...members, file: adata.file as BackedFile });
}

async function readMembers(
  adata: AnnData<'backed'>,
  { copy = false, ...options }: ToMemoryOptions,
  isLeft: IsLeft,
): Promise<Contents> {
  const taken = snapshot(adata, copy, isLeft);
  const left = [...taken.left].reduce(
    (sum, held) => sum + (isDataFrame(held) ? unloadedBytes(held) : held.expectedBytes),
    0,
  );
  const total = expectedBytes(adata) - left;
  checkTotal(total, options.maxBytes ?? adata.file.maxBytes);
  const request = requestOf(options, total);
  const { obs, var: variables, uns, obsm, varm, obsp, varp, layers, raw } = taken;
  const isThere = (value: unknown): boolean => (taken.left as Set<unknown>).has(value);
  const readValue = (value: unknown): Promise<unknown> =>
    isThere(value) ? Promise.resolve(value) : readHeld(value, request, copy);
  const readFrameOf = (frame: DataFrame): Promise<DataFrame> =>
    isThere(frame) ? Promise.resolve(frame) : readNamed(frame, request);
  const all = async (entries: Entries): Promise<Map<never, never>> => {
    const read = new Map<unknown, unknown>();
    for (const [key, value] of entries) read.set(key, await readValue(value));
    return read as Map<never, never>;
  };
  const rawOf = async ({ X, var: frame, varm: arrays }: NonNullable<typeof raw>): Promise<Contents['raw']> => ({
    X: (await readValue(X)) as Matrix | null,
    var: await readFrameOf(frame),
    varm: await all(arrays),
  });
  const frames: [DataFrame, DataFrame] = [await readFrameOf(obs), await readFrameOf(variables)];
  for (const leaf of taken.leaves) await readLeaf(leaf, request);
  const contents = new Contents({
    frames,
    uns,
    axisArrays: [await all(obsm), await all(varm)],
    pairs: [await all(obsp), await all(varp)],
    layers: await all(layers),
    raw: raw === null ? null : await rawOf(raw),
  });
  request.finish();
  return contents;
}

/** What is there at the call, whatever is assigned while files are read. */
function snapshot(adata: AnnData<'backed'>, copy: boolean, isLeft: IsLeft) {
  const { raw } = adata;
  const left = new Set<BaseHandle<unknown> | DataFrame>();
  const leave = <T extends BaseHandle<unknown> | DataFrame>(value: T): T => {
    left.add(value);
    return value;
  };
  const asItIs = (slot: string, value: unknown): unknown => {
    if (value instanceof LazyFrame) return isLeft(slot, 'frame') ? leave(value.copy()) : value;
    if (!(value instanceof ElementHandle)) return value;
    if (value.blocks !== null) return isLeft(slot, 'matrix') ? leave(value.copy()) : value;
    return !value.isLoaded && isLeft(slot, 'other') ? leave(value.copy()) : value;
  };
  const uns = copyUns(adata.uns, copy ? 'copied' : 'shared');
  const leaves = [...leavesOf(uns)];
  if (isLeft('uns', 'other')) for (const { handle } of leaves.splice(0)) leave(handle);
  const frameOf = (slot: string, frame: DataFrame): DataFrame =>
    isLeft(slot, 'frame') ? leave(frame.copy()) : frame.copy();
  const entriesOf = (mapping: unknown, slot: string): Entries =>
    [...(mapping as AlignedMapping<string | null, unknown, never>)].map(([key, value]) => [key, asItIs(slot, value)]);
  return {
    left,
    obs: frameOf('obs', adata.obs),
    var: frameOf('var', adata.var),
    uns,
    leaves,
    obsm: entriesOf(adata.obsm, 'obsm'),
    varm: entriesOf(adata.varm, 'varm'),
    obsp: entriesOf(adata.obsp, 'obsp'),
    varp: entriesOf(adata.varp, 'varp'),
    layers: entriesOf(adata.layers, 'layers'),
    raw:
      raw === null ? null : { X: asItIs('raw', raw.X), var: frameOf('raw', raw.var), varm: entriesOf(raw.varm, 'raw') },
  };
}

function checkTotal(bytes: number, maxBytes: number): void {
  if (bytes <= maxBytes) return;
  const advice = 'take a part with subset(obs, var), or raise maxBytes';
  throw new AnnDataError(
    'ERR_LIMIT',
    `all of it would take ${bytes} bytes of memory, the limit is ${maxBytes}; ${advice}`,
  );
}

type Entries = [string | null, unknown][];

type IsLeft = (slot: string, kind: LeftKind) => boolean;

/** A frame whose rows will be looked for by name. */
async function readNamed(frame: DataFrame, request: ReadRequest): Promise<DataFrame> {
  const read = await readFrame(frame, request);
  await NameIndex.prepare(read.indexColumn.values);
  return read;
}

async function readHeld(value: unknown, request: ReadRequest, copy: boolean): Promise<unknown> {
  if (!isHandle(value)) return value;
  const handle = value as Handle as BaseHandle<unknown>;
  const wasLoaded = handle.isLoaded;
  const read = await handle.fetch(request);
  return wasLoaded && (copy || isDataFrame(read)) ? copyOf(read) : read;
}
