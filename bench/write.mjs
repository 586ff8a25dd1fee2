// SPDX-License-Identifier: BSD-3-Clause
//
// Writing an AnnData of counts beside Python's, in each compression. Rounds alternate, every round writes a new file; h5py
// reads both and must find the same in them. Python does not sync what it wrote, so here, too, the call that does is
// replaced by nothing while the benchmark runs, and the system writes back between the rounds, outside of the times. The
// limit is two threads that compress the same chunks with libdeflate and write them (write-limit.cc).
//
//   npm run bench -- write [--cells 60000] [--genes 20000] [--per-cell 2027] [--rounds 5] [--folder F] [--only gzip,lzf]

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildTypeScript } from '../scripts/build-ts.mjs';
import { findLibraries } from '../scripts/find-libs.mjs';
import { median, startTwin } from './twin.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const limitChunk = 65_536;

/** Each beside what Python is asked for. `level` is the limit's; zstd has no twin in stock Python. */
const rows = {
  gzip: { python: 'gzip', options: { compression: 'gzip' }, level: 1, shuffle: true },
  'gzip as Python': {
    python: 'gzip',
    options: { compression: 'gzip', compressionOpts: 4, shuffle: false, chunkBytes: 'h5py' },
    level: 4,
    shuffle: false,
  },
  lzf: { python: 'lzf', options: { compression: 'lzf' } },
  none: { python: null, options: {}, level: -1 },
};

function buildLimit(folder) {
  const program = join(folder, 'write-limit');
  const { includes, libDirs } = findLibraries().codecs.find(({ name }) => name === 'libdeflate');
  execFileSync(process.env.CXX ?? 'c++', [
    ...['-std=c++17', '-O2', '-pthread', join(here, 'write-limit.cc'), '-o', program],
    ...includes.map((dir) => `-I${dir}`),
    ...libDirs.map((dir) => `-L${dir}`),
    '-ldeflate',
  ]);
  return (level, shuffle, [data, indices]) =>
    JSON.parse(
      execFileSync(program, [
        ...[join(folder, 'limit'), String(level), String(limitChunk)],
        ...[data, shuffle ? `${indices}:shuffle` : indices],
      ]).toString(),
    );
}

/** A status figure of this process in MiB. */
function status(name) {
  const line = readFileSync('/proc/self/status', 'utf8')
    .split('\n')
    .find((text) => text.startsWith(name));
  return Number(line?.split(/\s+/)[1] ?? 0) / 1024;
}

async function withoutSync(work) {
  const handle = await open(here, 'r');
  const prototype = Object.getPrototypeOf(handle);
  await handle.close();
  const { sync } = prototype;
  prototype.sync = async () => undefined;
  try {
    return await work();
  } finally {
    prototype.sync = sync;
  }
}

async function write(adata, path, options) {
  rmSync(path, { force: true });
  execFileSync('sync');
  globalThis.gc?.();
  await new Promise((resolve) => setTimeout(resolve, 20));
  writeFileSync('/proc/self/clear_refs', '5');
  const before = status('VmRSS');
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const [start, spent] = [performance.now(), process.cpuUsage()];
  await adata.writeH5ad(path, options);
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(spent);
  delay.disable();
  return {
    ms,
    cpu: (user + system) / 1e3,
    wait: delay.max / 1e6,
    memory: status('VmHWM') - before,
    bytes: statSync(path).size,
  };
}

function load(path, Type) {
  const bytes = readFileSync(path);
  return new Type(bytes.buffer, bytes.byteOffset, bytes.length / Type.BYTES_PER_ELEMENT);
}

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      cells: { type: 'string', default: '60000' },
      genes: { type: 'string', default: '20000' },
      'per-cell': { type: 'string', default: '2027' },
      rounds: { type: 'string', default: '5' },
      folder: { type: 'string' },
      only: { type: 'string', default: Object.keys(rows).join() },
    },
  });
  const rounds = Number(values.rounds);
  const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'anndata-bench-'));
  mkdirSync(folder, { recursive: true });
  buildTypeScript();
  const { AnnData, CsrMatrix, DataFrame } = createRequire(import.meta.url)('../dist/index.js');
  const shape = [Number(values.cells), Number(values.genes)];
  const twin = startTwin('write.py', [folder, ...shape.map(String), values['per-cell']]);
  const table = [];
  let wrong = 0;
  try {
    const { paths } = await twin.next();
    const [data, indices, indptr] = paths.map((path, i) => load(path, i === 0 ? Float32Array : Int32Array));
    const names = (prefix, n) => new DataFrame({ index: Array.from({ length: n }, (_, i) => `${prefix}${i}`) });
    const X = new CsrMatrix({ shape, data, indices, indptr });
    const adata = new AnnData({ X, obs: names('cell', shape[0]), var: names('gene', shape[1]) });
    console.log(
      `${shape.join(' × ')}, ${X.nnz} stored entries, ${availableParallelism()} cores, medians of ${rounds} rounds`,
    );
    const limitOf = buildLimit(folder);
    const [mine, theirs] = [join(folder, 'ours.h5ad'), join(folder, 'python.h5ad')];
    for (const name of values.only.split(',')) {
      const { python, options, level, shuffle } = rows[name];
      const found = { python: [], ours: [], limit: [] };
      for (let round = 0; round < rounds; round++) {
        found.python.push(await twin.ask({ op: 'write', path: theirs, compression: python }));
        found.ours.push(await withoutSync(() => write(adata, mine, options)));
        execFileSync('sync');
        if (level !== undefined) found.limit.push(limitOf(level, shuffle, paths));
        if (round > 0) continue;
        const digests = [];
        for (const path of [mine, theirs]) digests.push((await twin.ask({ op: 'digest', path })).digest);
        found.same = digests[0] === digests[1];
      }
      if (!found.same) wrong++;
      const of = (side, field) => median(found[side].map((result) => result[field]));
      const [python_, ours] = [of('python', 'ms'), of('ours', 'ms')];
      const limit = level === undefined ? undefined : of('limit', 'ms');
      table.push({
        write: name,
        'anndata ms': python_.toFixed(0),
        'ours ms': ours.toFixed(0),
        ratio: `${(python_ / ours).toFixed(2)}×`,
        size: (of('ours', 'bytes') / of('python', 'bytes')).toFixed(3),
        'limit ms': limit?.toFixed(0) ?? '',
        'of limit': limit === undefined ? '' : `${((limit / ours) * 100).toFixed(0)} %`,
        'CPU ms': ['python', 'ours', 'limit']
          .map((side) => (found[side].length > 0 ? of(side, 'cpu').toFixed(0) : ''))
          .join(' / '),
        'longest wait ms': Math.max(...found.ours.map(({ wait }) => wait)).toFixed(1),
        'memory MiB': `${of('ours', 'memory').toFixed(0)} / ${of('python', 'memory').toFixed(0)}`,
        same: found.same,
      });
      console.log(JSON.stringify(table.at(-1)));
    }
  } finally {
    twin.close();
    if (values.folder === undefined) rmSync(folder, { recursive: true, force: true });
  }
  console.table(table);
  if (wrong > 0) throw new Error(`${wrong} files differ from Python's`);
}
