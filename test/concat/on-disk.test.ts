// SPDX-License-Identifier: BSD-3-Clause
//
// The calls of differential.test.ts, from files into a file: what comes out is compared with what `concat` writes, and with Python.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { isAnnDataError } from '../../lib/errors';
import { type AnnData, concatOnDisk, type DiskInput, readH5ad, writeH5ad } from '../../lib/index';
import { temporaryFolder } from '../support/bad-files';
import { describeAnnData } from '../support/describe';
import { Excuses } from '../support/deviations';
import { describeWithPython } from '../support/python';
import { PythonServer } from '../support/python-server';
import { caseCount, findDifferences, seed } from '../support/random-suite';
import { callOf, compareCase, concatInMemory, type Join, remove, turned } from './beside-python';
import { type Specification, smaller, specification } from './cases';

const count = caseCount(40);
const form = { convertStringsToCategoricals: false };

/** The objects of a case: most as paths, some backed, views of backed ones, and in memory. */
async function inputsOf(
  { objects, seed: salt }: Specification,
  folder: string,
  dropped: readonly string[],
): Promise<{ inputs: DiskInput[]; close: () => Promise<void> }> {
  const inputs: DiskInput[] = [];
  const open: AnnData<'backed'>[] = [];
  for (const [i, { view }] of objects.entries()) {
    const path = join(folder, `${i}.h5ad`);
    if (!view && dropped.length === 0 && (salt + i) % 4 !== 0) {
      inputs.push(path);
      continue;
    }
    const inMemory = (salt + i) % 3 === 0;
    const adata = inMemory ? await readH5ad(path) : await readH5ad(path, { backed: 'r' });
    for (const key of dropped) remove(adata as AnnData, key);
    if (!inMemory) open.push(adata as AnnData<'backed'>);
    inputs.push(view ? turned(adata) : adata);
  }
  return {
    inputs,
    close: async () => {
      for (const each of open) await each.close();
    },
  };
}

/** Writes `ours.h5ad` on disk; throws when it is not what `concat` writes. */
const joinOnDisk: Join = async (specification, folder, dropped) => {
  const output = join(folder, 'ours.h5ad');
  rmSync(output, { force: true });
  const memory = join(folder, 'memory.h5ad');
  const expected = await outcome(async () =>
    writeH5ad(memory, await concatInMemory(specification, folder, dropped), form),
  );
  const { inputs, close } = await inputsOf(specification, folder, dropped);
  const [named, options] = callOf(specification, inputs);
  const got = await outcome(() => concatOnDisk(named, output, { ...options, ...form, maxMemory: 2 ** 20 }));
  await close();
  // Which of several faults is found first does not matter.
  if (isAnnDataError(expected) && isAnnDataError(got)) throw expected;
  if (got !== null) throw new Error(`only concatOnDisk fails: ${(got as Error).stack}`);
  if (expected !== null) throw new Error(`only concat fails: ${(expected as Error).stack}`);
  const [a, b] = await Promise.all([memory, output].map(async (path) => describeAnnData(await readH5ad(path))));
  if (JSON.stringify(a) !== JSON.stringify(b)) {
    throw new Error(`concat gives ${JSON.stringify(a)}, concatOnDisk ${JSON.stringify(b)}`);
  }
};

async function outcome(work: () => Promise<void>): Promise<unknown> {
  try {
    await work();
    return null;
  } catch (error) {
    return error;
  }
}

describeWithPython(`concatOnDisk as concat, and Python, do it (ANNDATA_SEED=${seed})`, () => {
  const folder = temporaryFolder('concat-on-disk');
  let server: PythonServer;

  beforeAll(() => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    server = new PythonServer('test/concat/python/concat_cases.py', [folder]);
  });

  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test(`${count} random calls`, async () => {
    const excuses = new Excuses();
    const compare = (value: Specification): Promise<string[]> =>
      compareCase(server, folder, value, excuses, joinOnDisk);
    await findDifferences(specification, compare, smaller, count);
    process.stdout.write(`${count} calls of concatOnDisk; let pass by docs/deviations.md: ${excuses}\n`);
  }, 7_200_000);
});
