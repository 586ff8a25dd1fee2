// SPDX-License-Identifier: BSD-3-Clause

import { BaseHandle } from './base-handle';
import type { HandleKind } from './handle';
import type { ReadRequest } from './request';

/** What a function makes of the values of other handles, once they are read. */
export class DerivedHandle<T> extends BaseHandle<T> {
  readonly kind: HandleKind = 'other';
  readonly key: string;
  readonly filename: string;

  constructor(
    source: { key: string; filename: string },
    private readonly sources: readonly BaseHandle<unknown>[],
    private readonly make: (...values: never[]) => T,
  ) {
    super();
    this.key = source.key;
    this.filename = source.filename;
  }

  get expectedBytes(): number {
    return this.sources.reduce((sum, { expectedBytes }) => sum + expectedBytes, 0);
  }

  override get isLoaded(): boolean {
    return this.kept !== null || this.sources.every(({ isLoaded }) => isLoaded);
  }

  copy(): this {
    return this;
  }

  protected override present(): { readonly value: T } | null {
    if (!this.sources.every(({ isLoaded }) => isLoaded)) return null;
    return { value: this.make(...(this.sources.map(({ value }) => value) as never[])) };
  }

  protected async produce(request: ReadRequest): Promise<T> {
    const values = await Promise.all(this.sources.map((source) => source.fetch(request)));
    return this.make(...(values as never[]));
  }
}
