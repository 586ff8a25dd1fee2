// SPDX-License-Identifier: BSD-3-Clause

import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Prints on stdout piece by piece, as fast as it is read; what is left when the reader goes away is dropped. */
export async function print(
  pieces: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const { stdout } = process;
  const gone = new AbortController();
  const leave = (): void => gone.abort();
  stdout.once('close', leave);
  try {
    for await (const piece of pieces) {
      signal.throwIfAborted();
      if (!stdout.writable) return;
      // Writing to a pipe waits for its reader: a signal must be heard all the same.
      await nextTurn();
      if (!stdout.write(piece)) await once(stdout, 'drain', { signal: AbortSignal.any([signal, gone.signal]) });
    }
  } catch (error) {
    if (signal.aborted || !(gone.signal.aborted || (error as NodeJS.ErrnoException).code === 'EPIPE')) throw error;
  } finally {
    stdout.removeListener('close', leave);
  }
}
