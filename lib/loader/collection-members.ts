// SPDX-License-Identifier: BSD-3-Clause

import type { AnnData } from '../anndata/anndata';
import { pythonKeys } from '../anndata/print';
import type { Later, Mode } from '../anndata/types';
import type { Vector } from '../arrays/arrow';
import { loadColumn, type ReadHandleOptions, readFrame, requestOf, unloadedBytes } from '../backed';
import type { DataFrame } from '../frame/data-frame';
import type { CollectionPart } from './collection-view';
import {
  type Convert,
  type ConvertedHeld,
  type ConvertedValue,
  converted,
  converterOf,
  type NoConvert,
} from './converters';

/** A mapping of an AnnData, as far as it is looked at here. */
interface Arrays<K> {
  readonly size: number;
  keys(): Iterable<K>;
  has(key: K): boolean;
  get(key: K): unknown;
}

/**
 * `layers` or `obsm` of a collection or of a view of one.
 *
 * @example
 * ```ts
 * const { obsm } = new AnnCollection([adata, adata], { indexUnique: '-' });
 * obsm.keys(); // ['contours']
 * ```
 */
export class CollectionArrays<
  S extends Mode = 'memory',
  C extends Convert = NoConvert,
  A extends 'layers' | 'obsm' = 'layers' | 'obsm',
  K extends string | null = string | null,
  V = unknown,
> {
  readonly #arrays: Arrays<K>;

  /** @param convert - what values are converted by */
  constructor(
    /** Which of both it is. */
    readonly attrname: A,
    shown: AnnData<S>,
    private readonly convert: C | null,
  ) {
    this.#arrays = shown[attrname] as unknown as Arrays<K>;
  }

  /** Number of entries. */
  get size(): number {
    return this.#arrays.size;
  }

  /** Names of the entries. */
  keys(): K[] {
    return [...this.#arrays.keys()];
  }

  /** Whether there is such an entry. */
  has(key: K): boolean {
    return this.#arrays.has(key);
  }

  /**
   * An entry, a copy, or a handle when it may lie in a file; undefined when there is none. Converted as X when the key is null.
   *
   * @example
   * ```ts
   * const { layers } = new AnnCollection([adata, adata], { indexUnique: '-' }).subset([3]);
   * layers.get(null)?.shape; // [1, 3]
   * ```
   */
  get<Key extends K>(key: Key): ConvertedHeld<S, C, Key extends null ? 'X' : A, Key, V> | undefined {
    const make = converterOf(this.convert, key === null ? 'X' : this.attrname, key);
    return converted(this.#arrays.get(key), make) as never;
  }

  /** Which keys there are. */
  toString(): string {
    return `View of ${this.attrname} with keys: ${pythonKeys(this.keys())}`;
  }
}

/**
 * `obs` of a collection or of a view of one. Columns that lie in files are read for all objects when one is first asked for, and kept.
 *
 * @example
 * ```ts
 * const cells = await readH5ad('cells.h5ad', { backed: 'r' });
 * const collection = await AnnCollection.open({ first: cells, second: cells }, { label: 'file', indexUnique: '-' });
 * const labels = await collection.subset([0, 700]).obs.get('file');
 * labels.get(1); // 'second'
 * await cells.close();
 * ```
 */
export class CollectionObs<S extends Mode = 'memory', C extends Convert = NoConvert> {
  readonly #part: CollectionPart<S>;

  /** @param convert - what values are converted by */
  constructor(
    part: CollectionPart<S>,
    private readonly convert: C | null,
  ) {
    this.#part = part;
  }

  /** The frame, unconverted. Its columns can be used at once when they are loaded. */
  get frame(): DataFrame {
    return this.#part.shown.obs;
  }

  /** Names of the columns. */
  keys(): string[] {
    return this.frame.columns;
  }

  /** Whether there is such a column. */
  has(name: string): boolean {
    return this.frame.has(name);
  }

  /**
   * The values of a column.
   *
   * @throws {AnnDataError} `ERR_NAME` when there is none, `ERR_CLOSED` when a file was closed before it was read
   * @example
   * ```ts
   * const { obs } = new AnnCollection([adata, adata], { indexUnique: '-' }).subset([3, 0]);
   * [...obs.get('louvain')]; // ['T cells', 'B cells']
   * ```
   */
  get<K extends string>(name: K, options?: ReadHandleOptions): Later<S, ConvertedValue<C, 'obs', K, Vector>> {
    const make = converterOf(this.convert, 'obs', name);
    const values = (): unknown => converted(this.frame.get(name), make);
    const { joined } = this.#part;
    if (!joined.isBacked) return values() as never;
    return (async () => {
      await loadColumn(joined.obs, name, options);
      return values();
    })() as never;
  }

  /**
   * All columns and the names, unconverted. What is not loaded is read and not kept.
   *
   * @throws {AnnDataError} as {@link CollectionObs.get}
   * @example
   * ```ts
   * const { obs } = new AnnCollection([adata, adata], { indexUnique: '-' }).subset([3]);
   * obs.toFrame().shape; // [1, 2]
   * ```
   */
  toFrame(options: ReadHandleOptions = {}): Later<S, DataFrame> {
    const { frame } = this;
    if (!this.#part.joined.isBacked) return frame.copy() as Later<S, DataFrame>;
    return (async () => {
      const request = requestOf(options, unloadedBytes(frame));
      const read = await readFrame(frame, request);
      request.finish();
      return read;
    })() as Later<S, DataFrame>;
  }

  /** Which columns there are. */
  toString(): string {
    return `View of obs with keys: ${pythonKeys(this.keys())}`;
  }
}
