// SPDX-License-Identifier: BSD-3-Clause

import { AnnData } from '../anndata/anndata';
import type { Mode } from '../anndata/types';
import { type WriteH5adOptions, writeH5ad } from './write-h5ad';

/**
 * Methods of AnnData that touch files. They are added here because files know about AnnData, not the other way round.
 *
 * @module
 */

declare module '../anndata/anndata' {
  interface AnnData<S extends Mode = 'memory'> {
    /**
     * Writes the object to an `.h5ad` file that Python's anndata reads; see {@link writeH5ad}.
     *
     * @example
     * ```ts
     * await adata.writeH5ad('cells.h5ad', { compression: 'gzip' });
     * ```
     */
    writeH5ad(path: string, options?: WriteH5adOptions): Promise<void>;
  }
}

Object.defineProperty(AnnData.prototype, 'writeH5ad', {
  configurable: true,
  writable: true,
  value(this: AnnData, path: string, options?: WriteH5adOptions): Promise<void> {
    return writeH5ad(path, this, options);
  },
});
