// SPDX-License-Identifier: BSD-3-Clause
//
// How long the command line takes to start: `--help`, and `info` on a file of 10 GB. Whole processes, medians of 20.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureReference } from '../scripts/setup/reference.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const rounds = 20;

export async function run() {
  const folder = join(tmpdir(), 'anndata-bench');
  const file = join(folder, 'cli.h5ad');
  mkdirSync(folder, { recursive: true });
  if (!existsSync(file)) {
    const { status } = spawnSync(await ensureReference(), [here('cli.py'), `${file}.part`], { stdio: 'inherit' });
    if (status !== 0) throw new Error('the file could not be made');
    renameSync(`${file}.part`, file);
  }
  console.log('| command | median | most allowed |\n|---|---|---|');
  for (const [args, most] of [
    [['--help'], 150],
    [['info', file], 300],
  ]) {
    const times = Array.from({ length: rounds }, () => timed(args)).sort((a, b) => a - b);
    const size = args[1] === undefined ? '' : ` of ${(statSync(file).size / 1e9).toFixed(1)} GB`;
    console.log(`| \`anndata ${args[0]}\`${size} | ${Math.round(times[rounds / 2])} ms | ${most} ms |`);
  }
}

function timed(args) {
  const start = performance.now();
  const { status } = spawnSync(process.execPath, [here('../dist/cli/main.js'), ...args], { stdio: 'ignore' });
  if (status !== 0) throw new Error(`anndata ${args.join(' ')} failed`);
  return performance.now() - start;
}
