// SPDX-License-Identifier: BSD-3-Clause

import type { Room } from '../arrays/room';
import { sumUp } from '../elements/sum-up';
import { AnnDataError } from '../errors';
import type { ReadHandleOptions } from './handle';

/** One call that reads: what all reads it leads to share. */
export interface ReadRequest {
  readonly signal: AbortSignal | undefined;
  readonly onBytes: (bytes: number) => void;
  /** What the caller allows; undefined leaves it to the file. */
  readonly maxBytes: number | undefined;
  /** Memory for the numbers of a matrix; by default it is fresh. */
  readonly room?: Room;
  /** Results of handles that several others ask for. */
  readonly memo: Map<object, Promise<unknown>>;
  /** Tells that all is done. */
  finish(): void;
}

/** @param total - bytes that are expected, as well as is known */
export function requestOf({ signal, onProgress, maxBytes }: ReadHandleOptions, total: number): ReadRequest {
  signal?.throwIfAborted();
  const { add, finish } = sumUp(total, onProgress);
  return { signal, maxBytes, memo: new Map(), onBytes: add, finish };
}

/** @throws {AnnDataError} `ERR_LIMIT`, with the call to use instead */
export function checkSize(key: string, bytes: number, maxBytes: number, advice: string): void {
  if (bytes <= maxBytes) return;
  const reason = `reading this would take ${bytes} bytes of memory, the limit is ${maxBytes}; ${advice}`;
  throw new AnnDataError('ERR_LIMIT', reason, { key });
}
