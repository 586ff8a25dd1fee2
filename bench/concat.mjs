// SPDX-License-Identifier: BSD-3-Clause
//
// concat of objects with sparse X whose variables overlap, beside Python's. Rounds of both alternate; shape, number of entries and sums
// over values and positions must agree. The longest wait of the event loop stands beside the asynchronous form.
//
//   npm run bench -- concat [--nnz 1.25e7] [--objects 8] [--rounds 3]

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
/** Variables by which each object is ahead of the one before. */
const shift = 500;

/** Rows of about 2,000 sorted entries. */
function makeParts(nnz) {
  const rows = Math.max(10, Math.round(nnz / perRow));
  const indices = new Int32Array(rows * perRow);
  const data = new Float32Array(rows * perRow);
  let state = 42;
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < perRow; k++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      indices[row * perRow + k] = k * 10 + (state % 10);
      data[row * perRow + k] = 1 + ((state >>> 8) % 9);
    }
  }
  return { shape: [rows, columns], indices, data, indptr: Int32Array.from({ length: rows + 1 }, (_, i) => i * perRow) };
}

function summary({ shape, data, indices, indptr }) {
  let values = 0;
  let product = 0;
  for (let row = 0; row < shape[0]; row++) {
    for (let k = indptr[row]; k < indptr[row + 1]; k++) {
      values += data[k];
      product += data[k] * (indices[k] + (row % 7));
    }
  }
  return JSON.stringify([...shape, indices.length, values, product]);
}

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: { nnz: { type: 'string' }, objects: { type: 'string' }, rounds: { type: 'string' } },
  });
  const rounds = Math.max(3, Number(values.rounds ?? 3));
  const count = Number(values.objects ?? 8);
  buildTypeScript();
  const { AnnData, concat, concatAsync, CsrMatrix, DataFrame } = createRequire(import.meta.url)('../dist/index.js');
  const parts = makeParts(Number(values.nnz ?? 1.25e7));
  const [rows] = parts.shape;
  const X = new CsrMatrix(parts);
  const objects = Array.from({ length: count }, (_, k) => {
    const names = (prefix, length, first) => Array.from({ length }, (_, i) => `${prefix}${first + i}`);
    const obs = new DataFrame({ index: names('c', rows, k * rows) });
    return new AnnData({ X, obs, var: new DataFrame({ index: names('g', columns, k * shift) }) });
  });
  const folder = mkdtempSync(join(tmpdir(), 'anndata-bench-'));
  for (const name of ['data', 'indices', 'indptr']) writeFileSync(join(folder, name), parts[name]);
  console.log(`${count} × ${rows} × ${columns}, ${X.nnz} stored entries each, medians of ${rounds} rounds`);
  const twin = startTwin('concat.py', [folder, ...[rows, columns, count, shift].map(String)]);
  const table = [];
  let wrong = 0;
  try {
    for (const join of ['inner', 'outer']) {
      const ms = { python: [], now: [], soon: [] };
      const found = new Set();
      let wait = 0;
      for (let round = 0; round < rounds; round++) {
        const theirs = await twin.ask({ join, summary: round === 0 });
        ms.python.push(theirs.ms);
        let mine = await timed(() => concat(objects, { join }));
        ms.now.push(mine.ms);
        if (round === 0) found.add(JSON.stringify(theirs.summary)).add(summary(mine.result.X));
        mine = null;
        const delay = monitorEventLoopDelay({ resolution: 1 });
        delay.enable();
        mine = await timed(() => concatAsync(objects, { join }));
        delay.disable();
        wait = Math.max(wait, delay.max / 1e6);
        ms.soon.push(mine.ms);
        if (round === 0) found.add(summary(mine.result.X));
      }
      if (found.size !== 1) wrong++;
      const [python, now, soon] = [median(ms.python), median(ms.now), median(ms.soon)];
      table.push({
        join,
        'anndata ms': python.toFixed(0),
        'ours ms': now.toFixed(0),
        ratio: `${(python / now).toFixed(2)}×`,
        'async ms': soon.toFixed(0),
        'async ratio': `${(python / soon).toFixed(2)}×`,
        'longest wait ms': wait.toFixed(1),
        same: found.size === 1,
      });
    }
  } finally {
    twin.close();
    rmSync(folder, { recursive: true, force: true });
  }
  console.table(table);
  if (wrong > 0) throw new Error(`${wrong} results differ from Python's`);
}
