// SPDX-License-Identifier: BSD-3-Clause

import { AnnData } from '../anndata/anndata';
import { DenseArray } from '../arrays/dense-array';
import { dtypeOf } from '../arrays/dtype';
import { loadColumn, readFrame, requestOf } from '../backed';
import { blockMatrix, keyOf, type MatrixChoice } from './blocks';
import { groupsOf } from './groups';
import type { LineResults } from './lines';
import { type ReduceOptions, reduce } from './reduce';
import { checkDdof, counts, wrong } from './stats';

/** What can be made of the observations of a group; the names are scanpy's. */
export type Aggregation = 'sum' | 'mean' | 'var' | 'count_nonzero';

const aggregations: readonly Aggregation[] = ['sum', 'mean', 'var', 'count_nonzero'];

/** What is made of which matrix; see `AnnData.aggregate`. */
export interface AggregateOptions extends ReduceOptions, MatrixChoice {
  /** Which layers the result has, in this order; by default only `sum`. */
  of?: readonly Aggregation[] | undefined;
  /** What the number of observations is lessened by in the denominator of a variance: 1 (default) or 0. */
  ddof?: 0 | 1 | undefined;
}

/** See `AnnData.aggregate`. */
export async function aggregate(
  adata: AnnData,
  by: string | readonly string[],
  options: AggregateOptions = {},
): Promise<AnnData> {
  const { of = ['sum'], ddof = 1, useRaw = false, signal } = options;
  for (const name of of) if (!aggregations.includes(name)) throw wrong('aggregation', name, aggregations);
  checkDdof(ddof);
  const matrix = blockMatrix(adata, options);
  const names = typeof by === 'string' ? [by] : by;
  for (const name of [null, ...names]) await loadColumn(adata.obs, name, { signal });
  const { codes, sizes, labels } = groupsOf(adata.obs, names);
  const wanted = { key: keyOf(options), axis: 1, extremes: false, ddof, groups: codes, sizes } as const;
  const results = await reduce(matrix, wanted, options);
  const shape = [sizes.length, matrix.shape[1]];
  const layers = new Map([...new Set(of)].map((name) => [name, layerOf(name, results, shape, adata.nObs)]));
  const variables = await readFrame(useRaw ? adata.raw!.var : adata.var, requestOf({ signal }, 0));
  return new AnnData({ obs: labels, var: variables, layers });
}

function layerOf(name: Aggregation, results: LineResults, shape: readonly number[], nObs: number): DenseArray {
  const { sum, mean, variance, nonzero } = results;
  const numbers = { sum, mean, var: variance, count_nonzero: counts(nonzero, nObs) }[name];
  return new DenseArray(numbers, shape, { dtype: dtypeOf(numbers) });
}
