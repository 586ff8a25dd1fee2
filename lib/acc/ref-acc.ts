// SPDX-License-Identifier: BSD-3-Clause

import type { AnnData } from '../anndata/anndata';
import { inspectCustom } from '../anndata/print';
import { lookUp, type Reference } from '../anndata/reference';
import type { AxisValue, Matrix } from '../anndata/types';
import type { Vector } from '../arrays/arrow';
import type { DenseArray } from '../arrays/dense-array';
import type { DataFrame } from '../frame/data-frame';
import { AdRef } from './ad-ref';

/** The axis of observations or of variables. */
export type Dim = 'obs' | 'var';

/** Where a whole matrix is cut: a name along one axis, null for all of the other; or null for both. */
export type Idx2D = readonly [row: string | null, column: string | null];

/** What an index can be: into a matrix, a frame (null: its index), or an array of `obsm` and `varm`. */
export type RefIndex = Idx2D | string | number | null;

/** What a reference gives: a column of a frame, a line of a matrix, or a whole matrix. */
export type RefArray = Vector | DenseArray | Matrix;

/** What an accessor without an index gives. */
export type FullArray = DataFrame | AxisValue;

/** A reference as it goes into JSON; the same as in Python. */
export type RefJson = readonly (string | number | null)[];

/** Makes references; {@link AdRef} itself or a class derived from it. */
export type AdRefClass = new <I extends RefIndex>(acc: RefAcc<I>, idx: I) => AdRef<I>;

/** Stands for no index at all, where null is an index. */
export const NO_IDX: unique symbol = Symbol.for('anndata.acc.NO_IDX') as never;

const brand = Symbol.for('anndata.acc.RefAcc');

/**
 * Refers to a whole array of an AnnData: X, a layer, a frame, an entry of `obsm`, `varm`, `obsp` or `varp`. Its `at`
 * gives references to the lines in it. Knows no object: the same accessor serves all of them.
 *
 * @typeParam I - what its `at` cuts by
 * @typeParam F - the whole array
 *
 * @example
 * ```ts
 * const accessors = [A.X, A.obs, A.obsm.at('X_pca')];
 * accessors.map((accessor) => accessor.isin(adata)); // [true, true, false]
 * ```
 */
export abstract class RefAcc<I extends RefIndex = RefIndex, F extends FullArray = FullArray> implements Reference<F> {
  readonly [brand] = true;
  /** What `at` makes. */
  readonly refClass: AdRefClass;

  constructor(refClass: AdRefClass = AdRef) {
    this.refClass = refClass;
  }

  /**
   * Along which axes an array cut by `idx` lies.
   *
   * @example
   * ```ts
   * A.X.dims([null, 'CD3D']); // ['obs']
   * ```
   */
  abstract dims(idx: I): readonly Dim[];

  /**
   * An index as it is printed.
   *
   * @example
   * ```ts
   * A.X.idxRepr([null, 'CD3D']); // "[:, 'CD3D']"
   * ```
   */
  abstract idxRepr(idx: I): string;

  /**
   * Checks an index.
   *
   * @throws {AnnDataError} `ERR_ARGUMENT`
   * @example
   * ```ts
   * A.X.processIdx([null, 'CD3D']); // [null, 'CD3D']
   * ```
   */
  abstract processIdx(idx: unknown): I;

  /** Whether an object has the array, and, when an index is given, the line in it. */
  abstract isin(adata: AnnData, idx?: I | typeof NO_IDX): boolean;

  /**
   * The whole array of an object; with an index what it refers to.
   *
   * @throws {AnnDataError} `ERR_NAME` when the object has no such array, column or name
   * @example
   * ```ts
   * A.X.get(adata).shape; // [2, 3]
   * A.X.get(adata, [null, 'CD8A']).toNested(); // [1, 2]
   * ```
   */
  abstract get(adata: AnnData): F;
  abstract get(adata: AnnData, idx: I): RefArray;

  [lookUp](adata: AnnData): F {
    return this.get(adata);
  }

  /** For JSON, as Python writes it. */
  abstract toJson(): RefJson;

  /**
   * The JSON of a reference with an index.
   *
   * @example
   * ```ts
   * A.X.idxJson([null, 'CD3D']); // ['layers', null, null, 'CD3D']
   * ```
   */
  idxJson(idx: I): RefJson {
    return [...this.toJson(), ...(Array.isArray(idx) ? (idx as RefJson) : [idx as string | number | null])];
  }

  /** As Python prints it; equal for equal accessors, so it can be the key of a Map. */
  abstract toString(): string;

  /** Whether both refer to the same. */
  equals(other: unknown): boolean {
    return isRefAcc(other) && other.toString() === this.toString();
  }

  /** The reference for one index. */
  protected ref(idx: I): AdRef<I> {
    return new this.refClass<I>(this, idx);
  }

  [inspectCustom](): string {
    return this.toString();
  }
}

/** Whether `value` is an accessor of a whole array, of whichever copy of this package. */
export function isRefAcc(value: unknown): value is RefAcc {
  return typeof value === 'object' && value !== null && brand in value;
}
