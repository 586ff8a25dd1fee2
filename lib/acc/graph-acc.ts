// SPDX-License-Identifier: BSD-3-Clause

import type { AnnData } from '../anndata/anndata';
import type { Matrix } from '../anndata/types';
import type { AdRef } from './ad-ref';
import { EntryAcc, EntryMapAcc } from './entry-acc';
import { checkedIdx2D, cutMatrix, expandIdx2D, hasNames, type Idx1D, isList, printIdx2D } from './idx-2d';
import { type Dim, type Idx2D, NO_IDX, type RefArray } from './ref-acc';

/**
 * Refers to an entry of `obsp` or `varp`.
 *
 * @example
 * ```ts
 * A.obsp.at('distances').at(null, 'AAAC-1'); // from every cell to that one
 * ```
 */
export class GraphAcc extends EntryAcc<Matrix, Idx2D> {
  protected readonly letter = 'p';

  /**
   * A row or a column by its name, null for all; a list of names gives a list of references.
   *
   * @example
   * ```ts
   * A.obsp.at('distances').at(['0', '1'], null).map(String); // ["A.obsp['distances']['0', :]", "A.obsp['distances']['1', :]"]
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
    if (this.find(adata) === null) return false;
    const names = adata[`${this.dim}Names`];
    return idx === NO_IDX || hasNames(idx, names, names);
  }

  /**
   * The matrix of an object; with an index a line of it, dense.
   *
   * @throws {AnnDataError} `ERR_NAME` when there is none
   * @example
   * ```ts
   * adata.obsp.set('distances', DenseArray.from([[0, 3], [3, 0]]));
   * A.obsp.at('distances').get(adata, ['0', null]).toNested(); // [0, 3]
   * ```
   */
  get(adata: AnnData): Matrix;
  get(adata: AnnData, idx: Idx2D): RefArray;
  get(adata: AnnData, idx: Idx2D | typeof NO_IDX = NO_IDX): RefArray {
    const matrix = this.need(adata);
    const names = adata[`${this.dim}Names`];
    return idx === NO_IDX ? matrix : cutMatrix(matrix, idx, names, names);
  }
}

/**
 * Refers to all of `obsp` or `varp`.
 *
 * @example
 * ```ts
 * A.obsp.isin(adata); // false
 * A.obsp.at('distances').k; // 'distances'
 * ```
 */
export class GraphMapAcc extends EntryMapAcc<GraphAcc> {
  protected readonly letter = 'p';
  protected readonly Entry = GraphAcc;
}
