// SPDX-License-Identifier: BSD-3-Clause

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The Python that everything is compared with. */
export function referencePython() {
  const own = process.env.ANNDATA_PYTHON || join(root, '.refenv', 'bin', 'python');
  if (!existsSync(own)) throw new Error('no Python reference environment; set ANNDATA_PYTHON');
  return own;
}

/** The Python twin of a benchmark: one JSON line in, one out. */
export function startTwin(script, args = []) {
  const child = spawn(referencePython(), ['-u', join(root, 'bench', script), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await answers.next();
    if (done) throw new Error(`bench/${script} ended`);
    return JSON.parse(value);
  };
  return {
    /** A line that was not asked for. */
    next,
    ask(question) {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      return next();
    },
    close: () => child.stdin.end(),
  };
}

export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Milliseconds a call takes, and its result. */
export async function timed(work) {
  globalThis.gc?.();
  const start = performance.now();
  const result = await work();
  return { ms: performance.now() - start, result };
}
