// SPDX-License-Identifier: BSD-3-Clause

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { findLibraries } from '../../scripts/find-libs.mjs';
import { spread } from './rounds.mjs';

/** What the figures depend on, as name → text. */
export async function describeMachine({ python, limits }, folders, pinned) {
  const libraries = findLibraries();
  const own = [libraries.hdf5, ...libraries.codecs].map(({ name, version }) => `${name} ${version}`.trim());
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: commit(),
    processor: `${cpus()[0]?.model.trim()}, ${pinned ? `pinned to ${pinned}` : `${availableParallelism()} cores`}`,
    'load before the run': loadavg()[0].toFixed(2),
    memory: `${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
    system: `${process.platform} ${release()}`,
    Node: process.version,
    ours: [`anndata ${createRequire(import.meta.url)('../../package.json').version}`, ...own].join(', '),
    threads: process.env.ANNDATA_THREADS ?? 'default',
    ...(await python.ask({ workload: 'versions' })),
    inputs: fileSystem(folders.inputs),
    outputs: fileSystem(folders.scratch),
    'memory copied, fresh pages, 1 / 2 threads': await bandwidth(limits),
  };
}

function commit() {
  try {
    const git = (...args) =>
      execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    return git('describe', '--always', '--dirty', '--exclude=*');
  } catch {
    return 'unknown';
  }
}

/** Type of the file system that holds a folder; null where the system does not say. */
function fileSystem(folder) {
  if (process.platform !== 'linux') return 'unknown';
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, at]) => at !== undefined && (folder === at || folder.startsWith(at.endsWith('/') ? at : `${at}/`)));
  return mounts.reduce((best, mount) => (mount[1].length >= best[1].length ? mount : best))[2];
}

async function bandwidth(limits) {
  const bytes = 2 ** 29;
  const rates = [];
  for (const threads of [1, 2]) {
    const ms = [];
    for (let i = 0; i < 3; i++) ms.push((await limits.ask(['memcpy', threads, bytes])).ms);
    rates.push((bytes / 2 ** 30 / (spread(ms).median / 1000)).toFixed(1));
  }
  return `${rates.join(' / ')} GiB/s`;
}
