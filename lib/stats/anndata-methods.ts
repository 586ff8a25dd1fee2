// SPDX-License-Identifier: BSD-3-Clause

import { AnnData } from '../anndata/anndata';
import type { Mode } from '../anndata/types';
import type { DataFrame } from '../frame/data-frame';
import { type StatsOptions, stats } from './stats';

/**
 * Methods of AnnData that add up matrices. They only use what is public, so they live beside the class.
 *
 * @module
 */

declare module '../anndata/anndata' {
  interface AnnData<S extends Mode = 'memory'> {
    /**
     * Statistics of each variable (`'var'`) or each observation (`'obs'`): a frame with their names and a column for each
     * statistic.
     *
     * | column | dtype | note |
     * |---|---|---|
     * | `sum` | int64 for integers and booleans, uint64 for unsigned ones, else float64 | integers are exact, and wrap around past 64 bits |
     * | `mean`, `variance` | float64 | NaN where there are too few values |
     * | `nonzero` | int32 | values other than 0, NaN among them; what is stored as 0 is a zero |
     * | `min`, `max` | that of the matrix | zeros that are not stored count |
     *
     * Everything is added up in double precision, and variances stay right however large the mean is. NaN makes NaN of all but
     * `nonzero`. The result is the same to the bit however the matrix is stored, in memory or in a file. A matrix in a file is read
     * once, block by block, on all threads; one in memory is not copied. Cost: one pass over the stored values; a second one when
     * a sparse matrix is not sorted or has several entries at one place, which then add up.
     *
     * @throws {AnnDataError} `ERR_NAME` when there is no such matrix, `ERR_ARGUMENT` for text and complex numbers, and for the
     *   least value of nothing, `ERR_LIMIT` when the results take more than `maxMemory`; the signal's reason
     * @example
     * ```ts
     * const genes = await adata.stats('var', { of: ['mean', 'variance'] });
     * genes.get('mean').toArray(); // Float64Array.of(3.5, 2.5, 1.5)
     * // Total counts and detected genes of each cell:
     * const cells = await adata.stats('obs', { of: ['sum', 'nonzero'] });
     * cells.get('sum').toArray(); // Float64Array.of(6, 9)
     * ```
     */
    stats(axis: 'var' | 'obs', options?: StatsOptions): Promise<DataFrame>;
  }
}

const methods = {
  stats(this: AnnData, axis: 'var' | 'obs', options?: StatsOptions): Promise<DataFrame> {
    return stats(this, axis, options);
  },
};

for (const [name, value] of Object.entries(methods)) {
  Object.defineProperty(AnnData.prototype, name, { configurable: true, writable: true, value });
}
