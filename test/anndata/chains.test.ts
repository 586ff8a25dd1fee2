// SPDX-License-Identifier: BSD-3-Clause

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { type AnnData, readH5ad, writeH5ad } from '../../lib';
import { temporaryFolder } from '../support/bad-files';
import { describeWithPython, runPython } from '../support/python';
import { applyAll, chainRecipe, concrete, type Op, type Recipe } from './chains';

// Another seed each day; a failure names it, and ANNDATA_SEED repeats it.
const seed = Number(process.env.ANNDATA_SEED ?? Math.floor(Date.now() / 86_400_000));
const count = Number(process.env.ANNDATA_CASES ?? 25);
const objects = Math.max(11, Math.ceil(count / 40));
const rounds = Number(process.env.ANNDATA_SHRINK ?? 3);

interface Outcome {
  failed: number | null;
  error: string;
  limit: boolean;
}

interface Chain {
  source: string;
  target: string;
  ops: Op[];
}

describeWithPython(`chains of subsets and edits, as in Python (ANNDATA_SEED=${seed})`, () => {
  const folder = temporaryFolder('chains');
  const write = { convertStringsToCategoricals: false, strings: 'nullable' } as const;
  let sources: string[];
  let next = 0;
  let limits = 0;

  beforeAll(async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const args = ['--seed', seed, '--cases', objects, '--jobs', 2].map(String);
    const { stdout } = await runPython('test/interop/python/generate.py', [folder, ...args]);
    sources = stdout
      .trim()
      .split('\n')
      .map((line) => join(folder, (JSON.parse(line) as { file: string }).file));
  }, 300_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const chain = (source: string, ops: Op[]): Chain => ({ source, ops, target: join(folder, `q-${next++}.h5ad`) });
  const ours = (file: string): string => file.replace('/q-', '/r-');

  /** Without what Python's copies cannot be written with; see chains.py. */
  async function read(source: string): Promise<AnnData> {
    const adata = await readH5ad(source);
    delete adata.uns['scalars'];
    return adata;
  }

  /** One answer of chains.py for each question. */
  async function ask<T>(questions: readonly object[]): Promise<T[]> {
    if (questions.length === 0) return [];
    const input = questions.map((each) => `${JSON.stringify(each)}\n`).join('');
    const { stdout } = await runPython('test/anndata/python/chains.py', [], { input });
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as T);
  }

  /** What is wrong with each chain; undefined for those that agree. */
  async function check(chains: readonly Chain[]): Promise<(string | undefined)[]> {
    const theirs = await ask<Outcome>(chains);
    const wrong = new Map<string, string>();
    const pairs: [string, string][] = [];
    for (const [i, { source, target, ops }] of chains.entries()) {
      const { failed, adata, error } = applyAll(await read(source), ops);
      if (theirs[i]!.limit) {
        limits++;
      } else if (failed !== theirs[i]!.failed) {
        wrong.set(target, `step ${failed} fails (${error}), in Python step ${theirs[i]!.failed} (${theirs[i]!.error})`);
      } else if (failed === null) {
        await writeH5ad(ours(target), adata, write);
        pairs.push([target, ours(target)]);
      }
    }
    for (const [i, found] of (
      await ask<{ difference: string | null }>(pairs.map(([left, right]) => ({ left, right })))
    ).entries()) {
      if (found.difference !== null) wrong.set(pairs[i]![0], found.difference);
    }
    return chains.map(({ target }) => wrong.get(target));
  }

  /** Leaves steps out and takes everything instead of something, as long as it stays wrong. */
  async function minimal(found: Chain): Promise<{ chain: Chain; wrong: string | undefined }> {
    let best = found;
    let [wrong] = await check([chain(found.source, found.ops)]);
    for (let round = 0; round < rounds; round++) {
      const shorter = best.ops.map((_, i) => best.ops.filter((_, k) => k !== i)).filter((ops) => ops.length > 0);
      const simpler = best.ops.flatMap((op, i) =>
        simplified(op).map((other) => best.ops.map((each, k) => (k === i ? other : each))),
      );
      const candidates = [...shorter, ...simpler].map((ops) => chain(found.source, ops));
      if (candidates.length === 0) break;
      const results = await check(candidates);
      const at = results.findIndex((result) => result !== undefined);
      if (at < 0) break;
      [best, wrong] = [candidates[at]!, results[at]];
    }
    return { chain: best, wrong };
  }

  test(`${count} chains`, async () => {
    const recipes: Recipe[][] = fc.sample(chainRecipe, { numRuns: count, seed });
    const chains: Chain[] = [];
    for (const [i, recipe] of recipes.entries()) {
      const source = sources[i % sources.length]!;
      chains.push(chain(source, concrete(await read(source), recipe)));
    }
    const results = await check(chains);
    const bad = results.flatMap((result, i) => (result === undefined ? [] : [[result, chains[i]!] as const]));
    if (bad.length > 0) {
      const least = await minimal(bad[0]![1]);
      const others = bad.slice(0, 12).map(([result, { ops }]) => `${result} ${JSON.stringify(ops).slice(0, 300)}`);
      throw new Error(
        `ANNDATA_SEED=${seed}: ${bad.length} of ${count} differ. Minimal: ${least.wrong}\n` +
          `${least.chain.source} ${JSON.stringify(least.chain.ops)}\n${others.join('\n')}`,
      );
    }
    expect(limits).toBeLessThan(count / 10 + 2);
  }, 3_600_000);
});

function simplified(op: Op): Op[] {
  if (op.op !== 'subset' && op.op !== 'raw_subset') return [];
  const all = { kind: 'all' } as const;
  const choices: Op[] = [];
  if (op.obs.kind !== 'all') choices.push({ ...op, obs: all });
  if (op.var.kind !== 'all') choices.push({ ...op, var: all });
  return choices;
}
