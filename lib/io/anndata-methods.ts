// SPDX-License-Identifier: BSD-3-Clause

import { AnnData } from '../anndata/anndata';
import type { Mode } from '../anndata/types';
import { type CommitOptions, commit } from './commit';
import { readH5ad } from './read-h5ad';
import { type WriteCsvsOptions, writeCsvs } from './write-csvs';
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

    /** The same as {@link AnnData.writeH5ad}. */
    write(path: string, options?: WriteH5adOptions): Promise<void>;

    /**
     * Writes the object to a new file and opens that one backed (`r+`). The object itself stays as it is: Python's
     * `adata.filename = path`, but matrices keep their format.
     *
     * @example
     * ```ts
     * const backed = await adata.toBacked('backed.h5ad');
     * backed.X?.format; // 'csr'
     * await backed.close();
     * ```
     */
    toBacked(path: string, options?: WriteH5adOptions): Promise<AnnData<'backed'>>;

    /**
     * Writes all changes of a backed object that was opened with `backed: 'r+'` to its file. Changed elements are written,
     * all others, also those nobody here knows, carried over without decoding them. When the promise resolves the new state
     * survives the death of the process and of the operating system; before, and whatever fails, the old file is untouched.
     * It takes as much free space beside the file as the new file has. Handles stay in use; those of elements that were
     * replaced or removed fail with `ERR_CLOSED`. Options such as `compression` are for what is written.
     *
     * @throws {AnnDataError} `ERR_CHANGED` when somebody else changed the file, `ERR_ARGUMENT` for a file opened with `r`,
     *   a view, or while another commit, or an append, is under way, `ERR_UNWRITEABLE`, `ERR_UNSUPPORTED_TYPE` for what cannot be carried
     *   over, `ERR_IO`; the signal's reason
     * @example
     * ```ts
     * const backed = await readH5ad('cells.h5ad', { backed: 'r+' });
     * backed.obs.set('score', new Float32Array(backed.nObs));
     * await backed.commit();
     * await backed.close();
     * ```
     */
    commit(this: AnnData<'backed'>, options?: CommitOptions): Promise<void>;

    /**
     * Writes obs, var, obsm, varm and the tables of uns as `.csv` files into a folder; see {@link writeCsvs}.
     *
     * @example
     * ```ts
     * await adata.writeCsvs('cells', { sep: '\t' });
     * ```
     */
    writeCsvs(folder: string, options?: WriteCsvsOptions): Promise<void>;
  }
}

const methods = {
  writeH5ad(this: AnnData, path: string, options?: WriteH5adOptions): Promise<void> {
    return writeH5ad(path, this, options);
  },

  write(this: AnnData, path: string, options?: WriteH5adOptions): Promise<void> {
    return writeH5ad(path, this, options);
  },

  async toBacked(this: AnnData, path: string, options?: WriteH5adOptions): Promise<AnnData<'backed'>> {
    await writeH5ad(path, this, options);
    return readH5ad(path, { backed: 'r+' });
  },

  commit(this: AnnData<'backed'>, options?: CommitOptions): Promise<void> {
    return commit(this, options);
  },

  writeCsvs(this: AnnData, folder: string, options?: WriteCsvsOptions): Promise<void> {
    return writeCsvs(folder, this, options);
  },
};

for (const [name, value] of Object.entries(methods)) {
  Object.defineProperty(AnnData.prototype, name, { configurable: true, writable: true, value });
}
