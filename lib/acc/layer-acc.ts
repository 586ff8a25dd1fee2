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
 * Refers to X (`k` is null) or a layer.
 *
 * @example
 * ```ts
 * A.layers.at('counts').at(null, 'CD3D'); // a gene in all cells
 * A.X.at('AAAC-1', null); // a cell's values
 * ```
 */
export class LayerAcc extends RefAcc<Idx2D, Matrix> {
  /** Name of the layer; null is X. */
  readonly k: string | null;

  /**
   * @param k - name of the layer; null is X
   * @param refClass - what `at` makes; {@link AdRef} by default
   */
  constructor(k: string | null, refClass?: AdRefClass) {
    super(refClass);
    this.k = k;
  }

  /**
   * A row or a column by its name, null for all of an axis; a list of names gives a list of references.
   *
   * @throws {AnnDataError} `ERR_ARGUMENT` for two names or two lists
   * @example
   * ```ts
   * A.X.at(null, ['CD3D', 'CD8A']).map(String); // ["A.X[:, 'CD3D']", "A.X[:, 'CD8A']"]
   * ```
   */
  at(row: string | null, column: string | null): AdRef<Idx2D>;
  at(row: Idx1D, column: Idx1D): AdRef<Idx2D> | AdRef<Idx2D>[];
  at(row: Idx1D, column: Idx1D): AdRef<Idx2D> | AdRef<Idx2D>[] {
    if (isList(row) || isList(column)) {
      return expandIdx2D(row, column).map((idx) => this.ref(this.processIdx(idx)));
    }
    return this.ref(this.processIdx([row, column]));
  }

  dims([row, column]: Idx2D): readonly Dim[] {
    return [...(row === null ? ['obs' as const] : []), ...(column === null ? ['var' as const] : [])];
  }

  processIdx(idx: unknown): Idx2D {
    return checkedIdx2D(idx, this);
  }

  idxRepr(idx: Idx2D): string {
    return printIdx2D(idx);
  }

  isin(adata: AnnData, idx: Idx2D | typeof NO_IDX = NO_IDX): boolean {
    if ((adata.layers.get(this.k) ?? null) === null) return false;
    return idx === NO_IDX || hasNames(idx, adata.obsNames, adata.varNames);
  }

  /**
   * The matrix of an object; with an index a line of it, dense.
   *
   * @throws {AnnDataError} `ERR_NAME` when there is none
   * @example
   * ```ts
   * A.X.get(adata).shape; // [2, 3]
   * A.X.get(adata, [null, 'CD8A']).toNested(); // [1, 2]
   * ```
   */
  get(adata: AnnData): Matrix;
  get(adata: AnnData, idx: Idx2D): RefArray;
  get(adata: AnnData, idx: Idx2D | typeof NO_IDX = NO_IDX): RefArray {
    const matrix = adata.layers.get(this.k) ?? null;
    if (matrix === null) {
      throw new AnnDataError('ERR_NAME', this.k === null ? 'there is no X' : `there is no layer ${quote(this.k)}`);
    }
    return idx === NO_IDX ? matrix : cutMatrix(matrix, idx, adata.obsNames, adata.varNames);
  }

  toJson(): RefJson {
    return ['layers', this.k];
  }

  toString(): string {
    return this.k === null ? 'A.X' : `A.layers[${pythonText(this.k)}]`;
  }
}

/**
 * Refers to all layers.
 *
 * @example
 * ```ts
 * A.layers.isin(adata); // false
 * ```
 */
export class LayerMapAcc extends MapAcc {
  /**
   * A layer; null is X.
   *
   * @example
   * ```ts
   * String(A.layers.at('counts')); // "A.layers['counts']"
   * ```
   */
  at(k: string | null): LayerAcc {
    if (k !== null) this.checkKey(k);
    return new LayerAcc(k, this.refClass);
  }

  isin(adata: AnnData): boolean {
    return [...adata.layers.keys()].some((key) => key !== null);
  }

  toString(): string {
    return 'A.layers';
  }
}
