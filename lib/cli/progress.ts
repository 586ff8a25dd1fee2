// SPDX-License-Identifier: BSD-3-Clause

import { formatBytes } from './units';

/** A progress bar on stderr, or nothing where nobody watches. */
export interface Progress {
  /** Told how far one stage of the work is. */
  update(stage: string, done: number, total: number): void;
  stop(): void;
}

const nothing = () => undefined;
const silent: Progress = { update: nothing, stop: nothing };

/** Draws only on a terminal; the library that draws is loaded only then. */
export function startProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  if (stream.isTTY !== true) return silent;
  const { SingleBar } = require('cli-progress') as typeof import('cli-progress');
  const bar = new SingleBar({
    stream,
    format: '{stage} {bar} {percentage} %  {amount}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    fps: 10,
    clearOnComplete: true,
    hideCursor: true,
  });
  let started = false;
  return {
    update(stage, done, total) {
      const amount = `${formatBytes(done)} of ${formatBytes(total)}`;
      if (!started) bar.start(total, done, { stage, amount });
      else {
        bar.setTotal(total);
        bar.update(done, { stage, amount });
      }
      started = true;
    },
    stop() {
      if (started) bar.stop();
    },
  };
}

/** Does work while a bar shows how far it is. */
export async function withProgress<T>(
  stage: string,
  work: (onProgress: (progress: { done: number; total: number }) => void) => Promise<T>,
): Promise<T> {
  const progress = startProgress();
  try {
    return await work(({ done, total }) => progress.update(stage, done, total));
  } finally {
    progress.stop();
  }
}
