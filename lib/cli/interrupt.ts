// SPDX-License-Identifier: BSD-3-Clause

import { exitCode } from './exit-codes';
import { say } from './output';

/**
 * Runs work that Ctrl-C stops cleanly: the first SIGINT aborts its signal, so that temporary files are removed; a
 * second one ends the process the usual way.
 */
export async function interruptible(work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const controller = new AbortController();
  const stop = () => controller.abort();
  process.once('SIGINT', stop);
  try {
    return await work(controller.signal);
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    say('anndata: interrupted');
    return exitCode.interrupted;
  } finally {
    process.removeListener('SIGINT', stop);
  }
}
