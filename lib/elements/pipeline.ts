// SPDX-License-Identifier: BSD-3-Clause

/** Calls under way at most; beyond that small ones wait too. */
const maxCalls = 64;

/** Bytes staged at most, three pieces: one being filled, one being written, one that waits so that no thread has to. */
const maxBytes = 12 * 2 ** 20;

/** Lets a few promises run ahead, bounded in number and bytes, in the order they were started. */
export class Pipeline {
  readonly #running: { promise: Promise<unknown>; bytes: number }[] = [];
  #bytes = 0;

  /** Takes a call that was just started, then waits until there is room for another. */
  async add(promise: Promise<unknown>, bytes = 0): Promise<void> {
    // Its failure is reported when its turn comes; until then it must not count as unhandled.
    promise.catch(() => undefined);
    this.#running.push({ promise, bytes });
    this.#bytes += bytes;
    while (this.#running.length > maxCalls || (this.#bytes > maxBytes && this.#running.length > 0))
      await this.#settleFirst();
  }

  /** Waits for all of them, also when one failed; throws the first failure. */
  async drain(): Promise<void> {
    const all = await Promise.allSettled(this.#running.splice(0).map(({ promise }) => promise));
    this.#bytes = 0;
    const failed = all.find(({ status }) => status === 'rejected');
    if (failed !== undefined) throw (failed as PromiseRejectedResult).reason;
  }

  async #settleFirst(): Promise<void> {
    const first = this.#running.shift();
    if (first === undefined) return;
    this.#bytes -= first.bytes;
    await first.promise;
  }
}
