// SPDX-License-Identifier: BSD-3-Clause

// With all methods, whoever imports nothing but this.
import '../anndata';
import type { AnnData } from '../anndata/anndata';
import { openAnnData, readAnnData } from '../anndata/encoding';
import { loadKeys } from '../anndata/load';
import { BackedFile, type BackedMode } from '../backed';
import { AnnDataError } from '../errors';
import { openHdf5 } from '../storage/hdf5';
import type { StorageReader } from '../storage/storage';
import { CurrentLock } from './commit';
import { makeContext, type ReadFileOptions, warningsOf } from './read-context';
import { WriteLock } from './write-lock';

/** How a file is opened whose elements stay in it. */
export interface BackedOptions extends ReadFileOptions {
  /** `r`: never committed; `r+`, or true: changes can be committed. */
  backed: BackedMode | true;
  /** What to load at once, see `AnnData.load`. */
  load?: readonly string[] | undefined;
}

/** How a file is read into memory. */
export interface ReadH5adOptions extends ReadFileOptions {
  /** To leave elements in the file, see {@link BackedOptions}. */
  backed?: false | null | undefined;
}

/**
 * Reads a whole `.h5ad` file, of any version of anndata, into memory; or, with `backed`, opens it and leaves its elements in
 * the file until they are asked for.
 *
 * @throws {AnnDataError} `ERR_FILE_NOT_FOUND`, `ERR_NOT_HDF5`, `ERR_INVALID_FILE`, `ERR_UNSUPPORTED_ENCODING`,
 *   `ERR_UNSAFE_FILE`, `ERR_LIMIT`; the signal's reason when aborted
 *
 * @example
 * ```ts
 * const adata = await readH5ad('cells.h5ad', { onProgress: ({ done, total }) => bar.update(done / total) });
 * ```
 * @example
 * ```ts
 * const backed = await readH5ad('cells.h5ad', { backed: 'r', load: ['obs/louvain'] });
 * const bCells = await backed.subset(where('louvain', 'CD19+ B')).toMemory(); // reads the rows of one cell type
 * await backed.close();
 * ```
 */
export function readH5ad(path: string, options: BackedOptions): Promise<AnnData<'backed'>>;
export function readH5ad(path: string, options?: ReadH5adOptions): Promise<AnnData>;
export async function readH5ad(
  path: string,
  options: ReadH5adOptions | BackedOptions = {},
): Promise<AnnData | AnnData<'backed'>> {
  options.signal?.throwIfAborted();
  const { backed = null } = options;
  if (backed === null || backed === false) return readWhole(path, options);
  if (backed !== true && backed !== 'r' && backed !== 'r+') {
    throw new AnnDataError('ERR_ARGUMENT', `backed is "r", "r+", true or null, not ${JSON.stringify(backed)}`);
  }
  return openBacked(path, backed === true ? 'r+' : backed, options as BackedOptions);
}

async function readWhole(path: string, options: ReadFileOptions): Promise<AnnData> {
  const storage = await openHdf5(path, { limits: options.limits });
  try {
    const root = await storage.describe('', { signal: options.signal });
    const context = makeContext(storage, root, options);
    const adata = await readAnnData(root, context);
    context.finish();
    return adata;
  } finally {
    await storage.close();
  }
}

async function openBacked(path: string, mode: BackedMode, options: BackedOptions): Promise<AnnData<'backed'>> {
  const { limits, load = [], signal, onProgress, onWarning } = options;
  const lock = mode === 'r+' ? new CurrentLock(await WriteLock.take(path)) : null;
  let storage: StorageReader | null = null;
  try {
    storage = await openHdf5(path, { limits });
    const root = await storage.describe('', { signal });
    // What was locked is what was opened.
    await lock?.current.checkUnchanged();
    const file = new BackedFile({ storage, root, warn: warningsOf(storage.location, onWarning) }, mode, lock);
    const adata = await openAnnData(file, { signal });
    if (load.length > 0) await loadKeys(adata, load, { signal, onProgress });
    return adata;
  } catch (error) {
    await storage?.close();
    await lock?.release();
    throw error;
  }
}
