// SPDX-License-Identifier: BSD-3-Clause

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { type AnnData, readH5ad, writeH5ad } from '../../lib';
import { temporaryFolder } from '../support/bad-files';
import { Excuses } from '../support/deviations';
import { describeWithPython, runPython } from '../support/python';
import { PythonServer } from '../support/python-server';
import { caseCount, findDifferences, seed } from '../support/random-suite';
import { applyAll, type Chain, chainRecipe, concrete, smaller } from './chains';

const count = caseCount(60);
const objects = Math.min(100, Math.max(11, Math.ceil(count / 10)));

/** What chains.py makes of a chain. */
interface Outcome {
  failed: number | null;
  error: string;
  /** The row of docs/deviations.md for what Python cannot do. */
  limit: string | null;
}

interface Comparison {
  difference: string | null;
  excused: string[];
}

describeWithPython(`chains of subsets and edits, as in Python (ANNDATA_SEED=${seed})`, () => {
  const folder = temporaryFolder('chains');
  const write = { convertStringsToCategoricals: false, strings: 'nullable' } as const;
  const file = (name: string): string => join(folder, `${name}.h5ad`);
  const excuses = new Excuses();
  let sources: string[];
  let server: PythonServer;

  beforeAll(async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const args = ['--seed', seed, '--cases', objects, '--jobs', 2].map(String);
    const { stdout } = await runPython('test/interop/python/generate.py', [folder, ...args]);
    sources = stdout
      .trim()
      .split('\n')
      .map((line) => join(folder, (JSON.parse(line) as { file: string }).file));
    server = new PythonServer('test/anndata/python/chains.py');
  }, 600_000);

  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Without what Python's copies cannot be written with; see chains.py. */
  async function read(source: string): Promise<AnnData> {
    const adata = await readH5ad(source);
    delete adata.uns['scalars'];
    return adata;
  }

  async function check({ source: number, recipes }: Chain): Promise<string[]> {
    const source = sources[number % sources.length]!;
    const ops = concrete(await read(source), recipes);
    const asked = { source, ops, target: file('theirs'), root: file('their-root') };
    const theirs = await server.ask<Outcome>(asked);
    if (theirs.limit !== null) {
      excuses.add([theirs.limit]);
      return [];
    }
    const start = await read(source);
    const { failed, adata, error } = applyAll(start, ops);
    const steps = `${source} ${JSON.stringify(ops).slice(0, 2000)}`;
    if (failed !== theirs.failed) {
      return [`step ${failed} fails (${error}), in Python step ${theirs.failed} (${theirs.error})`, steps];
    }
    if (failed !== null) return [];
    // In the end both the object of the chain and the one it started with are looked at.
    await writeH5ad(file('ours'), adata, write);
    await writeH5ad(file('our-root'), start, write);
    const wrong: string[] = [];
    for (const [left, right] of [
      ['theirs', 'ours'],
      ['their-root', 'our-root'],
    ] as const) {
      const { difference, excused } = await server.ask<Comparison>({ left: file(left), right: file(right) });
      excuses.add(excused);
      if (difference !== null) wrong.push(`${right}: ${difference}`, steps);
    }
    return wrong;
  }

  test(`${count} chains`, async () => {
    const chain: fc.Arbitrary<Chain> = fc.record({ source: fc.nat(1_000_000), recipes: chainRecipe });
    await findDifferences(chain, check, smaller, count);
    process.stdout.write(`${count} chains; let pass by docs/deviations.md: ${excuses}\n`);
  }, 7_200_000);
});
