// SPDX-License-Identifier: BSD-3-Clause

import { setImmediate } from 'node:timers/promises';

/** Long work in pieces: it yields where it may pause, and returns what it made. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Elements that are handled between two places to pause. */
export const pieceSize = 1 << 17;

/** Milliseconds that other work may have to wait. */
const patience = 8;

/** Does the work in one go. */
export function runSteps<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/**
 * Does the work with pauses, so that the event loop turns.
 *
 * @throws the signal's reason when it is aborted
 */
export async function runStepsAsync<T>(steps: Steps<T>, signal?: AbortSignal): Promise<T> {
  let resumed = performance.now();
  for (;;) {
    signal?.throwIfAborted();
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() - resumed > patience) {
      await setImmediate();
      resumed = performance.now();
    }
  }
}
