// SPDX-License-Identifier: BSD-3-Clause
//
// Mean and variance of each gene, and counts of each cell, of a gzip-compressed csr matrix in a file: ours, anndata and scipy in chunks of
// rows, and the bare codec on the same chunks in memory by two threads (bench/engine/limits.cc). All take turns; results must agree first.
//
//   npm run bench -- stats [--nnz 120e6] [--rounds 5] [--cache FOLDER] [--docs docs/benchmarks.md]

import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildNative } from '../scripts/build-native.mjs';
import { buildTypeScript } from '../scripts/build-ts.mjs';
import { lineChild } from './engine/child.mjs';
import { ensureInputs } from './engine/inputs.mjs';
import { spread } from './engine/rounds.mjs';
import { publish } from './publish.mjs';

const here = dirname(fileURLToPath(import.meta.url));

const tasks = [
  { axis: 'var', of: ['mean', 'variance'], label: 'mean and variance of each gene' },
  { axis: 'obs', of: ['sum', 'nonzero'], label: 'total counts and detected genes of each cell' },
];

/** The columns of our result, in the order Python gives them. */
async function ours({ readH5ad }, file, { axis, of }) {
  const start = performance.now();
  const adata = await readH5ad(file, { backed: 'r' });
  const frame = await adata.stats(axis, { of });
  const ms = performance.now() - start;
  await adata.close();
  return { ms, result: of.map((name) => [...frame.get(name)]) };
}

/** The most two results differ by, beside the size of the numbers. */
function difference(found, expected) {
  let most = 0;
  found.forEach((column, i) => {
    column.forEach((value, k) => {
      most = Math.max(most, Math.abs(value - expected[i][k]) / Math.max(1, Math.abs(expected[i][k])));
    });
  });
  return most;
}

async function compare(library, file, task, { python, limits }, rounds) {
  const [mine, theirs] = [await ours(library, file, task), await python.ask({ file, axis: task.axis, check: true })];
  if (theirs.error) throw new Error(theirs.error);
  const differs = difference(mine.result, theirs.result);
  // Python's squares are of 32 bits before they are added up.
  if (!(differs < 1e-6)) throw new Error(`${task.label}: results differ by ${differs}`);
  const sides = {
    python: () => python.ask({ file, axis: task.axis, check: false }),
    ours: () => ours(library, file, task),
    limit: () => limits.ask(['decode', 2, file, 'X/data', 'X/indices']),
  };
  const times = { python: [], ours: [], limit: [] };
  const names = Object.keys(sides);
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < names.length; i++) {
      const name = names[(i + round) % names.length];
      const { ms, error } = await sides[name]();
      if (error) throw new Error(error);
      times[name].push(ms);
    }
  }
  return Object.fromEntries(names.map((name) => [name, spread(times[name])]));
}

export async function run(args) {
  const option = { type: 'string' };
  const { values } = parseArgs({ args, options: { nnz: option, rounds: option, cache: option, docs: option } });
  const command = process.env.ANNDATA_PYTHON ?? 'python3';
  const { input, shape, nnz } = ensureInputs(
    command,
    values.cache ?? join(tmpdir(), 'anndata-bench'),
    Number(values.nnz ?? 120e6),
  );
  const { tree } = buildNative({ bench: true });
  buildTypeScript();
  const library = createRequire(import.meta.url)('../dist/index.js');
  const children = {
    python: lineChild('python', command, ['-u', join(here, 'stats.py')]),
    limits: lineChild('limits', join(tree, 'limits'), [], { encode: (words) => words.join('\t') }),
  };
  const rounds = Number(values.rounds ?? 5);
  const seconds = ({ median, low, high }) =>
    `${(median / 1000).toFixed(2)} s (${(low / 1000).toFixed(2)} – ${(high / 1000).toFixed(2)})`;
  const lines = ['| task | Python | ours | ratio | bare codec, 2 threads | ours of it |', '|---|---|---|---|---|---|'];
  try {
    for (const task of tasks) {
      const found = await compare(library, input('csr-gzip'), task, children, rounds);
      const { python, ours: mine, limit } = found;
      const ratio = `${(python.median / mine.median).toFixed(1)}×`;
      const share = `${((100 * limit.median) / mine.median).toFixed(0)} %`;
      lines.push(`| ${[task.label, seconds(python), seconds(mine), ratio, seconds(limit), share].join(' | ')} |`);
      console.log(lines.at(-1));
    }
  } finally {
    for (const child of Object.values(children)) await child.close();
  }
  const head = `${shape.map((n) => n.toLocaleString('en')).join(' × ')}, ${nnz.toLocaleString('en')} stored entries, gzip; medians (lowest – highest) of ${rounds} interleaved rounds, results equal.`;
  if (values.docs !== undefined)
    publish(values.docs, { name: 'stats', heading: 'Statistics' }, [head, '', ...lines].join('\n'));
}
