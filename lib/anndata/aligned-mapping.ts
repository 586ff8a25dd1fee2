// SPDX-License-Identifier: BSD-3-Clause

import type { Vector } from '../arrays/arrow';
import { heldValue, isHandle } from '../backed';
import { AnnDataError, quote } from '../errors';
import { copyOf } from './cut';
import { entriesOf } from './mapping';
import { inspectCustom, pythonKeys } from './print';
import type { Mapping } from './types';

/** What a mapping is aligned to: an AnnData, or a Raw. */
export interface AlignedParent {
  /** Observations and variables. */
  readonly shape: readonly [number, number];
  /** Names of observations. */
  readonly obsNames: Vector;
  /** Names of variables. */
  readonly varNames: Vector;
  /** Whether values appear behind handles. */
  readonly isBacked: boolean;
  /** Path of the file behind a backed object. */
  readonly filename: string | null;
}

/** The axis of observations or of variables. */
export type Axis = 0 | 1;

/** The names of the axes. */
export const dims = ['obs', 'var'] as const;

/** How a mapping of a view shows the mapping of another object. */
export interface Lens<K extends string | null, V> {
  /** The other mapping, as it is now. */
  source(): AlignedMapping<K, V, never>;
  /** The part of a value that is shown: a copy. */
  cut(value: V): V;
  /**
   * Called before the mapping is changed: makes the view an object of its own, this mapping included.
   *
   * @param key - the entry that is about to be replaced or removed; undefined when all are
   */
  detach(key: K | undefined): void;
}

// What the objects that own mappings do with them; symbols keep it out of everybody else's sight.
export const fillWith = Symbol('fillWith');
export const showThrough = Symbol('showThrough');
export const takeAll = Symbol('takeAll');

/**
 * A map of arrays that fit the axes of their parent: every value put in is checked, and changed to fit where the rules
 * say so. Used like a `Map`; iterates in the order keys were put in. A value may be null, as in Python.
 *
 * @typeParam K - keys
 * @typeParam V - values as they come out
 * @typeParam I - values as they may be put in
 *
 * @example
 * ```ts
 * adata.obsm.set('X_pca', new DenseArray(new Float32Array(4), [2, 2]));
 * [...adata.obsm.keys()]; // ['contours', 'X_pca']
 * for (const [key, value] of adata.obsm) console.log(key, value);
 * ```
 */
export abstract class AlignedMapping<K extends string | null, V, I> {
  /** What the arrays are aligned to. */
  readonly parent: AlignedParent;
  /** Name of the attribute this is, such as `obsm`. */
  abstract readonly attrname: string;
  /** Which axes of the parent the leading axes of each value lie along. */
  abstract readonly axes: readonly Axis[];
  protected abstract readonly className: string;
  /** Empty while there is a lens. */
  #store = new Map<K, V | null>();
  #lens: Lens<K, V> | null = null;

  constructor(parent: AlignedParent) {
    this.parent = parent;
  }

  /** Checks a value that is to lie at `key`, and gives it the form it is kept in. */
  protected abstract admit(key: K, value: I): V;

  /** Whether this shows a part of another object's arrays. */
  get isView(): boolean {
    return this.#lens !== null;
  }

  /** Number of entries. */
  get size(): number {
    return this.#keys.size;
  }

  /**
   * The value at `key`; undefined when there is none. In a view a copy, made at each call.
   *
   * @example
   * ```ts
   * adata.layers.get(null) === adata.X; // true
   * adata.layers.get('none'); // undefined
   * ```
   */
  get(key: K): V | null | undefined {
    const value = this.#keys.get(key);
    return this.#lens === null || value === null || value === undefined ? value : this.#lens.cut(value);
  }

  /** Whether there is an entry at `key`, though it may be null. */
  has(key: K): boolean {
    return this.#keys.has(key);
  }

  /**
   * Puts a value in.
   *
   * @throws {AnnDataError} `ERR_SHAPE`, `ERR_NAME` or `ERR_ARGUMENT` when it does not fit; nothing is changed then
   * @example
   * ```ts
   * adata.layers.set('log', adata.X.copy()).size; // 2
   * ```
   */
  set(key: K, value: I | null): this {
    this.put(key, this.accept(key, value));
    return this;
  }

  /** Removes an entry; false when there is none. */
  delete(key: K): boolean {
    if (!this.has(key)) return false;
    this.detach(key);
    return this.#store.delete(key);
  }

  /** Removes all entries. */
  clear(): void {
    this.detach();
    this.#store.clear();
  }

  /** The keys, in the order they were put in. */
  keys(): MapIterator<K> {
    return this.#keys.keys();
  }

  /** The values in the order of the keys. In a view copies, each made when its turn comes. */
  values(): MapIterator<V | null> {
    return this.#lens === null ? this.#store.values() : (this.#cutValues() as MapIterator<V | null>);
  }

  /** Keys and values in the order of the keys; for the values see {@link AlignedMapping.values}. */
  entries(): MapIterator<[K, V | null]> {
    return this.#lens === null ? this.#store.entries() : (this.#cutEntries() as MapIterator<[K, V | null]>);
  }

  /** The same as {@link AlignedMapping.entries}. */
  [Symbol.iterator](): MapIterator<[K, V | null]> {
    return this.entries();
  }

  /**
   * Calls `visit` with each value, its key, and the mapping.
   *
   * @example
   * ```ts
   * adata.obsm.forEach((value, key) => console.log(key, value));
   * ```
   */
  forEach(visit: (value: V | null, key: K, mapping: this) => void): void {
    for (const [key, value] of this.entries()) visit(value, key, this);
  }

  /**
   * Puts several values in: all of them, or none when one does not fit.
   *
   * @example
   * ```ts
   * adata.varm.update({ PCs: new DenseArray(new Float32Array(6), [3, 2]), loads: new Float64Array(3) });
   * adata.varm.get('loads').shape; // [3, 1]
   * ```
   */
  update(values: Mapping<I | null> | ReadonlyMap<K, I | null>): this {
    const admitted = (entriesOf(values as Mapping<I | null>) as [K, I | null][]).map(
      ([key, value]) => [key, this.accept(key, value)] as const,
    );
    for (const [key, value] of admitted) this.put(key, value);
    return this;
  }

  /**
   * Removes an entry and returns its value; `fallback` when there is no such entry.
   *
   * @throws {AnnDataError} `ERR_NAME` when there is none and no fallback is given
   * @example
   * ```ts
   * adata.obsm.pop('contours').length; // 2
   * adata.obsm.pop('contours', null); // null
   * ```
   */
  pop(key: K, ...fallback: [] | [V | null]): V | null {
    const value = this.get(key);
    if (value === undefined) {
      if (fallback.length > 0) return fallback[0] as V | null;
      throw new AnnDataError('ERR_NAME', `${this.attrname} has no entry ${quote(String(key))}`);
    }
    this.delete(key);
    return value;
  }

  /**
   * Removes the entry that was put in first and returns it.
   *
   * @throws {AnnDataError} `ERR_NAME` when there is none
   */
  popItem(): [K, V | null] {
    const first = this.entries().next();
    if (first.done === true) throw new AnnDataError('ERR_NAME', `${this.attrname} is empty`);
    this.delete(first.value[0]);
    return first.value;
  }

  /**
   * The value at `key`; where there is none, puts `value` in first.
   *
   * @example
   * ```ts
   * adata.obsm.setDefault('X_pca', new DenseArray(new Float32Array(4), [2, 2])).shape; // [2, 2]
   * ```
   */
  setDefault(key: K, value: I | null = null): V | null {
    if (!this.has(key)) this.set(key, value);
    return this.get(key) ?? null;
  }

  /** A plain Map with copies of the values. */
  copy(): Map<K, V | null> {
    return new Map(Array.from(this.entries(), ([key, value]) => [key, this.isView ? value : copyOf(value)]));
  }

  /** Its keys in the words of Python's `repr`. */
  toString(): string {
    return `${this.className}${this.isView ? 'View' : ''} with keys: ${pythonKeys(this.keys())}`;
  }

  [inspectCustom](): string {
    return this.toString();
  }

  protected accept(key: K, value: I | null): V | null {
    if (typeof key !== 'string' && !this.allowsKey(key)) {
      throw new AnnDataError('ERR_ARGUMENT', `keys of ${this.attrname} must be strings, found ${String(key)}`);
    }
    if (value === undefined) {
      throw new AnnDataError('ERR_ARGUMENT', 'the value is undefined', { key: `${this.attrname}/${String(key)}` });
    }
    if (value === null) return null;
    const admitted = this.admit(key, value);
    const { isBacked, filename } = this.parent;
    if (!isBacked && isHandle(admitted)) {
      throw new AnnDataError('ERR_ARGUMENT', 'an object in memory holds values: read() the handle first', {
        key: `${this.attrname}/${String(key)}`,
      });
    }
    return isBacked ? (heldValue(admitted, `${this.attrname}/${String(key)}`, filename ?? '') as V) : admitted;
  }

  protected allowsKey(_key: K): boolean {
    return false;
  }

  protected put(key: K, value: V | null): void {
    this.detach(key);
    this.#store.set(key, value);
  }

  /** To be called before a change: makes a view an object of its own. */
  protected detach(key?: K): void {
    this.#lens?.detach(key);
  }

  /** Values that are known to fit, taken as they are; the lens, if there is one, goes. */
  [fillWith](values: Map<K, V | null>): this {
    this.#store = values;
    this.#lens = null;
    return this;
  }

  /** Shows a part of another mapping from now on. */
  [showThrough](lens: Lens<K, V>): this {
    this.#lens = lens;
    return this;
  }

  /** What is shown, as entries of its own; the one at `key`, which is to be replaced, stays empty. */
  [takeAll](key?: K): Map<K, V | null> {
    const own = (value: V | null): V | null => (isHandle(value) ? copyOf(value) : value);
    return new Map(Array.from(this.keys(), (each) => [each, each === key ? null : own(this.get(each) ?? null)]));
  }

  get #keys(): AlignedMapping<K, V, never> | Map<K, V | null> {
    return this.#lens === null ? this.#store : this.#lens.source();
  }

  *#cutValues(): Generator<V | null, undefined> {
    for (const key of [...this.keys()]) yield this.get(key) ?? null;
    return undefined;
  }

  *#cutEntries(): Generator<[K, V | null], undefined> {
    for (const key of [...this.keys()]) yield [key, this.get(key) ?? null];
    return undefined;
  }
}
