// SPDX-License-Identifier: BSD-3-Clause
//
// Sparse matrices in memory beside scipy: a tenth of the rows, some columns, csr → csc, sums. Rounds of both alternate; the
// arrays that come out must have the same hash. The longest wait of the event loop stands beside what runs on the pool.
//
//   npm run bench -- matrices [--nnz 1e8] [--rounds 5]

import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { buildTypeScript } from '../scripts/build-ts.mjs';
import { median, startTwin, timed } from './twin.mjs';

const columns = 20_000;
const perRow = 2_000;

/** Counts like those of cells: rows of about 2,000 entries in 20,000 columns, sorted. */
function makeParts(nnz) {
  let state = 42;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const rows = Math.max(10, Math.round(nnz / perRow));
  const indices = new Int32Array(rows * perRow);
  const data = new Float32Array(rows * perRow);
  const indptr = new Int32Array(rows + 1);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    for (let j = Math.floor(random() * 19); j < columns && at < indices.length; j += 1 + Math.floor(random() * 19)) {
      indices[at] = j;
      data[at++] = 1 + Math.floor(random() * 9);
    }
    indptr[row + 1] = at;
  }
  return { shape: [rows, columns], indices: indices.slice(0, at), data: data.slice(0, at), indptr };
}

/** Some positions in [0, n): sorted ones, or as they come. */
function sample(n, count, sorted) {
  const picked = Int32Array.from({ length: count }, (_, i) => Math.floor(((i * 0.6180339887498949) % 1) * n));
  return sorted ? picked.sort() : picked;
}

function hashOf(result) {
  const hash = createHash('sha256');
  for (const part of result.indptr ? ['data', 'indices', 'indptr'] : ['data']) hash.update(result[part]);
  return hash.digest('hex');
}

export async function run(args) {
  const { values } = parseArgs({ args, options: { nnz: { type: 'string' }, rounds: { type: 'string' } } });
  const rounds = Math.max(5, Number(values.rounds ?? 5));
  buildTypeScript();
  const { CsrMatrix } = createRequire(import.meta.url)('../dist/index.js');
  const parts = makeParts(Number(values.nnz ?? 1e8));
  const matrix = new CsrMatrix(parts);
  const [rows] = parts.shape;
  const tenth = sample(rows, Math.floor(rows / 10), true);
  const shuffled = sample(rows, Math.floor(rows / 10), false);
  const genes = sample(columns, 2_000, true);
  const folder = mkdtempSync(join(tmpdir(), 'anndata-bench-'));
  const arrays = { ...parts, tenth, shuffled, genes };
  delete arrays.shape;
  for (const [name, array] of Object.entries(arrays)) writeFileSync(join(folder, name), array);

  const tasks = {
    'subset 10 % of rows': { op: 'rows', now: () => matrix.subset(tenth), soon: () => matrix.subsetAsync(tenth) },
    '… in any order': { op: 'shuffled', now: () => matrix.subset(shuffled), soon: () => matrix.subsetAsync(shuffled) },
    'subset 2,000 columns': {
      op: 'columns',
      now: () => matrix.subset(null, genes),
      soon: () => matrix.subsetAsync(null, genes),
    },
    'both axes': { op: 'both', now: () => matrix.subset(tenth, genes), soon: () => matrix.subsetAsync(tenth, genes) },
    'csr → csc': { op: 'toCsc', now: () => matrix.toCsc(), soon: () => matrix.toCscAsync() },
    'sum of each column': { op: 'sum0', now: () => matrix.sum(0), soon: () => matrix.sumAsync(0) },
    'sum of each row': { op: 'sum1', now: () => matrix.sum(1), soon: () => matrix.sumAsync(1) },
  };
  console.log(`${rows} × ${columns}, ${matrix.nnz} stored entries, medians of ${rounds} rounds`);
  const twin = startTwin('matrices.py', [folder, String(rows), String(columns)]);
  const table = [];
  let wrong = 0;
  try {
    for (const [name, { op, now, soon }] of Object.entries(tasks)) {
      const ms = { python: [], now: [], soon: [] };
      let wait = 0;
      const hashes = new Set();
      for (let round = 0; round < rounds; round++) {
        const theirs = await twin.ask({ op, hash: round === 0 });
        ms.python.push(theirs.ms);
        let mine = await timed(now);
        ms.now.push(mine.ms);
        if (round === 0) hashes.add(theirs.hash).add(hashOf(mine.result));
        mine = null;
        await new Promise((resolve) => setTimeout(resolve, 20));
        // A fresh one each time: it would count the time it was switched off.
        const delay = monitorEventLoopDelay({ resolution: 1 });
        delay.enable();
        mine = await timed(soon);
        delay.disable();
        wait = Math.max(wait, delay.max / 1e6);
        ms.soon.push(mine.ms);
        if (round === 0) hashes.add(hashOf(mine.result));
      }
      if (hashes.size !== 1) wrong++;
      const [python, sync, pool] = [median(ms.python), median(ms.now), median(ms.soon)];
      table.push({
        task: name,
        'scipy ms': python.toFixed(1),
        'ours ms': sync.toFixed(1),
        ratio: `${(python / sync).toFixed(2)}×`,
        'async ms': pool.toFixed(1),
        'async ratio': `${(python / pool).toFixed(2)}×`,
        'longest wait ms': wait.toFixed(1),
        same: hashes.size === 1,
      });
    }
  } finally {
    twin.close();
    rmSync(folder, { recursive: true, force: true });
  }
  console.table(table);
  if (wrong > 0) throw new Error(`${wrong} results differ from scipy's`);
}
