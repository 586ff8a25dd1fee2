// SPDX-License-Identifier: BSD-3-Clause

import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { readH5ad } from '../../lib/io';
import { comparePairs, type Difference } from '../support/compare';
import { runPython } from '../support/python';

/** What the generator says about one random object. */
export interface Case {
  case: number;
  seed: number;
  file: string;
  x: string;
  shape: number[];
  /** anndata's setting allow_write_nullable_strings: null is pandas 3's way, false the classic one. */
  strings: boolean | null;
  compression: string | null;
}

export interface RoundTrips {
  cases: Case[];
  /** Cases that Node could not read or write. */
  failures: { case: number; message: string }[];
  differences: Difference[];
  /** What each part took. */
  seconds: Record<string, number>;
}

// zstd would need a plugin in Python.
const compressions = [null, 'gzip', 'lzf'] as const;

/** Python writes `count` random objects, Node reads and writes each, Python compares. */
export async function roundTrips(folder: string, seed: number, count: number, first = 0): Promise<RoundTrips> {
  mkdirSync(folder, { recursive: true });
  const jobs = Math.min(availableParallelism(), 8);
  const args = ['--seed', seed, '--cases', count, '--first', first, '--jobs', jobs].map(String);
  const clock = stopwatch();
  const { stdout } = await runPython('test/interop/python/generate.py', [folder, ...args]);
  clock('generated');
  const cases = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Case);
  const failures: RoundTrips['failures'] = [];
  const pairs: [string, string][] = [];
  for (const each of cases) {
    const source = join(folder, each.file);
    const target = join(folder, each.file.replace('p-', 'q-'));
    try {
      const adata = await readH5ad(source);
      const compression = compressions[each.case % compressions.length] ?? null;
      await adata.writeH5ad(target, { compression, convertStringsToCategoricals: false });
      pairs.push([source, target]);
    } catch (error) {
      failures.push({ case: each.case, message: error instanceof Error ? `${error.stack}` : String(error) });
    }
  }
  clock('read and written');
  const differences = await comparePairs(pairs, folder, { jobs });
  clock('compared');
  return { cases, failures, differences, seconds: clock.seconds };
}

/** Notes the seconds since the last call. */
function stopwatch(): ((part: string) => void) & { seconds: Record<string, number> } {
  let last = performance.now();
  const seconds: Record<string, number> = {};
  const note = (part: string): void => {
    const now = performance.now();
    seconds[part] = Math.round((now - last) / 100) / 10;
    last = now;
  };
  return Object.assign(note, { seconds });
}
