// SPDX-License-Identifier: BSD-3-Clause

import { AnnData } from '../anndata/anndata';
import type { Mode } from '../anndata/types';
import type { DataFrame } from '../frame/data-frame';
import { type AggregateOptions, aggregate } from './aggregate';
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

    /**
     * Observations added up by group (pseudobulk), as scanpy's `sc.get.aggregate`: an object of groups × variables with a layer for
     * each of `sum`, `mean`, `var` and `count_nonzero` that is asked for, dense, and no X. Its obs has the columns grouped by and
     * `n_obs_aggregated`; groups are named by their values, joined by `_`, and come in the order of the values. Observations with a missing
     * value are left out, and combinations that no observation has.
     *
     * Numbers are made as {@link AnnData.stats} makes them, of the same matrices, wherever they lie. Cost: one pass; memory for each group and
     * variable (about 100 bytes), which must fit in `maxMemory`.
     *
     * @param by - one or several columns of obs
     * @throws {AnnDataError} `ERR_NAME` when there is no such column or matrix, `ERR_ARGUMENT` for text and complex numbers,
     *   `ERR_LIMIT` when the groups take more than `maxMemory`; the signal's reason
     * @example
     * ```ts
     * const bulk = await adata.aggregate('louvain', { of: ['sum', 'mean'] });
     * bulk.obs.get('n_obs_aggregated').toArray(); // BigInt64Array.of(1n, 1n)
     * bulk.layers.get('sum').toNested(); // [[0, 5, 1], [7, 0, 2]]
     * ```
     */
    aggregate(by: string | readonly string[], options?: AggregateOptions): Promise<AnnData>;
  }
}

const methods = {
  stats(this: AnnData, axis: 'var' | 'obs', options?: StatsOptions): Promise<DataFrame> {
    return stats(this, axis, options);
  },

  aggregate(this: AnnData, by: string | readonly string[], options?: AggregateOptions): Promise<AnnData> {
    return aggregate(this, by, options);
  },
};

for (const [name, value] of Object.entries(methods)) {
  Object.defineProperty(AnnData.prototype, name, { configurable: true, writable: true, value });
}
