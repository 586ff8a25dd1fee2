// SPDX-License-Identifier: BSD-3-Clause

import { type AnnData, annDataOf } from '../anndata/anndata';
import { Contents } from '../anndata/contents';
import type { AxisSelector } from '../anndata/indexing/resolve';
import { describeSlots, inspectCustom } from '../anndata/print';
import { drawRows } from '../anndata/random-rows';
import { checkChunkSize } from '../anndata/row-chunks';
import type { AxisValue, Later, Matrix, Mode } from '../anndata/types';
import type { Vector } from '../arrays/arrow';
import { everything, indexArray, positionsOf } from '../arrays/axis-index';
import type { IndexArray } from '../arrays/dtype';
import type { BackedFile, ReadHandleOptions } from '../backed';
import { AnnDataError } from '../errors';
import { settings } from '../settings';
import { CollectionArrays, CollectionObs } from './collection-members';
import { type Convert, type ConvertedHeld, checkConvert, converted, converterOf, type NoConvert } from './converters';

/** What an AnnData that is made of a collection gets, and how it is read. */
export interface ToAdataOptions extends ReadHandleOptions {
  /** Leaves X out. */
  ignoreX?: boolean | undefined;
  /** Leaves the layers out. */
  ignoreLayers?: boolean | undefined;
}

/** How an axis is gone along. */
export interface IterateAxisOptions {
  /** The axis batches are taken of: observations (0, by default) or variables (1). */
  axis?: 0 | 1 | undefined;
  /** Whether positions come in random order. */
  shuffle?: boolean | undefined;
  /** Leaves out a last batch that is smaller than the others. */
  dropLast?: boolean | undefined;
  /** The same seed gives the same random order, on every machine; without, it differs each time. */
  seed?: number | undefined;
}

/** Rows and columns of the object that a collection stands for. */
export interface CollectionPart<S extends Mode> {
  /** All of it: matrices are put together when parts are asked for, columns are kept once they are read. */
  readonly joined: AnnData<S>;
  /** The part, a view of it. */
  readonly shown: AnnData<S>;
}

/**
 * Some observations and variables of an {@link AnnCollection}. Rows come in the order they were asked for, whichever object they lie in;
 * categories are those of all objects, so that their codes mean the same in every view.
 *
 * Values are taken at each access and are the caller's: matrices at once when everything is in memory, else by handles.
 *
 * @typeParam S - `memory`: all objects are in memory; `backed`: some lie in files
 * @typeParam C - what values are converted by
 *
 * @example
 * ```ts
 * const view = new AnnCollection([adata, adata], { indexUnique: '-' }).subset([3, 0], ['CD8A', 'CD3D']);
 * view.X?.toDense().toNested(); // [[2, 7], [1, 0]]
 * [...view.obs.get('louvain')]; // ['T cells', 'B cells']
 * ```
 */
export class AnnCollectionView<S extends Mode = 'memory', C extends Convert = NoConvert> {
  /** @internal */
  protected readonly part: CollectionPart<S>;
  /** What values are converted by; null when they stay as they are. */
  readonly convert: C | null;

  /** Views are made by `subset`. */
  constructor(part: CollectionPart<S>, convert: C | null) {
    this.part = part;
    this.convert = convert;
  }

  /** Number of observations. */
  get nObs(): number {
    return this.part.shown.nObs;
  }

  /** Number of variables. */
  get nVars(): number {
    return this.part.shown.nVars;
  }

  /** Observations and variables. */
  get shape(): [number, number] {
    return this.part.shown.shape;
  }

  /** Names of observations. @throws {NotLoadedError} while they lie in files: `await collection.load(['obs/_index'])` */
  get obsNames(): Vector {
    return this.part.shown.obsNames;
  }

  /** Names of variables. */
  get varNames(): Vector {
    return this.part.shown.varNames;
  }

  /** The main matrix, or null when one of the objects has none. */
  get X(): ConvertedHeld<S, C, 'X', null, Matrix> | null {
    const made = converted(this.part.shown.X, converterOf(this.convert, 'X', null));
    return made as ConvertedHeld<S, C, 'X', null, Matrix> | null;
  }

  /** Matrices that all objects have, by name; X has the key null. */
  get layers(): CollectionArrays<S, C, 'layers', string | null, Matrix> {
    return new CollectionArrays('layers', this.part.shown, this.convert);
  }

  /** Arrays and frames with a row for each observation that all objects have. */
  get obsm(): CollectionArrays<S, C, 'obsm', string, AxisValue> {
    return new CollectionArrays('obsm', this.part.shown, this.convert);
  }

  /** Annotation of observations. */
  get obs(): CollectionObs<S, C> {
    return new CollectionObs(this.part, this.convert);
  }

  /**
   * The keys of every attribute.
   *
   * @example
   * ```ts
   * new AnnCollection([adata]).attrsKeys; // { obs: ['louvain', 'n_genes'], obsm: ['contours'], layers: [null] }
   * ```
   */
  get attrsKeys(): { obs: string[]; obsm: string[]; layers: (string | null)[] } {
    const { obs, obsm, layers } = this.part.shown;
    return { obs: obs.columns, obsm: [...obsm.keys()], layers: [...layers.keys()] };
  }

  /**
   * Some observations and variables. Nothing is read.
   *
   * @param obs - what to take, see {@link AxisSelector}: positions count through all objects; null for all. Names, and columns that
   *   `where` looks at, must be loaded
   * @param variables - what to take of the variables
   * @throws {AnnDataError} as {@link AnnData.subset}
   */
  subset(obs: AxisSelector, variables: AxisSelector = null): AnnCollectionView<S, C> {
    const { joined, shown } = this.part;
    return new AnnCollectionView({ joined, shown: cut(shown, obs, variables) }, this.convert);
  }

  /**
   * The same with other converters.
   *
   * @example
   * ```ts
   * const view = new AnnCollection([adata]).subset([0]).withConvert({ X: (matrix) => matrix.dtype });
   * view.X; // 'float32'
   * ```
   */
  withConvert<D extends Convert = NoConvert>(convert: (D & Convert) | null): AnnCollectionView<S, D> {
    checkConvert(convert);
    return new AnnCollectionView(this.part, convert);
  }

  /**
   * Batches of an axis, one after the other, with their positions here. Nothing is read before a batch is looked at. For training on
   * files see `AnnLoader`, which reads ahead, and every chunk once.
   *
   * @throws {AnnDataError} `ERR_ARGUMENT` for a batch size that is no positive integer
   * @example
   * ```ts
   * const collection = new AnnCollection([adata, adata], { indexUnique: '-' });
   * const sizes = Array.from(collection.iterateAxis(3, { shuffle: true, seed: 1 }), ([batch, rows]) => rows.length);
   * sizes.join(); // '3,1'
   * ```
   */
  *iterateAxis(
    batchSize: number,
    options: IterateAxisOptions = {},
  ): Generator<[batch: AnnCollectionView<S, C>, positions: IndexArray], void, undefined> {
    for (const positions of batchesOf(this.shape, batchSize, options)) {
      yield [options.axis === 1 ? this.subset(null, positions) : this.subset(positions), positions];
    }
  }

  /**
   * An AnnData in memory with these observations and variables: X, layers, obs, obsm, as they are without being converted.
   *
   * Memory: that of the result, and each column of obs of the whole collection while it is read.
   *
   * @throws {AnnDataError} `ERR_LIMIT` when it would take more than `maxBytes`, `ERR_CLOSED` when a file was closed
   * @example
   * ```ts
   * const collection = new AnnCollection([adata, adata], { indexUnique: '-' });
   * collection.subset([3, 0]).toAdata({ ignoreLayers: true }).shape; // [2, 3]
   * ```
   */
  toAdata({ ignoreX = false, ignoreLayers = false, ...reading }: ToAdataOptions = {}): Later<S, AnnData> {
    const { obs, obsm, layers, var: variables, file } = this.part.shown as unknown as AnnData;
    const wanted = [...layers.keys()].filter((key) => !(key === null ? ignoreX : ignoreLayers));
    const contents = Contents.of({
      frames: [obs.copy(), variables.copy()],
      axisArrays: [keepingCategories(() => new Map(obsm)), new Map()],
      layers: new Map(wanted.map((key) => [key, layers.get(key) as Matrix])),
      file: file as BackedFile | null,
    });
    const made = annDataOf(contents);
    return (made.isBacked ? made.toMemory(reading) : made) as Later<S, AnnData>;
  }

  /** Everything in memory: as {@link AnnCollectionView.toAdata}. */
  toMemory(options: ReadHandleOptions = {}): Later<S, AnnData> {
    return this.toAdata({ ...options, ignoreX: false, ignoreLayers: false });
  }

  /** Shape and keys. */
  toString(): string {
    return this.describe('AnnCollectionView object');
  }

  [inspectCustom](): string {
    return this.toString();
  }

  protected describe(heading: string, place = ''): string {
    const { obs, obsm, layers } = this.attrsKeys;
    const slots = [['obsm', obsm] as const, ['layers', layers] as const, ['obs', obs] as const];
    return describeSlots(heading, this.shape, slots, place);
  }
}

/** A part of a joined object; what a batch happens to hold must not change what codes mean. */
export function cut<S extends Mode>(
  adata: AnnData<S>,
  obs: AxisSelector = null,
  variables: AxisSelector = null,
): AnnData<S> {
  return keepingCategories(() => adata.subset(obs, variables));
}

/** Does something without dropping categories that no row has. */
export function keepingCategories<T>(action: () => T): T {
  return settings.removeUnusedCategories ? settings.override({ removeUnusedCategories: false }, action) : action();
}

/** Positions of an axis, batch by batch. */
export function* batchesOf(
  shape: readonly [number, number],
  batchSize: number,
  { axis = 0, shuffle = false, dropLast = false, seed }: IterateAxisOptions,
): Generator<IndexArray, void, undefined> {
  if (axis !== 0 && axis !== 1) throw new AnnDataError('ERR_ARGUMENT', `axis must be 0 or 1, not ${String(axis)}`);
  checkChunkSize(batchSize);
  const length = shape[axis];
  const order = shuffle ? shuffled(length, seed) : positionsOf(everything(length));
  for (let start = 0; start < length; start += batchSize) {
    if (dropLast && start + batchSize > length) return;
    yield order.slice(start, start + batchSize);
  }
}

function shuffled(length: number, seed: number | undefined): IndexArray {
  const order = indexArray(length, length);
  order.set(drawRows(length, length, { replace: false, ...(seed === undefined ? {} : { seed }) }));
  return order;
}
