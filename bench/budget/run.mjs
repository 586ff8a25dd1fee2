// SPDX-License-Identifier: BSD-3-Clause

import { spawnSync } from 'node:child_process';
import { rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureInputs } from '../engine/inputs.mjs';
import { publish } from '../publish.mjs';
import { tasks } from './tasks.mjs';

const child = fileURLToPath(new URL('child.mjs', import.meta.url));
const mib = 2 ** 20;

/** Runs a task in a process of its own. */
function measure(name, request) {
  const { status, stdout } = spawnSync(process.execPath, ['--expose-gc', child, name, JSON.stringify(request)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 2 ** 24,
  });
  if (status !== 0) throw new Error(`${name} ended with ${status}`);
  return JSON.parse(stdout);
}

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      times: { type: 'string', default: '11' },
      budget: { type: 'string', default: '128' },
      nnz: { type: 'string', default: '120e6' },
      cache: { type: 'string', default: join(tmpdir(), 'anndata-bench') },
      only: { type: 'string' },
      docs: { type: 'string' },
    },
  });
  const [times, budget] = [Number(values.times), Number(values.budget) * mib];
  const python = process.env.ANNDATA_PYTHON ?? 'python3';
  const { folder, input, nnz } = ensureInputs(python, values.cache, Number(values.nnz));
  const [file, target] = ['large', 'target'].map((name) => join(folder, `budget-${name}.h5ad`));
  const only = values.only?.split(',');
  const lines = ['| task | time | memory | longest stall | within budget |', '|---|---|---|---|---|'];
  try {
    for (const [name, { label }] of Object.entries(tasks)) {
      if (name !== 'make' && only !== undefined && !only.includes(name)) continue;
      const request = { source: input('csr-gzip'), file, target, budget, times, nnz };
      const { ms, peak, stallMs } = measure(name, request);
      const cells = [`${(ms / 1000).toFixed(1)} s`, `${(peak / mib).toFixed(0)} MB`, `${stallMs.toFixed(0)} ms`];
      lines.push(`| ${[label, ...cells, peak <= 1.1 * budget ? 'yes' : 'no'].join(' | ')} |`);
      console.log(lines.at(-1));
    }
    const head = `X of ${(nnz * times).toLocaleString('en')} entries, ${((nnz * times * 8) / 1e9).toFixed(1)} GB decoded, ${(statSync(file).size / 1e9).toFixed(2)} GB in the file; a budget of ${values.budget} MiB (+ 10 %) above what the process held when the library was loaded.`;
    if (values.docs !== undefined)
      publish(values.docs, { name: 'budget', heading: 'Memory' }, [head, '', ...lines].join('\n'));
  } finally {
    for (const path of [file, target]) rmSync(path, { force: true });
  }
}
