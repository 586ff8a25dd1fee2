// SPDX-License-Identifier: BSD-3-Clause

import {
  type BaseHandle,
  type Handle,
  isHandle,
  leavesOf,
  type ReadHandleOptions,
  type ReadRequest,
  readFrame,
  readLeaf,
  requestOf,
} from '../backed';
import { AnnDataError } from '../errors';
import { type DataFrame, isDataFrame } from '../frame/data-frame';
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
export async function readContents(
  adata: AnnData<'backed'>,
  { copy = false, ...options }: ToMemoryOptions = {},
): Promise<Contents> {
  const total = expectedBytes(adata);
  checkTotal(total, options.maxBytes ?? adata.file.maxBytes);
  const request = requestOf(options, total);
  const { obs, var: variables, uns, obsm, varm, obsp, varp, layers, raw } = snapshot(adata, copy);
  const all = async (entries: Entries): Promise<Map<never, never>> => {
    const read = new Map<unknown, unknown>();
    for (const [key, value] of entries) read.set(key, await readValue(value, request, copy));
    return read as Map<never, never>;
  };
  const rawOf = async ({ X, var: frame, varm: arrays }: NonNullable<typeof raw>): Promise<Contents['raw']> => ({
    X: (await readValue(X, request, copy)) as Matrix | null,
    var: await readFrame(frame, request),
    varm: await all(arrays),
  });
  const frames: [DataFrame, DataFrame] = [await readFrame(obs, request), await readFrame(variables, request)];
  for (const leaf of [...leavesOf(uns)]) await readLeaf(leaf, request);
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
function snapshot(adata: AnnData<'backed'>, copy: boolean) {
  const { raw } = adata;
  return {
    obs: adata.obs.copy(),
    var: adata.var.copy(),
    uns: copyUns(adata.uns, copy ? 'copied' : 'shared'),
    obsm: entriesOf(adata.obsm),
    varm: entriesOf(adata.varm),
    obsp: entriesOf(adata.obsp),
    varp: entriesOf(adata.varp),
    layers: entriesOf(adata.layers),
    raw: raw === null ? null : { X: raw.X, var: raw.var.copy(), varm: entriesOf(raw.varm) },
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

function entriesOf(mapping: unknown): Entries {
  return [...(mapping as AlignedMapping<string | null, unknown, never>)];
}

async function readValue(value: unknown, request: ReadRequest, copy: boolean): Promise<unknown> {
  if (!isHandle(value)) return value;
  const handle = value as Handle as BaseHandle<unknown>;
  const wasLoaded = handle.isLoaded;
  const read = await handle.fetch(request);
  return wasLoaded && (copy || isDataFrame(read)) ? copyOf(read) : read;
}
