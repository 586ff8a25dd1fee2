// SPDX-License-Identifier: BSD-3-Clause

import { setImmediate } from 'node:timers/promises';

/** Steps between two turns of the event loop: well under a millisecond of plain work. */
const piece = 2 ** 17;

/** A loop that lets the event loop turn now and then. */
export async function inPieces(length: number, visit: (i: number) => void): Promise<void> {
  for (let from = 0; from < length; from += piece) {
    const to = Math.min(length, from + piece);
    for (let i = from; i < to; i++) visit(i);
    if (to < length) await setImmediate();
  }
}
