// SPDX-License-Identifier: BSD-3-Clause

import { readElement } from '../elements';
import { openHdf5 } from '../storage/hdf5';
import { makeContext, type ReadFileOptions } from './read-context';

/**
 * Reads one element of an `.h5ad` (or any HDF5) file: a frame, a matrix, a mapping, a scalar. Costs time and memory
 * for that element only.
 *
 * @param key - path inside the file, such as `obs` or `uns/pca/variance`; `''` or `'/'` is the whole file
 * @throws {AnnDataError} `ERR_KEY_NOT_FOUND`, `ERR_FILE_NOT_FOUND`, `ERR_NOT_HDF5`, `ERR_INVALID_FILE`, …
 *
 * @example
 * ```ts
 * const umap = await readElem<DenseArray>('cells.h5ad', 'obsm/X_umap');
 * ```
 */
export async function readElem<T = unknown>(path: string, key: string, options: ReadFileOptions = {}): Promise<T> {
  options.signal?.throwIfAborted();
  const storage = await openHdf5(path, { limits: options.limits });
  try {
    const node = await storage.describe(key.replace(/^\/+|\/+$/g, ''), { signal: options.signal });
    const context = makeContext(storage, node, options);
    const { value } = await readElement<T>(node, context);
    context.finish();
    return value;
  } finally {
    await storage.close();
  }
}
