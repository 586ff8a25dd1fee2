// SPDX-License-Identifier: BSD-3-Clause

import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildNative } from '../../scripts/build-native.mjs';
import { buildTypeScript } from '../../scripts/build-ts.mjs';
import { lineChild } from '../engine/child.mjs';
import { ensureInputs } from '../engine/inputs.mjs';
import { describeMachine } from '../engine/machine.mjs';
import { spread } from '../engine/rounds.mjs';
import { publish } from '../publish.mjs';
import { referencePython } from '../twin.mjs';
import { annbatchForm, loaderPython, zstdForm } from './prepare.mjs';
import { lines, markdown } from './report.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const all = Number.MAX_SAFE_INTEGER;

/** What is measured; `rows` ends sides that are slow. */
const cases = [
  {
    name: 'block',
    label: 'blocks shuffled, 1,024 cells a batch',
    batch: 1024,
    shuffle: 'block',
    sides: { ours: all, 'ours, zstd': all, annbatch: all, scdataset: 16384, annloader: 2048 },
  },
  {
    name: 'random',
    label: 'every row by itself, 1,024 cells a batch',
    batch: 1024,
    shuffle: 'random',
    sides: { ours: all, 'ours, zstd': all, annbatch: 16384, scdataset: 8192, annloader: 2048 },
  },
  {
    name: 'single',
    label: 'every row by itself, one cell a batch',
    batch: 1,
    shuffle: 'random',
    sides: { ours: all, annloader: 200 },
  },
];

export async function run(args) {
  const names = ['nnz', 'rounds', 'only', 'cache', 'docs'];
  const { values } = parseArgs({ args, options: Object.fromEntries(names.map((n) => [n, { type: 'string' }])) });
  const cache = resolve(values.cache ?? join(tmpdir(), 'anndata-bench'));
  const rounds = Number(values.rounds ?? 5);
  const chosen = cases.filter(({ name }) => values.only === undefined || values.only.split(',').includes(name));
  if (chosen.length === 0) throw new Error(`cases are ${cases.map(({ name }) => name).join(', ')}`);
  buildTypeScript();
  const { tree } = buildNative({ bench: true });
  const inputs = ensureInputs(referencePython(), cache, Number(values.nnz ?? 120e6));
  const children = start(loaderPython(referencePython(), cache), join(tree, 'limits'));
  try {
    const gzip = inputs.input('csr-gzip');
    const zstd = await zstdForm(gzip, inputs.folder);
    const files = {
      ours: gzip,
      'ours, zstd': zstd,
      scdataset: gzip,
      annloader: gzip,
      annbatch: await annbatchForm(children.python, gzip, inputs.folder),
    };
    const machine = await describeMachine(children.about, { inputs: inputs.folder, scratch: tmpdir() }, null);
    const results = [];
    for (const test of chosen) {
      results.push(await measure(test, { files, children, rounds, cells: inputs.shape[0] }));
      for (const line of lines(results.at(-1))) console.log(line);
    }
    const text = markdown(results, { inputs, machine, rounds });
    if (values.docs !== undefined) publish(values.docs, { name: 'loader', heading: 'Loader' }, text);
  } finally {
    for (const child of [children.ours, children.python, children.about.python, children.about.limits])
      await child.close();
  }
}

function start(loaders, limits) {
  const pinned = spawnSync('taskset', ['-c', '0,1', 'true']).status === 0;
  const child = (name, command, args, options) =>
    pinned
      ? lineChild(name, 'taskset', ['-c', '0,1', command, ...args], options)
      : lineChild(name, command, args, options);
  return {
    ours: child('ours', process.execPath, ['--expose-gc', join(here, 'ours.mjs')]),
    python: child('loaders', loaders, ['-u', join(here, 'python.py')]),
    about: {
      python: child('Python', referencePython(), ['-u', join(here, '..', 'engine', 'python.py')]),
      limits: child('limits', limits, [], { encode: (words) => words.join('\t') }),
    },
  };
}

/** Rounds in which each side runs once, starting with another one each time. */
async function measure({ name, label, batch, shuffle, sides }, { files, children, rounds, cells }) {
  const runners = Object.entries(sides).map(([side, rows]) => {
    const child = side.startsWith('ours') ? children.ours : children.python;
    const ask = (seed) => child.ask({ loader: side, file: files[side], shuffle, batch, rows, seed });
    return { side, ask };
  });
  for (const side of ['ours', 'ours, zstd'].filter((each) => each in sides)) {
    const words = ['decode', 2, files[side], 'X/data', 'X/indices'];
    const ask = async () => ({ ...(await children.about.limits.ask(words)), rows: cells });
    runners.push({ side: side === 'ours' ? 'limit' : 'limit, zstd', ask });
  }
  const answers = Object.fromEntries(runners.map(({ side }) => [side, []]));
  const problems = {};
  for (let round = -1; round < rounds; round++) {
    for (let i = 0; i < runners.length; i++) {
      const { side, ask } = runners[(i + round + 1) % runners.length];
      if (side in problems) continue;
      const answer = await ask(round + 1);
      if (answer.error !== undefined) problems[side] = answer.error.split('\n')[0];
      // The first round warms up.
      else if (round >= 0) answers[side].push(answer);
    }
  }
  checkEntries(answers, cells);
  const rates = Object.entries(answers).map(([side, list]) => [
    side,
    spread(list.map(({ rows, ms }) => (rows / ms) * 1000)),
  ]);
  const cpu = Object.entries(answers).map(([side, list]) => [
    side,
    spread(list.map((each) => (each.cpuMs / each.rows) * 1000))?.median,
  ]);
  return {
    name,
    label,
    rates: Object.fromEntries(rates),
    cpu: Object.fromEntries(cpu),
    problems,
    peak: spread(answers.ours.map(({ peak }) => peak))?.high,
  };
}

/** @throws when an epoch has other entries on one side than on another */
function checkEntries(answers, cells) {
  const whole = Object.entries(answers).flatMap(([side, list]) =>
    list.filter(({ rows, nnz }) => rows === cells && nnz !== undefined).map(({ nnz }) => [side, nnz]),
  );
  const wrong = whole.find(([, nnz]) => nnz !== whole[0][1]);
  if (wrong) throw new Error(`${wrong[0]} gave ${wrong[1]} entries, ${whole[0][0]} ${whole[0][1]}`);
}
