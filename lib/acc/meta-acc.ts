// SPDX-License-Identifier: BSD-3-Clause

import type { AnnData } from '../anndata/anndata';
import { pythonText } from '../anndata/print';
import { AnnDataError } from '../errors';
import type { DataFrame } from '../frame/data-frame';
import type { AdRef } from './ad-ref';
import { type AdRefClass, type Dim, NO_IDX, RefAcc, type RefArray, type RefJson } from './ref-acc';

/**
 * Refers to `obs` or `var`.
 *
 * @example
 * ```ts
 * A.obs.at('louvain'); // a column
 * A.var.index; // the names
 * ```
 */
export class MetaAcc extends RefAcc<string | null, DataFrame> {
  /** The axis: `obs` or `var`. */
  readonly dim: Dim;

  /** @param refClass - what `at` makes; {@link AdRef} by default */
  constructor(dim: Dim, refClass?: AdRefClass) {
    super(refClass);
    this.dim = dim;
  }

  /** The names of the axis. */
  get index(): AdRef<string | null> {
    return this.ref(null);
  }

  /**
   * A column; null is the index. A list gives a list of references.
   *
   * @example
   * ```ts
   * A.obs.at('louvain').get(adata).get(0); // 'B cells'
   * A.obs.at(['louvain', 'n_genes']).length; // 2
   * ```
   */
  at(column: string | null): AdRef<string | null>;
  at(columns: readonly (string | null)[]): AdRef<string | null>[];
  at(column: string | null | readonly (string | null)[]): AdRef<string | null> | AdRef<string | null>[] {
    if (Array.isArray(column)) return column.map((name) => this.ref(this.processIdx(name)));
    return this.ref(this.processIdx(column));
  }

  dims(): readonly Dim[] {
    return [this.dim];
  }

  processIdx(idx: unknown): string | null {
    if (idx === null || typeof idx === 'string') return idx;
    throw new AnnDataError('ERR_ARGUMENT', `columns of ${this.dim} are named by strings, not ${String(idx)}`);
  }

  idxRepr(idx: string | null): string {
    return idx === null ? '.index' : `[${pythonText(idx)}]`;
  }

  isin(adata: AnnData, idx: string | null | typeof NO_IDX = NO_IDX): boolean {
    return idx === NO_IDX || idx === null || adata[this.dim].has(idx);
  }

  /**
   * The frame of an object; with an index a column of it, or for null its names.
   *
   * @throws {AnnDataError} `ERR_NAME` when there is no such column
   * @example
   * ```ts
   * A.obs.get(adata).columns; // ['louvain', 'n_genes']
   * A.obs.get(adata, 'louvain').get(1); // 'T cells'
   * ```
   */
  get(adata: AnnData): DataFrame;
  get(adata: AnnData, idx: string | null): RefArray;
  get(adata: AnnData, idx: string | null | typeof NO_IDX = NO_IDX): DataFrame | RefArray {
    const frame = adata[this.dim];
    if (idx === NO_IDX) return frame;
    return idx === null ? frame.index : frame.column(idx).values;
  }

  /** @throws {AnnDataError} `ERR_ARGUMENT`: there is no such form in Python either */
  toJson(): RefJson {
    throw new AnnDataError('ERR_ARGUMENT', `a whole frame (${this}) has no JSON form; its columns have`);
  }

  override idxJson(idx: string | null): RefJson {
    return [this.dim, idx];
  }

  toString(): string {
    return `A.${this.dim}`;
  }
}
