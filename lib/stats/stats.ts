// SPDX-License-Identifier: BSD-3-Clause

import { type AnnData, isAnnData } from '../anndata/anndata';
import { DenseArray } from '../arrays/dense-array';
import type { NumericDType, TypedArray } from '../arrays/dtype';
import { loadColumn } from '../backed';
import { AnnDataError, quote } from '../errors';
import type { ColumnInput } from '../frame/column-from';
import { DataFrame } from '../frame/data-frame';
import { type BlockMatrix, blockMatrix, keyOf, type MatrixChoice } from './blocks';
import type { LineResults } from './lines';
import { type ReduceOptions, reduce } from './reduce';

/** What can be asked of each line. */
export type Statistic = 'sum' | 'mean' | 'variance' | 'nonzero' | 'min' | 'max';

const statistics: readonly Statistic[] = ['sum', 'mean', 'variance', 'nonzero', 'min', 'max'];

/** What is asked of which matrix; see `AnnData.stats`. */
export interface StatsOptions extends ReduceOptions, MatrixChoice {
  /** Which statistics, in the order of the result's columns; all by default. */
  of?: readonly Statistic[] | undefined;
  /** What the number of values is lessened by in the denominator of a variance: 1 (default, as scanpy's) or 0 (as NumPy's). */
  ddof?: 0 | 1 | undefined;
}

/** See `AnnData.stats`. */
export async function stats(adata: AnnData, axis: 'var' | 'obs', options: StatsOptions = {}): Promise<DataFrame> {
  const { of = statistics, ddof = 1, useRaw = false } = options;
  if (!isAnnData(adata)) throw new AnnDataError('ERR_ARGUMENT', 'statistics are of an AnnData');
  if (axis !== 'var' && axis !== 'obs') throw wrong('axis', axis, ['var', 'obs']);
  for (const name of of) if (!statistics.includes(name)) throw wrong('statistic', name, statistics);
  checkDdof(ddof);
  const matrix = blockMatrix(adata, options);
  const kept = axis === 'obs' ? 0 : 1;
  const length = matrix.shape[1 - kept]!;
  const extremes = of.includes('min') || of.includes('max');
  const key = keyOf(options);
  if (extremes && length === 0 && matrix.shape[kept] > 0) {
    throw new AnnDataError('ERR_ARGUMENT', 'nothing has no least and no greatest value: ask for others `of` it', {
      key,
    });
  }
  const results = await reduce(matrix, { key, axis: kept, extremes, ddof, groups: null, sizes: [length] }, options);
  const frame = axis === 'obs' ? adata.obs : useRaw ? adata.raw!.var : adata.var;
  const index = await loadColumn(frame, null, { signal: options.signal });
  const columns = [...new Set(of)].map((name) => [name, columnOf(name, results, matrix, length)] as const);
  return new DataFrame({ columns, index, indexName: frame.indexName });
}

/** @throws {AnnDataError} `ERR_ARGUMENT` for anything but 0 and 1 */
export function checkDdof(ddof: unknown): void {
  if (ddof !== 0 && ddof !== 1) throw wrong('ddof', ddof, [0, 1]);
}

/** What is said of a value that is none of those there are. */
export function wrong(what: string, found: unknown, expected: readonly unknown[]): AnnDataError {
  const list = expected.map((value) => (typeof value === 'string' ? quote(value) : String(value))).join(', ');
  const text = typeof found === 'string' ? quote(found) : String(found);
  return new AnnDataError('ERR_ARGUMENT', `the ${what} is one of ${list}, not ${text}`);
}

function columnOf(name: Statistic, results: LineResults, { dtype }: BlockMatrix, length: number): ColumnInput {
  if (name === 'nonzero') return counts(results.nonzero, length);
  if (name !== 'min' && name !== 'max') return results[name];
  const limits = results[name] as TypedArray;
  // What was stored in 16 bits has the values of 32 here, as all of float16 in memory.
  return new DenseArray(limits, [limits.length], { dtype: dtype === 'float16' ? 'float32' : (dtype as NumericDType) });
}

/** Counts as integers. */
export function counts(numbers: Float64Array, most: number): Int32Array | Float64Array {
  return most < 2 ** 31 ? Int32Array.from(numbers) : numbers;
}
