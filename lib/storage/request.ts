// SPDX-License-Identifier: BSD-3-Clause

import { isAnnDataError } from '../errors';

/** How often progress is looked at, in milliseconds. */
const interval = 50;

export interface RequestOptions {
  signal?: AbortSignal | undefined;
  /** Told the bytes of memory filled since the last call. */
  onBytes?: ((bytes: number) => void) | undefined;
}

/**
 * Runs a long native call with what it shares with us: a flag that stops it between two chunks, and a count of what is
 * done.
 *
 * @param total - bytes the call fills in all
 * @throws the signal's reason when aborted
 */
export async function request<T>(
  { signal, onBytes }: RequestOptions,
  total: number,
  call: (control: Int32Array) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const control = new Int32Array(2);
  const stop = () => Atomics.store(control, 0, 1);
  signal?.addEventListener('abort', stop, { once: true });
  let told = 0;
  let thrown: { error: unknown } | undefined;
  const tell = (done: number) => {
    if (done > told) onBytes?.(done - told);
    told = Math.max(told, done);
  };
  // What the caller's function throws is the caller's to catch, not the process's.
  const look = () => {
    try {
      tell(Math.min(total, Atomics.load(control, 1) * 1024));
    } catch (error) {
      thrown ??= { error };
      stop();
    }
  };
  const timer = onBytes && setInterval(look, interval);
  try {
    const result = await call(control);
    if (thrown) throw thrown.error;
    tell(total);
    signal?.throwIfAborted();
    return result;
  } catch (error) {
    if (thrown) throw thrown.error;
    if (isAnnDataError(error) && error.code === 'ERR_ABORTED') signal?.throwIfAborted();
    throw error;
  } finally {
    clearInterval(timer);
    signal?.removeEventListener('abort', stop);
  }
}
