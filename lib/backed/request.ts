// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError } from '../errors';
import type { ReadHandleOptions } from './handle';

/** One call that reads: what all reads it leads to share. */
export interface ReadRequest {
  readonly signal: AbortSignal | undefined;
  readonly onBytes: (bytes: number) => void;
  /** What the caller allows; undefined leaves it to the file. */
  readonly maxBytes: number | undefined;
  /** Results of handles that several others ask for. */
  readonly memo: Map<object, Promise<unknown>>;
  /** Tells that all is done. */
  finish(): void;
}

/** @param total - bytes that are expected, as well as is known */
export function requestOf({ signal, onProgress, maxBytes }: ReadHandleOptions, total: number): ReadRequest {
  signal?.throwIfAborted();
  let done = 0;
  let told = 0;
  const tell = (): void => {
    told = done;
    onProgress?.({ done, total, unit: 'bytes' });
  };
  return {
    signal,
    maxBytes,
    memo: new Map(),
    onBytes(bytes) {
      done = Math.min(total, done + bytes);
      if (done - told >= total / 200 && done < total) tell();
    },
    finish() {
      done = total;
      tell();
    },
  };
}

/** @throws {AnnDataError} `ERR_LIMIT`, with the call to use instead */
export function checkSize(key: string, bytes: number, maxBytes: number, advice: string): void {
  if (bytes <= maxBytes) return;
  const reason = `reading this would take ${bytes} bytes of memory, the limit is ${maxBytes}; ${advice}`;
  throw new AnnDataError('ERR_LIMIT', reason, { key });
}
