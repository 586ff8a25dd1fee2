// SPDX-License-Identifier: BSD-3-Clause

import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildTypeScript } from '../../scripts/build-ts.mjs';
import { publish } from '../publish.mjs';
import { startTwin } from '../twin.mjs';
import { concatSuite } from './concat.mjs';
import { matrixSuite } from './matrices.mjs';
import { measure } from './measure.mjs';
import { nameSuite } from './names.mjs';
import { machine, markdown, rows } from './report.mjs';

const suites = { matrices: matrixSuite, concat: concatSuite, names: nameSuite };

const option = { type: 'string' };

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: { nnz: option, objects: option, names: option, rounds: option, only: option, docs: option },
  });
  const size = {
    nnz: Number(values.nnz ?? 1e8),
    objects: Number(values.objects ?? 8),
    names: Number(values.names ?? 1e6),
  };
  const rounds = Math.max(5, Number(values.rounds ?? 5));
  const chosen = values.only?.split(',') ?? Object.keys(suites);
  buildTypeScript();
  const anndata = createRequire(import.meta.url)('../../dist/index.js');
  const results = [];
  let about = {};
  for (const name of chosen) {
    const folder = mkdtempSync(join(tmpdir(), 'anndata-bench-'));
    const suite = suites[name](anndata, size, folder);
    const twin = startTwin(`memory/${name}.py`, [folder, ...suite.args.map(String)]);
    try {
      about = { ...(await machine(twin)), ...about };
      for (const task of suite.tasks) results.push(await measure(task, twin, rounds));
    } finally {
      twin.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }
  console.table(rows(results));
  if (values.docs !== undefined)
    publish(values.docs, { name: 'memory', heading: 'In memory' }, markdown(results, { size, rounds, machine: about }));
  const wrong = results.filter(({ same }) => !same).map(({ label }) => label);
  if (wrong.length > 0) throw new Error(`results differ from Python's: ${wrong.join(', ')}`);
}
