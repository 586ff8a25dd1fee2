// SPDX-License-Identifier: BSD-3-Clause

import type { StorageNode, StorageReader } from '../storage/storage';
import type { WritePlan } from './plan';

/** Encoding name and version, as written in the attributes of an element. */
export interface IOSpec {
  readonly encodingType: string;
  readonly encodingVersion: string;
}

/** What readers share during one request. */
export interface ReadContext {
  readonly storage: StorageReader;
  readonly signal?: AbortSignal | undefined;
  /** Told the bytes read since the last call. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  /** Called for what is odd but readable. */
  warn(message: string, key: string): void;
}

/** A value and what it cannot say itself about how it was stored. */
export interface Read<T = unknown> {
  value: T;
  hint?: Hint;
}

/** How a value was stored; see `hints.ts`. */
export interface Hint extends IOSpec {
  /** Stored dtype of a scalar. */
  readonly dtype?: string;
  /** For Arrow vectors standing alone: the column they are the values of. */
  readonly column?: import('../frame/column').Column;
}

/** One encoding: how it is recognised and read. Register with `registerEncoding`. */
export interface Encoding extends IOSpec {
  read(node: StorageNode, ctx: ReadContext): Promise<Read>;
}

/** How values of one kind are written. The first writer whose `accepts` is true takes the value. */
export interface Writer<T = unknown> {
  accepts(value: unknown, hint: Hint | undefined): value is T;
  plan(plan: WritePlan, key: string, value: T, hint: Hint | undefined): void;
}
