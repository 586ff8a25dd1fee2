// SPDX-License-Identifier: BSD-3-Clause

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildNative } from '../../scripts/build-native.mjs';
import { buildTypeScript } from '../../scripts/build-ts.mjs';
import { publish } from '../publish.mjs';
import { referencePython } from '../twin.mjs';
import { lineChild } from './child.mjs';
import { ensureInputs } from './inputs.mjs';
import { describeMachine } from './machine.mjs';
import { markdown } from './report.mjs';
import { runCase } from './rounds.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
/** Everything is compared on two cores, however many there are. */
const pinnedTo = '0,1';

function readOptions(args) {
  const names = ['nnz', 'rounds', 'only', 'cache', 'scratch', 'json', 'docs'];
  const { values } = parseArgs({ args, options: Object.fromEntries(names.map((n) => [n, { type: 'string' }])) });
  const nnz = Number(values.nnz ?? 120e6);
  const rounds = Number(values.rounds ?? 5);
  if (!(nnz >= 1000)) throw new Error(`--nnz takes a number from 1000, not ${values.nnz}`);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds takes a whole number from 1, not ${values.rounds}`);
  return {
    nnz,
    rounds,
    only: values.only?.split(','),
    cache: resolve(values.cache ?? join(tmpdir(), 'anndata-bench')),
    scratch: values.scratch ?? (existsSync('/dev/shm') ? '/dev/shm' : tmpdir()),
    json: values.json,
    docs: values.docs,
  };
}

/** Order of the table in the report. */
const order = ['open', 'full-x', 'rows', 'gene', 'two-axes', 'column', 'write', 'disk'];

async function findCases(only) {
  const found = [];
  const files = readdirSync(join(here, 'workloads')).filter((f) => f.endsWith('.mjs'));
  if (files.length !== order.length) throw new Error('a workload is missing in the order of the report');
  for (const workload of order) {
    const { cases } = await import(`./workloads/${workload}.mjs`);
    for (const test of cases) if (!only || only.some((o) => test.name.startsWith(o))) found.push({ workload, test });
  }
  if (found.length === 0) throw new Error(`no case is called ${only.join(' or ')}`);
  return found;
}

function startChildren(python, limits) {
  const pinned =
    process.platform === 'linux' && spawnSync('taskset', ['-c', pinnedTo, 'true']).status === 0 ? pinnedTo : null;
  const start = (name, command, args, options) => {
    const line = pinned ? ['taskset', '-c', pinned, command, ...args] : [command, ...args];
    return lineChild(name, line[0], line.slice(1), options);
  };
  const script = (name) => ['--expose-gc', join(here, name)];
  const children = {
    python: start('Python', python, ['-u', join(here, 'python.py')]),
    ours: start('ours', process.execPath, script('ours.mjs')),
    h5wasm: start('h5wasm', process.execPath, script('h5wasm.mjs')),
    limits: start('limits', limits, [], { encode: (words) => words.join('\t') }),
  };
  return { children, pinned: pinned && availableParallelism() > 2 ? pinned : null };
}

/** A folder that goes with this process, also when it is interrupted: it may lie in memory. */
function makeScratch(parent) {
  const folder = mkdtempSync(join(parent, 'anndata-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  return folder;
}

export async function run(args) {
  const options = readOptions(args);
  const found = await findCases(options.only);
  buildTypeScript();
  const { tree } = buildNative({ bench: true });
  const python = referencePython();
  const inputs = ensureInputs(python, options.cache, options.nnz);
  const scratch = makeScratch(options.scratch);
  const { children, pinned } = startChildren(python, join(tree, 'limits'));
  const results = [];
  try {
    const machine = await describeMachine(children, { inputs: inputs.folder, scratch }, pinned);
    if (Number(machine['load before the run']) > 0.5)
      console.error('Other programs are busy: these figures will mean little.');
    const context = { ...inputs, scratch, rounds: options.rounds };
    const facts = {
      machine,
      inputs: { shape: inputs.shape, nnz: inputs.nnz, wide: inputs.wide },
      rounds: options.rounds,
    };
    for (const { workload, test } of found) {
      const result = await runCase(workload, test, children, context);
      results.push(result);
      console.log(oneLine(result));
      // Case by case: a run of an hour may be interrupted.
      if (options.json) writeFileSync(options.json, `${JSON.stringify({ ...facts, results }, null, 2)}\n`);
    }
    const text = markdown({ ...facts, results });
    console.log(`\n${text}`);
    if (options.docs) publish(options.docs, { name: 'engine', heading: 'Engine' }, text);
  } finally {
    await Promise.all(Object.values(children).map((child) => child.close()));
  }
  const broken = results.filter(({ verdict }) => verdict === 'differs' || verdict === 'failed');
  if (broken.length > 0)
    throw new Error(`no figures for ${broken.map(({ name, why }) => `${name} (${why})`).join(', ')}`);
}

function oneLine({ name, verdict, why, ratio, sides }) {
  const ms = (side) => (side?.ms ? `${side.ms.median.toFixed(1)} ms` : '–');
  const parts = [`Python ${ms(sides?.python)}`, `ours ${ms(sides?.ours)}`, `limit ${ms(sides?.limit2)}`];
  return `${name}: ${parts.join(', ')}${ratio ? `, ${ratio.toFixed(2)}×` : ''}: ${verdict}${why ? ` (${why})` : ''}`;
}
