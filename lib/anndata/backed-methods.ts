// SPDX-License-Identifier: BSD-3-Clause

import type { BackedFile, ReadHandleOptions } from '../backed';
import { AnnDataError } from '../errors';
import { AnnData, takeOver } from './anndata';
import { heldContents } from './contents';
import { openAnnData } from './encoding';
import { loadKeys } from './load';
import type { Mode } from './types';

/**
 * Methods of backed objects. They only use what is public, so they live beside the class.
 *
 * @module
 */

declare module './anndata' {
  interface AnnData<S extends Mode = 'memory'> {
    /**
     * Loads elements of a backed object, which then can be used at once: `obs` (all columns and the names), `obs/louvain`,
     * `obs/_index` (the names, whatever the index is called), `obsm/X_umap`, `uns`, `uns/pca/variance`, `X`,
     * `layers/counts`, `raw`, `raw/X`, `raw/var/…`. Of a view only its part is read.
     *
     * @throws {AnnDataError} `ERR_NAME` for a key that names nothing, `ERR_CLOSED` after `close()`
     * @example
     * ```ts
     * const backed = await readH5ad('cells.h5ad', { backed: 'r' });
     * await backed.load(['obs/louvain', 'obsm/X_umap']);
     * backed.obs.get('louvain').get(0);
     * await backed.close();
     * ```
     */
    load(this: AnnData<'backed'>, keys: readonly string[], options?: ReadHandleOptions): Promise<void>;

    /**
     * Forgets all changes: the object is again what its file holds. Views that were made before stay as they are.
     *
     * @throws {AnnDataError} `ERR_ARGUMENT` for a view, and while a commit or an append is under way
     * @example
     * ```ts
     * const backed = await readH5ad('cells.h5ad', { backed: 'r+' });
     * backed.obs.delete('louvain');
     * await backed.discard();
     * backed.obs.has('louvain'); // true
     * await backed.close();
     * ```
     */
    discard(this: AnnData<'backed'>): Promise<void>;

    /**
     * Closes the file of a backed object, once the reads under way have ended; can be called again. What is loaded stays;
     * other elements can no longer be read.
     *
     * @example
     * ```ts
     * const backed = await readH5ad('cells.h5ad', { backed: 'r' });
     * await backed.close();
     * backed.file.isOpen; // false
     * ```
     */
    close(this: AnnData<'backed'>): Promise<void>;

    /** As {@link AnnData.close}, for `await using`. */
    [Symbol.asyncDispose](this: AnnData<'backed'>): Promise<void>;
  }
}

const methods = {
  async load(this: AnnData<'backed'>, keys: readonly string[], options?: ReadHandleOptions): Promise<void> {
    if (!this.isBacked) throw new AnnDataError('ERR_ARGUMENT', 'everything of an object in memory is loaded');
    await loadKeys(this, typeof keys === 'string' ? [keys] : keys, options);
  },

  async discard(this: AnnData<'backed'>): Promise<void> {
    if (!this.isBacked) throw new AnnDataError('ERR_ARGUMENT', 'an object in memory has no file to go back to');
    if (this.isView)
      throw new AnnDataError('ERR_ARGUMENT', 'a view is of no file: discard() the changes of its object');
    const file = this.file as BackedFile;
    await file.alone('discard()', async () => this[takeOver](heldContents(await openAnnData(file))));
  },

  async close(this: AnnData<'backed'>): Promise<void> {
    await this.file?.close();
  },
};

for (const [name, value] of Object.entries(methods)) {
  Object.defineProperty(AnnData.prototype, name, { configurable: true, writable: true, value });
}

// Node before 20.4 knows no such symbol.
if (Symbol.asyncDispose !== undefined) {
  Object.defineProperty(AnnData.prototype, Symbol.asyncDispose, {
    configurable: true,
    writable: true,
    value: methods.close,
  });
}
