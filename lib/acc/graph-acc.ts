// SPDX-License-Identifier: BSD-3-Clause

import type { AnnData } from '../anndata/anndata';
import { pythonText } from '../anndata/print';
import type { Matrix } from '../anndata/types';
import { AnnDataError, quote } from '../errors';
import type { AdRef } from './ad-ref';
import { checkedIdx2D, cutMatrix, expandIdx2D, hasNames, type Idx1D, isList, printIdx2D } from './idx-2d';
import { MapAcc } from './map-acc';
import { type AdRefClass, type Dim, type Idx2D, NO_IDX, RefAcc, type RefArray, type RefJson } from './ref-acc';

/**
 * Refers to an entry of `obsp` or `varp`.
 *
 * @example
 * ```ts
 * A.obsp.at('distances').at(null, 'AAAC-1'); // from every cell to that one
 * ```
 */
export class GraphAcc extends RefAcc<Idx2D> {
  readonly dim: Dim;
  /** Key of the entry. */
  readonly k: string;

  constructor(dim: Dim, k: string, refClass?: AdRefClass) {
    super(refClass);
    this.dim = dim;
    this.k = k;
  }

  /** A row or a column by its name, null for all; a list of names gives a list of references. */
  at(row: string | null, column: string | null): AdRef<Idx2D>;
  at(row: Idx1D, column: Idx1D): AdRef<Idx2D> | AdRef<Idx2D>[];
  at(row: Idx1D, column: Idx1D): AdRef<Idx2D> | AdRef<Idx2D>[] {
    if (isList(row) || isList(column)) {
      return expandIdx2D(row, column).map((idx) => this.ref(this.processIdx(idx)));
    }
    return this.ref(this.processIdx([row, column]));
  }

  dims(idx: Idx2D): readonly Dim[] {
    return idx.filter((name) => name === null).map(() => this.dim);
  }

  processIdx(idx: unknown): Idx2D {
    return checkedIdx2D(idx, this);
  }

  idxRepr(idx: Idx2D): string {
    return printIdx2D(idx);
  }

  isin(adata: AnnData, idx: Idx2D | typeof NO_IDX = NO_IDX): boolean {
    if ((adata[`${this.dim}p`].get(this.k) ?? null) === null) return false;
    const names = adata[`${this.dim}Names`];
    return idx === NO_IDX || hasNames(idx, names, names);
  }

  get(adata: AnnData): Matrix;
  get(adata: AnnData, idx: Idx2D): RefArray;
  get(adata: AnnData, idx: Idx2D | typeof NO_IDX = NO_IDX): RefArray {
    const matrix = adata[`${this.dim}p`].get(this.k) ?? null;
    if (matrix === null) throw new AnnDataError('ERR_NAME', `${this.dim}p has no entry ${quote(this.k)}`);
    const names = adata[`${this.dim}Names`];
    return idx === NO_IDX ? matrix : cutMatrix(matrix, idx, names, names);
  }

  toJson(): RefJson {
    return [`${this.dim}p`, this.k];
  }

  toString(): string {
    return `A.${this.dim}p[${pythonText(this.k)}]`;
  }
}

/** Refers to all of `obsp` or `varp`. */
export class GraphMapAcc extends MapAcc {
  readonly dim: Dim;

  constructor(dim: Dim, refClass?: AdRefClass) {
    super(refClass);
    this.dim = dim;
  }

  at(k: string): GraphAcc {
    this.checkKey(k);
    return new GraphAcc(this.dim, k, this.refClass);
  }

  isin(adata: AnnData): boolean {
    return adata[`${this.dim}p`].size > 0;
  }

  toString(): string {
    return `A.${this.dim}p`;
  }
}
