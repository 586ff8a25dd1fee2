// SPDX-License-Identifier: BSD-3-Clause

import type { AnnData } from '../anndata/anndata';
import type { Mode } from '../anndata/types';
import type { ReadHandleOptions } from '../backed';
import type { ConcatInput, Request } from '../concat/options';
import { runSteps } from '../concat/steps';
import { AnnDataError } from '../errors';
import { AnnCollectionView, cut, type ToAdataOptions } from './collection-view';
import { type Convert, checkConvert, type NoConvert } from './converters';
import { type CollectionOptions, joinCollection, joinNow, requestFor } from './join-collection';
import { LazyAttrData, type LazyAttribute } from './lazy-attr-data';

/** How objects become a collection. */
export interface AnnCollectionOptions<C extends Convert = NoConvert> extends CollectionOptions {
  /** What views make of values they hand out. Values of `toAdata` and `toMemory` are not converted. */
  convert?: (C & Convert) | null | undefined;
}

/** What a collection is made of when it is there already. */
class Joined<S extends Mode> {
  constructor(
    readonly adata: AnnData<S>,
    readonly count: number,
  ) {}
}

/**
 * Many AnnData, in memory or backed, as one lazy object: the observations of all, one object after the other, with the variables that they
 * share. Nothing is concatenated but obs: matrices stay where they are, and rows are put together when a view is asked for them.
 *
 * What `concat` says holds here: columns of obs joined as `joinObs` says, categoricals with all categories; layers and entries of obsm that
 * all objects have, in one common dtype, sparse when one of them is. Objects are taken as they are when the collection is made. Views in
 * memory among them are copied; a CSC matrix in a file is searched through for every view, so write it by rows first.
 *
 * @typeParam S - `memory`: all objects are in memory; `backed`: some lie in files
 * @typeParam C - what values are converted by
 *
 * @example
 * ```ts
 * const collection = new AnnCollection({ control: adata, treated: adata }, { label: 'batch', indexUnique: '-' });
 * collection.shape; // [4, 3]
 * const view = collection.subset([3, 0]);
 * view.X?.toDense().toNested(); // [[7, 0, 2], [0, 5, 1]]
 * [...view.obs.get('batch')]; // ['treated', 'control']
 * ```
 */
export class AnnCollection<S extends Mode = 'memory', C extends Convert = NoConvert> extends AnnCollectionView<S, C> {
  readonly #count: number;

  /**
   * A collection of objects in memory; of backed ones see {@link AnnCollection.open}.
   *
   * @param adatas - a list, or by name; the names are then the keys
   * @throws {AnnDataError} `ERR_NAME` when variables differ and `joinVars` is not set, or a name among different ones comes twice;
   *   `ERR_ARGUMENT` for backed objects, and for options and values that cannot be joined
   */
  constructor(adatas: ConcatInput<AnnData>, options: AnnCollectionOptions<C> = {}) {
    const { convert = null, ...joining } = options;
    checkConvert(convert);
    const made =
      (adatas as unknown) instanceof Joined ? (adatas as unknown as Joined<S>) : joinedNow<S>(adatas, joining);
    super({ joined: made.adata, shown: cut(made.adata) }, convert);
    this.#count = made.count;
  }

  /**
   * A collection of objects of which some lie in files. Only names of variables are read, and entries of obsm that are awkward arrays or
   * records. The files are the caller's to close, after which what is not loaded can no longer be read.
   *
   * @throws {AnnDataError} what the constructor throws; `ERR_ARGUMENT` when all are in memory; `ERR_CLOSED` for closed files; the
   *   signal's reason
   * @example
   * ```ts
   * const cells = await readH5ad('cells.h5ad', { backed: 'r' });
   * const convert = { X: (matrix: Matrix) => matrix.shape };
   * const collection = await AnnCollection.open([cells, cells], { indexUnique: '-', convert });
   * for (const [batch, rows] of collection.iterateAxis(512, { dropLast: true })) {
   *   console.log(rows.length, await batch.X?.read()); // 512 [512, 765]
   * }
   * await cells.close();
   * ```
   */
  static async open<C extends Convert = NoConvert>(
    adatas: ConcatInput<AnnData | AnnData<'backed'>>,
    { signal, convert = null, ...joining }: AnnCollectionOptions<C> & { signal?: AbortSignal | undefined } = {},
  ): Promise<AnnCollection<'backed', C>> {
    signal?.throwIfAborted();
    checkConvert(convert);
    const request = requestFor(adatas as ConcatInput, joining);
    if (!isAnyBacked(request)) {
      const reason = 'all objects are in memory: new AnnCollection(…), whose values need not be awaited';
      throw new AnnDataError('ERR_ARGUMENT', reason);
    }
    const made = new Joined(await joinCollection(request, joining, signal), request.adatas.length);
    return new AnnCollection<'backed', C>(made as never, { convert });
  }

  /** Whether some of the objects lie in files. */
  get hasBacked(): boolean {
    return this.part.joined.isBacked;
  }

  /** The same collection with other converters. */
  override withConvert<D extends Convert = NoConvert>(convert: (D & Convert) | null): AnnCollection<S, D> {
    return new AnnCollection<S, D>(new Joined(this.part.joined, this.#count) as never, { convert });
  }

  /**
   * Loads what lies in files, for all objects and for good: `obs/louvain`, `obs/_index` (the names, by which rows then can be taken), `obs`,
   * `obsm/X_umap`, `X`.
   *
   * @throws {AnnDataError} `ERR_NAME` for a key that names nothing, `ERR_CLOSED` when a file was closed
   * @example
   * ```ts
   * const cells = await readH5ad('cells.h5ad', { backed: 'r' });
   * const collection = await AnnCollection.open([cells, cells], { indexUnique: '-' });
   * await collection.load(['obs/_index']);
   * collection.subset('AAAGCCTGGCTAAC-1-0').nObs; // 1
   * await cells.close();
   * ```
   */
  load(this: AnnCollection<'backed', C>, keys: readonly string[], options?: ReadHandleOptions): Promise<void> {
    return this.part.joined.load(keys, options);
  }

  /**
   * One matrix, or one column, as something that rows are taken of.
   *
   * @param attr - `X`, `layers`, `obs`, `obsm`
   * @param key - the layer, column or entry
   * @throws {AnnDataError} `ERR_NAME` when there is no such thing
   * @example
   * ```ts
   * const depth = new AnnCollection([adata, adata], { indexUnique: '-' }).lazyAttr('obs', 'n_genes');
   * [depth.shape, depth.dtype]; // [[4], 'int64']
   * [...depth.subset([3, 0])]; // [200n, 300n]
   * ```
   */
  lazyAttr<A extends LazyAttribute, K extends string | null = null>(attr: A, key?: K): LazyAttrData<S, C, A, K> {
    return new LazyAttrData<S, C, A, K>(this, attr, (key ?? null) as K);
  }

  /**
   * An AnnData in memory without X and layers, as in Python: {@link AnnCollectionView.toMemory} gives all of it.
   *
   * @example
   * ```ts
   * new AnnCollection([adata, adata], { indexUnique: '-' }).toAdata().X; // null
   * ```
   */
  override toAdata(options: ToAdataOptions = {}): ReturnType<AnnCollectionView<S, C>['toAdata']> {
    return super.toAdata({ ignoreX: true, ignoreLayers: true, ...options });
  }

  /** Shape, number of objects, and keys. */
  override toString(): string {
    return this.describe('AnnCollection object', `\n  constructed from ${this.#count} AnnData objects`);
  }
}

function isAnyBacked({ adatas }: Request): boolean {
  return adatas.some(({ isBacked }) => isBacked);
}

function joinedNow<S extends Mode>(adatas: ConcatInput<AnnData>, options: CollectionOptions): Joined<S> {
  const request = requestFor(adatas, options);
  if (isAnyBacked(request)) {
    const first = request.adatas.findIndex(({ isBacked }) => isBacked);
    throw new AnnDataError('ERR_ARGUMENT', `object ${first} lies in a file: await AnnCollection.open(…)`);
  }
  return new Joined(runSteps(joinNow(request, options)) as unknown as AnnData<S>, request.adatas.length);
}
