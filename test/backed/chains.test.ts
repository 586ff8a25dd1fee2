// SPDX-License-Identifier: BSD-3-Clause
//
// Chains of subsets and edits of backed objects, brought into memory in the end, beside Python's objects in memory. What is
// not loaded is loaded by the very call that the error quotes.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { type AnnData, isAnnDataError, NotLoadedError, readH5ad, writeH5ad } from '../../lib';
import { applyOp, chainRecipe, concrete, type Op } from '../anndata/chains';
import { temporaryFolder } from '../support/bad-files';
import { describeAnnData } from '../support/describe';
import { describeWithPython, runPython } from '../support/python';

// Another seed each day; a failure names it, and ANNDATA_SEED repeats it.
const seed = Number(process.env.ANNDATA_SEED ?? Math.floor(Date.now() / 86_400_000));
const count = Number(process.env.ANNDATA_CASES ?? 30);
const objects = Math.max(11, Math.ceil(count / 40));
/** What backed objects cannot do at once (B5), and what is meant to differ. */
const left: readonly Op['op'][] = ['copy', 'to_memory', 'transpose', 'inplace', 'root'];

interface Outcome {
  failed: number | null;
  error: string;
  limit: string | null;
}

interface Chain {
  source: string;
  target: string;
  ops: Op[];
  /** What is loaded from the start. */
  load: string[];
}

const loads = [[], ['obs'], ['obs', 'var', 'uns'], ['X', 'raw', 'obsm'], ['obs/_index', 'layers', 'varm', 'obsp']];

describeWithPython(`chains of subsets and edits of backed objects (ANNDATA_SEED=${seed})`, () => {
  const folder = temporaryFolder('backed-chains');
  const write = { convertStringsToCategoricals: false, strings: 'nullable' } as const;
  let sources: string[];

  beforeAll(async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const args = ['--seed', seed, '--cases', objects, '--jobs', 2].map(String);
    const { stdout } = await runPython('test/interop/python/generate.py', [folder, ...args]);
    sources = stdout
      .trim()
      .split('\n')
      .map((line) => join(folder, (JSON.parse(line) as { file: string }).file));
  }, 600_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function ask<T>(questions: readonly object[]): Promise<T[]> {
    const input = questions.map((each) => `${JSON.stringify(each)}\n`).join('');
    const { stdout } = await runPython('test/anndata/python/chains.py', [], { input });
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as T);
  }

  test(`${count} chains`, async () => {
    const chains: Chain[] = [];
    for (const [i, recipes] of fc.sample(chainRecipe, { numRuns: count, seed }).entries()) {
      const source = sources[i % sources.length]!;
      const start = await readH5ad(source);
      delete start.uns['scalars'];
      const ops = concrete(start, recipes).filter(({ op }) => !left.includes(op));
      chains.push({ source, target: join(folder, `q-${i}.h5ad`), ops, load: loads[i % loads.length]! });
    }
    const root = join(folder, 'root.h5ad');
    const theirs = await ask<Outcome>(chains.map((chain) => ({ ...chain, root })));
    const wrong: string[] = [];
    const pairs: { left: string; right: string }[] = [];
    const told = (i: number, what: string): unknown => wrong.push(`${what}: ${JSON.stringify(chains[i])}`);
    // Rare ones, and those of objects in memory, which test/anndata/chains.test.ts looks after.
    const unlike: string[] = [];
    const odd = (i: number, what: string): unknown => unlike.push(`${what}: ${JSON.stringify(chains[i])}`);
    for (const [i, { source, target, ops, load }] of chains.entries()) {
      const { failed, error, adata } = await applyBacked(source, ops, load);
      const inMemory = await applyMemory(source, ops);
      if (failed !== inMemory.failed) told(i, `step ${failed} fails (${error}), in memory step ${inMemory.failed}`);
      else if (adata !== null) {
        const [a, b] = [adata, inMemory.adata].map((each) => JSON.stringify(describeAnnData(each!)));
        if (a !== b) told(i, 'not what objects in memory give');
      }
      if (theirs[i]!.limit !== null) continue;
      if (failed !== theirs[i]!.failed) {
        odd(i, `step ${failed} fails (${error}), in Python step ${theirs[i]!.failed} (${theirs[i]!.error})`);
      } else if (adata !== null) {
        const right = target.replace('/q-', '/r-');
        await writeH5ad(right, adata, write);
        pairs.push({ left: target, right });
      }
    }
    for (const [i, { difference }] of (await ask<{ difference: string | null }>(pairs)).entries()) {
      if (difference !== null) odd(Number(/q-(\d+)/.exec(pairs[i]!.left)?.[1]), difference);
    }
    expect(wrong).toEqual([]);
    if (unlike.length > count / 20) expect(unlike).toEqual([]);
    expect(pairs.length).toBeGreaterThan(count / 2);
  }, 3_600_000);
});

/** The object in the end, in memory; or which step failed. */
async function applyBacked(
  source: string,
  ops: readonly Op[],
  load: readonly string[],
): Promise<{ failed: number | null; error: string; adata: AnnData | null }> {
  const backed = await readH5ad(source, { backed: 'r' });
  try {
    await backed.load(
      load.filter((key) => key !== 'raw' || backed.raw !== null).filter((key) => key !== 'X' || backed.X !== null),
    );
    delete backed.uns['scalars'];
    let adata = backed;
    for (const [i, op] of ops.entries()) {
      try {
        adata = await loading(adata, () => applyLazy(adata, op));
      } catch (error) {
        if (!isAnnDataError(error)) throw error;
        return { failed: i, error: `${error.code}: ${error.message}`, adata: null };
      }
    }
    return { failed: null, error: '', adata: await adata.toMemory() };
  } finally {
    await backed.close();
  }
}

/** The same steps with an object in memory. */
async function applyMemory(
  source: string,
  ops: readonly Op[],
): Promise<{ failed: number | null; adata: AnnData | null }> {
  let adata = await readH5ad(source);
  delete adata.uns['scalars'];
  for (const [i, op] of ops.entries()) {
    try {
      adata = applyOp(adata, op, adata);
    } catch (error) {
      if (!isAnnDataError(error)) throw error;
      return { failed: i, adata: null };
    }
  }
  return { failed: null, adata: adata.copy() };
}

function applyLazy(adata: AnnData<'backed'>, op: Op): AnnData<'backed'> {
  if (op.op !== 'raw')
    return applyOp(adata as unknown as AnnData, op, adata as unknown as AnnData) as unknown as AnnData<'backed'>;
  // A view needs no copy to become raw: it is read later anyway.
  adata.raw = adata;
  return adata;
}

/** Does what an error about something that is not loaded says, and tries again. */
async function loading<T>(adata: AnnData<'backed'>, action: () => T): Promise<T> {
  for (;;) {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof NotLoadedError)) throw error;
      const call = /await adata\.load\((\[.*?\])\)/.exec(error.message)?.[1];
      if (call === undefined) throw error;
      await adata.load(JSON.parse(call) as string[]);
    }
  }
}
