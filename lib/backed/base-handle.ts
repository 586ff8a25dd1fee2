// SPDX-License-Identifier: BSD-3-Clause

import type { Hint } from '../elements/registry';
import { NotLoadedError } from '../errors';
import { type Handle, type HandleKind, handleBrand, type ReadHandleOptions } from './handle';
import { type ReadRequest, requestOf } from './request';
import type { StoredElement } from './stored';

/** What all handles share: a value that is there or not, and reads that are made once a request. */
export abstract class BaseHandle<T> implements Handle<T> {
  readonly [handleBrand] = true as const;
  abstract readonly kind: HandleKind;
  abstract readonly key: string;
  /** Path of the file, for messages. */
  abstract readonly filename: string;
  /** Bytes of memory the value will take, as well as is known without reading. */
  abstract readonly expectedBytes: number;
  /** How the value was stored, once it was read. */
  hint: Hint | undefined;
  #box: { readonly value: T } | null = null;

  /** Reads the value from where it lies. */
  protected abstract produce(request: ReadRequest): Promise<T>;

  /** What can be made of values that are in memory. */
  protected present(): { readonly value: T } | null {
    return null;
  }

  /** What can be carried over to another file without reading it: a whole element nobody can have changed. Else null. */
  get stored(): StoredElement | null {
    return null;
  }

  abstract copy(): Handle<T>;

  /** The value kept here, if there is one. */
  protected get kept(): { readonly value: T } | null {
    return this.#box;
  }

  protected keep(value: T): void {
    this.#box = { value };
  }

  get isLoaded(): boolean {
    return this.#box !== null;
  }

  get value(): T {
    if (this.#box !== null) return this.#box.value;
    const found = this.present();
    if (found === null) throw new NotLoadedError(this.key, this.filename);
    if (this.isConstant) this.#box = found;
    return found.value;
  }

  /** Counts the changes of what is read. */
  protected get revision(): number {
    return 0;
  }

  /** Whether values never change, so that one can be given out again and again. */
  protected get isConstant(): boolean {
    return false;
  }

  async read(options: ReadHandleOptions = {}): Promise<T> {
    const request = requestOf(options, this.expectedBytes);
    const value = await this.fetch(request);
    request.finish();
    return value;
  }

  async load(options: ReadHandleOptions = {}): Promise<T> {
    const request = requestOf(options, this.expectedBytes);
    const value = await this.loadWith(request);
    request.finish();
    return value;
  }

  /** Reads as a part of a larger request. */
  async fetch(request: ReadRequest): Promise<T> {
    if (this.#box !== null) return this.#box.value;
    let found = request.memo.get(this) as Promise<T> | undefined;
    if (found === undefined) {
      found = this.produce(request);
      request.memo.set(this, found);
    }
    return found;
  }

  /** Loads as a part of a larger request. */
  async loadWith(request: ReadRequest): Promise<T> {
    for (;;) {
      const before = this.revision;
      const value = await this.fetch(request);
      // Whoever was first wins: the value is one object for everybody.
      if (this.#box !== null) return (this.#box as { value: T }).value;
      if (this.revision === before) {
        this.keep(value);
        return value;
      }
      // Changed meanwhile: what was read is no longer what is kept.
      request.memo.delete(this);
    }
  }
}
