// SPDX-License-Identifier: BSD-3-Clause

import type { AnnData } from '../anndata/anndata';
import { readAnnData } from '../anndata/encoding';
import { openHdf5 } from '../storage/hdf5';
import { makeContext, type ReadFileOptions } from './read-context';

/**
 * Reads a whole `.h5ad` file, of any version of anndata, into memory.
 *
 * @throws {AnnDataError} `ERR_FILE_NOT_FOUND`, `ERR_NOT_HDF5`, `ERR_INVALID_FILE`, `ERR_UNSUPPORTED_ENCODING`,
 *   `ERR_UNSAFE_FILE`, `ERR_LIMIT`; the signal's reason when aborted
 *
 * @example
 * ```ts
 * const adata = await readH5ad('cells.h5ad', { onProgress: ({ done, total }) => bar.update(done / total) });
 * ```
 */
export async function readH5ad(path: string, options: ReadFileOptions = {}): Promise<AnnData> {
  options.signal?.throwIfAborted();
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
