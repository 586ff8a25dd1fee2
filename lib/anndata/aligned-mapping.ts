// SPDX-License-Identifier: BSD-3-Clause

import type { Vector } from '../arrays/arrow';
import { AnnDataError, quote } from '../errors';
import { entriesOf } from './mapping';
import { inspectCustom, pythonKeys } from './print';
import type { Mapping } from './types';

/** What a mapping is aligned to: an AnnData, or a Raw. */
export interface AlignedParent {
  /** Observations and variables. */
  readonly shape: readonly [number, number];
  readonly obsNames: Vector;
  readonly varNames: Vector;
}

/** The axis of observations or of variables. */
export type Axis = 0 | 1;

/** The names of the axes. */
export const dims = ['obs', 'var'] as const;

/**
 * A map of arrays that fit the axes of their parent: every value put in is checked, and changed to fit where the rules
 * say so. Used like a `Map`; iterates in the order keys were put in. A value may be null, as in Python.
 *
 * @typeParam K - keys
 * @typeParam V - values as they come out
 * @typeParam I - values as they may be put in
 */
export abstract class AlignedMapping<K extends string | null, V, I> {
  /** What the arrays are aligned to. */
  readonly parent: AlignedParent;
  /** Name of the attribute this is, such as `obsm`. */
  abstract readonly attrname: string;
  /** Which axes of the parent the leading axes of each value lie along. */
  abstract readonly axes: readonly Axis[];
  protected abstract readonly className: string;
  protected readonly store = new Map<K, V | null>();

  constructor(parent: AlignedParent) {
    this.parent = parent;
  }

  /** Checks a value that is to lie at `key`, and gives it the form it is kept in. */
  protected abstract admit(key: K, value: I): V;

  /** Whether this shows a part of another object's arrays. */
  get isView(): boolean {
    return false;
  }

  /** Number of entries. */
  get size(): number {
    return this.store.size;
  }

  /** The value at `key`; undefined when there is none. */
  get(key: K): V | null | undefined {
    return this.store.get(key);
  }

  has(key: K): boolean {
    return this.store.has(key);
  }

  /**
   * Puts a value in.
   *
   * @throws {AnnDataError} `ERR_SHAPE`, `ERR_NAME` or `ERR_ARGUMENT` when it does not fit; nothing is changed then
   */
  set(key: K, value: I | null): this {
    this.put(key, this.accept(key, value));
    return this;
  }

  /** Removes an entry; false when there is none. */
  delete(key: K): boolean {
    return this.store.delete(key);
  }

  /** Removes all entries. */
  clear(): void {
    this.store.clear();
  }

  keys(): MapIterator<K> {
    return this.store.keys();
  }

  values(): MapIterator<V | null> {
    return this.store.values();
  }

  entries(): MapIterator<[K, V | null]> {
    return this.store.entries();
  }

  [Symbol.iterator](): MapIterator<[K, V | null]> {
    return this.store.entries();
  }

  forEach(visit: (value: V | null, key: K, mapping: this) => void): void {
    for (const [key, value] of this.store) visit(value, key, this);
  }

  /** Puts several values in: all of them, or none when one does not fit. */
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
   */
  pop(key: K, ...fallback: [] | [V | null]): V | null {
    const value = this.store.get(key);
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
    const first = this.store.entries().next();
    if (first.done === true) throw new AnnDataError('ERR_NAME', `${this.attrname} is empty`);
    this.delete(first.value[0]);
    return first.value;
  }

  /** The value at `key`; where there is none, puts `value` in first. */
  setDefault(key: K, value: I | null = null): V | null {
    if (!this.store.has(key)) this.set(key, value);
    return this.store.get(key) ?? null;
  }

  /** A plain Map with copies of the values. */
  copy(): Map<K, V | null> {
    return new Map(Array.from(this.store, ([key, value]) => [key, copyOf(value)]));
  }

  toString(): string {
    return `${this.className} with keys: ${pythonKeys(this.store.keys())}`;
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
    return value === null ? null : this.admit(key, value);
  }

  protected allowsKey(_key: K): boolean {
    return false;
  }

  protected put(key: K, value: V | null): void {
    this.store.set(key, value);
  }
}

function copyOf<V>(value: V): V {
  return value === null ? value : (value as { copy(): V }).copy();
}
