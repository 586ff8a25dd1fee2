// SPDX-License-Identifier: BSD-3-Clause

import { type AsyncOptions, runNow, runSoon, type Steps } from '../arrays/sparse/passes';

export type { Steps };

/** Elements that are handled between two places to pause. */
export const pieceSize = 1 << 17;

/** Does the work in one go. */
export function runSteps<T>(steps: Steps<T>): T {
  return runNow(steps);
}

/**
 * Does the work with pauses, so that the event loop turns.
 *
 * @throws the signal's reason when it is aborted
 */
export async function runStepsAsync<T>(steps: Steps<T>, signal?: AsyncOptions['signal']): Promise<T> {
  return runSoon(steps, { signal });
}
