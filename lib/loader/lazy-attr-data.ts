// SPDX-License-Identifier: BSD-3-Clause

import type { AxisSelector } from '../anndata/indexing/resolve';
import type { AxisValue, Later, Matrix, Mode } from '../anndata/types';
import type { Vector } from '../arrays/arrow';
import type { DType, IndexArray } from '../arrays/dtype';
import { AnnDataError, quote } from '../errors';
import { type AnnCollectionView, batchesOf, type IterateAxisOptions } from './collection-view';
import type { Convert, ConvertedAttribute, ConvertedHeld, ConvertedValue } from './converters';

/** An attribute that rows can be taken of. */
export type LazyAttribute = ConvertedAttribute;

/** What {@link LazyAttrData.subset} gives: what a view hands out. */
export type LazyAttrValue<S extends Mode, C, A extends LazyAttribute, K> = A extends 'obs'
  ? Later<S, ConvertedValue<C, 'obs', K, Vector>>
  : A extends 'obsm'
    ? ConvertedHeld<S, C, 'obsm', K, AxisValue>
    : ConvertedHeld<S, C, K extends null ? 'X' : 'layers', K, Matrix>;

/**
 * A matrix of a collection, a column or an entry of obsm, of which rows are taken. Made by `lazyAttr`.
 *
 * @example
 * ```ts
 * const X = new AnnCollection([adata, adata], { indexUnique: '-' }).lazyAttr('X');
 * X.shape; // [4, 3]
 * X.subset([3]).toDense().toNested(); // [[7, 0, 2]]
 * ```
 */
export class LazyAttrData<
  S extends Mode = 'memory',
  C extends Convert = Convert,
  A extends LazyAttribute = LazyAttribute,
  K extends string | null = string | null,
> {
  readonly #collection: AnnCollectionView<S, C>;

  /** @throws {AnnDataError} `ERR_NAME` when there is no such thing */
  constructor(
    collection: AnnCollectionView<S, C>,
    /** The attribute. */
    readonly attr: A,
    /** The layer, column or entry; null for X. */
    readonly key: K,
  ) {
    this.#collection = collection;
    const { attrsKeys } = collection;
    const keys: readonly (string | null)[] = attrsKeys[attr === 'X' ? 'layers' : (attr as 'layers')] ?? [];
    if (keys.includes(key) && (attr !== 'X' || key === null)) return;
    const what = key === null ? attr : `${attr}/${key}`;
    throw new AnnDataError('ERR_NAME', `there is no ${quote(what)} in the collection`, { key: what });
  }

  /** Rows first. */
  get shape(): readonly number[] {
    const shape = (this.#sample() as { shape?: readonly number[] } | null)?.shape ?? [0];
    const { nObs, nVars } = this.#collection;
    return this.attr === 'X' || this.attr === 'layers' ? [nObs, nVars] : [nObs, ...shape.slice(1)];
  }

  /** Number of axes. */
  get nDim(): number {
    return this.shape.length;
  }

  /** The type of the values before they are converted; null for frames, records and awkward arrays. */
  get dtype(): DType | null {
    return (this.#sample() as { dtype?: DType }).dtype ?? null;
  }

  /**
   * Some rows, and of X and layers some columns, as a view of the collection hands them out.
   *
   * @throws {AnnDataError} as {@link AnnCollectionView.subset}
   * @example
   * ```ts
   * const X = new AnnCollection([adata, adata], { indexUnique: '-' }).lazyAttr('X');
   * X.subset([3, 0], ['CD8A']).toDense().toNested(); // [[2], [1]]
   * ```
   */
  subset(rows: AxisSelector, columns: AxisSelector = null): LazyAttrValue<S, C, A, K> {
    return this.#of(this.#collection.subset(rows, columns));
  }

  /** As {@link AnnCollectionView.iterateAxis}, with values instead of views. */
  *iterateAxis(
    batchSize: number,
    options: IterateAxisOptions = {},
  ): Generator<[values: LazyAttrValue<S, C, A, K>, positions: IndexArray], void, undefined> {
    for (const positions of batchesOf(this.#collection.shape, batchSize, options)) {
      yield [options.axis === 1 ? this.subset(null, positions) : this.subset(positions), positions];
    }
  }

  #of(view: AnnCollectionView<S, C>): LazyAttrValue<S, C, A, K> {
    const { attr, key } = this;
    if (attr === 'obs') return view.obs.get(key as string) as never;
    return (attr === 'obsm' ? view.obsm.get(key as string) : view.layers.get(key)) as never;
  }

  /** Nothing of it, which tells what it is. */
  #sample(): unknown {
    const { attr, key } = this;
    const { obs, obsm, layers } = this.#none;
    if (attr === 'obs') return obs.frame.held(key as string);
    return attr === 'obsm' ? obsm.get(key as string) : layers.get(key);
  }

  get #none(): AnnCollectionView<S> {
    return this.#collection.withConvert(null).subset([]);
  }
}
