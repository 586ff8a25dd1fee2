// SPDX-License-Identifier: BSD-3-Clause

import type { AnnData } from '../anndata/anndata';
import { inspectCustom } from '../anndata/print';
import { lookUp, type Reference } from '../anndata/reference';
import type { Dim, RefAcc, RefArray, RefIndex, RefJson } from './ref-acc';

const brand = Symbol.for('anndata.acc.AdRef');

/**
 * A reference to a line along an axis of an AnnData, or to a matrix along two: a column of `obs`, a gene's values in X,
 * a component of a PCA. Made by `A`; knows no object.
 *
 * @typeParam I - what the array is cut by
 *
 * @example
 * ```ts
 * const ref = A.X.at(null, 'CD3D');
 * ref.get(adata); // DenseArray of nObs
 * ref.dims; // ['obs']
 * String(ref); // A.X[:, 'CD3D']
 * ```
 */
export class AdRef<I extends RefIndex = RefIndex> implements Reference<RefArray> {
  readonly [brand] = true;
  /** The array it cuts. */
  readonly acc: RefAcc<I>;
  /** What the array is cut by. */
  readonly idx: I;

  /**
   * To be used by accessors, which check the index.
   *
   * @param acc - the array
   * @param idx - what it is cut by
   */
  constructor(acc: RefAcc<I>, idx: I) {
    this.acc = acc;
    this.idx = idx;
  }

  /** The axes it lies along. */
  get dims(): readonly Dim[] {
    return this.acc.dims(this.idx);
  }

  /** The same for references to the same, so it can be the key of a Map or an object. */
  get key(): string {
    return this.toString();
  }

  /**
   * What it refers to in an object: a column as it lies in the frame, a line of a matrix as a dense array of one axis, or
   * a matrix as it is.
   *
   * @throws {AnnDataError} `ERR_NAME` when the object has no such thing, or a name is not unique
   * @example
   * ```ts
   * A.X.at(null, 'CD8A').get(adata).toNested(); // [1, 2]
   * ```
   */
  get(adata: AnnData): RefArray {
    return this.acc.get(adata, this.idx);
  }

  [lookUp](adata: AnnData): RefArray {
    return this.get(adata);
  }

  /** Whether an object has what it refers to; the same as `adata.has(ref)`. */
  isin(adata: AnnData): boolean {
    return this.acc.isin(adata, this.idx);
  }

  /** Whether both refer to the same. */
  equals(other: unknown): boolean {
    return isAdRef(other) && other.toString() === this.toString();
  }

  /** For JSON, as Python writes it; `A.fromJson` reads it. */
  toJson(): RefJson {
    return this.acc.idxJson(this.idx);
  }

  /** Used by `JSON.stringify`. */
  toJSON(): RefJson {
    return this.toJson();
  }

  /** As Python prints it. */
  toString(): string {
    return `${this.acc}${this.acc.idxRepr(this.idx)}`;
  }

  [inspectCustom](): string {
    return this.toString();
  }
}

/** Whether `value` is a reference, of whichever copy of this package. */
export function isAdRef(value: unknown): value is AdRef {
  return typeof value === 'object' && value !== null && brand in value;
}
