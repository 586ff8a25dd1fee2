// SPDX-License-Identifier: BSD-3-Clause

import type { AnnData } from '../anndata/anndata';
import type { AxisValue } from '../anndata/types';
import { isAwkwardArray } from '../arrays/awkward-array';
import { isDenseArray } from '../arrays/dense-array';
import { isRecordArray } from '../arrays/record-array';
import { AnnDataError } from '../errors';
import { isDataFrame } from '../frame/data-frame';
import type { AdRef } from './ad-ref';
import { EntryAcc, EntryMapAcc } from './entry-acc';
import { flat } from './idx-2d';
import { type Dim, NO_IDX, type RefArray } from './ref-acc';

/**
 * Refers to an entry of `obsm` or `varm`.
 *
 * @example
 * ```ts
 * A.obsm.at('X_pca').at(0); // its first column
 * ```
 */
export class MultiAcc extends EntryAcc<AxisValue, number> {
  protected readonly letter = 'm';

  /**
   * A column by its position, from the end when negative. A list gives a list of references.
   *
   * @example
   * ```ts
   * String(A.obsm.at('X_pca').at(0)); // "A.obsm['X_pca'][:, 0]"
   * A.obsm.at('X_pca').at([0, 1]).length; // 2
   * ```
   */
  at(column: number): AdRef<number>;
  at(columns: readonly number[]): AdRef<number>[];
  at(column: number | readonly number[]): AdRef<number> | AdRef<number>[] {
    if (Array.isArray(column)) return column.map((position) => this.ref(this.processIdx(position)));
    return this.ref(this.processIdx(column));
  }

  dims(): readonly Dim[] {
    return [this.dim];
  }

  processIdx(idx: unknown): number {
    if (Number.isSafeInteger(idx)) return idx as number;
    throw new AnnDataError('ERR_ARGUMENT', `columns of ${this} are integers, not ${String(idx)}`);
  }

  idxRepr(idx: number): string {
    return `[:, ${idx}]`;
  }

  isin(adata: AnnData, idx: number | typeof NO_IDX = NO_IDX): boolean {
    const value = this.find(adata);
    if (value === null) return false;
    return idx === NO_IDX || positionOf(idx, widthOf(value)) !== undefined;
  }

  /**
   * The entry of an object; with an index a column of it.
   *
   * @throws {AnnDataError} `ERR_NAME` when there is no entry, `ERR_ARGUMENT` no such column
   * @example
   * ```ts
   * adata.obsm.set('X_pca', DenseArray.from([[1, 2], [3, 4]]));
   * A.obsm.at('X_pca').get(adata, -1).toNested(); // [2, 4]
   * ```
   */
  get(adata: AnnData): AxisValue;
  get(adata: AnnData, idx: number): RefArray;
  get(adata: AnnData, idx: number | typeof NO_IDX = NO_IDX): AxisValue | RefArray {
    const value = this.need(adata);
    if (idx === NO_IDX) return value;
    const width = widthOf(value);
    const position = positionOf(idx, width);
    if (position !== undefined) return columnAt(value, position);
    const reason = width === undefined ? 'it has no columns' : `it has ${width} columns, there is no column ${idx}`;
    throw new AnnDataError('ERR_ARGUMENT', reason, { key: `${this.dim}m/${this.k}` });
  }
}

/**
 * Refers to all of `obsm` or `varm`.
 *
 * @example
 * ```ts
 * A.obsm.isin(adata); // true
 * A.obsm.at('X_pca').k; // 'X_pca'
 * ```
 */
export class MultiMapAcc extends EntryMapAcc<MultiAcc> {
  protected readonly letter = 'm';
  protected readonly Entry = MultiAcc;
}

/** The number of columns; undefined for what has none, or more than two axes. */
function widthOf(value: AxisValue): number | undefined {
  if (isDataFrame(value)) return value.columns.length;
  if (isRecordArray(value)) return value.fields.size;
  if (isAwkwardArray(value)) return undefined;
  return value.shape.length === 2 ? value.shape[1] : undefined;
}

function positionOf(idx: number, width: number | undefined): number | undefined {
  if (width === undefined || idx < -width || idx >= width) return undefined;
  return idx < 0 ? idx + width : idx;
}

function columnAt(value: AxisValue, position: number): RefArray {
  if (isDataFrame(value)) return value.column(value.columns[position]!).values;
  if (isRecordArray(value)) return [...value.fields.values()][position]!;
  if (isDenseArray(value)) return flat(value.subset(null, [position]));
  return isAwkwardArray(value) ? noColumns() : flat(value.subset(null, [position]));
}

function noColumns(): never {
  throw new AnnDataError('ERR_ARGUMENT', 'an awkward array has no columns');
}
