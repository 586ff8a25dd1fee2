// SPDX-License-Identifier: BSD-3-Clause

/**
 * Results of jobs in their order, of which `ahead` are begun while the consumer works on one. Leaving the loop waits for those that
 * run; what makes them end early is the caller's.
 */
export async function* readAhead<T>(
  jobs: { next(): (() => Promise<T>) | null },
  ahead: number,
  stop: () => void,
): AsyncGenerator<T, void, undefined> {
  const running: Promise<T>[] = [];
  const fill = (count: number): void => {
    while (running.length < count) {
      const job = jobs.next();
      if (job === null) return;
      const result = job();
      // Looked at when its turn comes.
      result.catch(() => undefined);
      running.push(result);
    }
  };
  try {
    for (;;) {
      fill(1);
      const next = running[0];
      if (next === undefined) return;
      const result = await next;
      running.shift();
      fill(ahead);
      yield result;
    }
  } finally {
    stop();
    await Promise.allSettled(running);
  }
}
