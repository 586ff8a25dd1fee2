// SPDX-License-Identifier: BSD-3-Clause
//
// Rows in another order, from a file into files, by way of a scratch file: what comes out is compared, by Python, with what the same
// view gives from memory.

import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type AnnData, categorical, readH5ad, sortToDisk, splitToDisk, subsetToDisk, writeH5ad } from '../../lib';
import { example, type Kind } from '../backed/matrices';
import { Random } from '../interop/random';
import { temporaryFolder } from '../support/bad-files';
import { comparePairs, summary } from '../support/compare';
import { describeWithPython } from '../support/python';
import { seed } from '../support/random-suite';

/** The least there is: matrices of several blocks. */
const maxMemory = 2 ** 20;
const [nObs, nVars] = [400, 150];

/** Counts the scratch files that are made. */
function counted(): { readonly opened: number } {
  const { Scratch } = jest.requireActual('../../lib/storage/scratch') as typeof import('../../lib/storage/scratch');
  const spy = jest.spyOn(Scratch.prototype, 'open');
  return {
    get opened() {
      return spy.mock.calls.length;
    },
  };
}

describeWithPython(`rows in another order, on disk (ANNDATA_SEED=${seed})`, () => {
  const folder = temporaryFolder('arrange');
  const random = new Random(seed);

  beforeAll(() => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function source(kind: Kind): Promise<string> {
    const path = join(folder, `${kind}.h5ad`);
    const adata = example(random, kind, [nObs, nVars], 'cell', 'float32');
    const types = random.list(nObs, () => random.pick(['B/T', 'NK', '.hidden', 'ünï', 'CON: 1', null]));
    adata.obs.set('type', categorical(types));
    adata.obs.set(
      'score',
      Float64Array.from({ length: nObs }, () => random.below(20)),
    );
    await adata.writeH5ad(path, { compression: 'gzip', chunkBytes: 2 ** 13 });
    return path;
  }

  test.each(['csr', 'csc', 'dense'] as const)('%s: sorted, shuffled and split', async (kind) => {
    const path = await source(kind);
    const pairs: [string, string][] = [];
    const expectedOf = async (name: string, make: (adata: AnnData) => AnnData): Promise<string> => {
      const expected = join(folder, `${kind} ${name} expected.h5ad`);
      await writeH5ad(expected, make(await readH5ad(path)).copy());
      return expected;
    };
    const scratch = counted();
    const sorted = join(folder, `${kind} sorted.h5ad`);
    const options = { descending: [true, false], maxMemory };
    await sortToDisk(path, sorted, ['type', 'score'], options);
    expect(scratch.opened).toBeGreaterThan(0);
    const byHand = (adata: AnnData): AnnData => {
      const frame = adata.obs.copy();
      frame.set(
        'row',
        Int32Array.from({ length: nObs }, (_, i) => i),
      );
      const rows = frame.sort(['type', 'score'], options).get('row').toArray() as Int32Array;
      return adata.subset(rows);
    };
    pairs.push([await expectedOf('sorted', byHand), sorted]);

    const shuffled = join(folder, `${kind} shuffled.h5ad`);
    const rows = random.list(500, () => random.below(nObs));
    const columns = random.list(60, () => random.below(nVars));
    const backed = await readH5ad(path, { backed: 'r' });
    await subsetToDisk(backed.subset(rows, columns), shuffled, { maxMemory });
    await backed.close();
    pairs.push([await expectedOf('shuffled', (adata) => adata.subset(rows, columns)), shuffled]);

    const parts = join(folder, `${kind} parts`);
    mkdirSync(parts);
    const made = await splitToDisk(path, 'type', parts, { maxMemory });
    const memory = await readH5ad(path);
    const groups = memory.obs.groupBy('type');
    expect(made.map(({ value, nObs: n }) => [value, n])).toEqual(
      Array.from(groups.sizes(), ([value, n]) => [value, n]),
    );
    expect(readdirSync(parts).sort()).toEqual(made.map((part) => basename(part.path)).sort());
    expect(made.map((part) => basename(part.path))).toContain('B%2FT.h5ad');
    for (const part of made) {
      pairs.push([
        await expectedOf(`part ${pairs.length}`, (adata) => adata.subset(groups.get(part.value)!)),
        part.path,
      ]);
    }
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
    expect(summary(await comparePairs(pairs, folder))).toBe(summary([]));
  });

  test('from memory, too; faults are told before anything is written', async () => {
    const adata = await readH5ad(await source('csr'));
    const target = join(folder, 'target.h5ad');
    await sortToDisk(adata, target, 'score');
    expect([...(await readH5ad(target)).obs.get('score')]).toEqual([...adata.obs.sort('score').get('score')]);
    rmSync(target);
    await expect(sortToDisk(adata, target, 'none')).rejects.toMatchObject({ code: 'ERR_NAME' });
    await expect(sortToDisk(adata, target, ['score'], { descending: [true, true] })).rejects.toThrow(/directions/);
    await expect(splitToDisk(adata, 'none', folder)).rejects.toMatchObject({ code: 'ERR_NAME' });
    await expect(splitToDisk(adata, 'type', folder, { filename: () => 'same.h5ad' })).rejects.toThrow(/would both be/);
    await expect(splitToDisk(adata, 'type', join(folder, 'nowhere'))).rejects.toMatchObject({
      code: 'ERR_FILE_NOT_FOUND',
    });
    expect(readdirSync(folder).filter((name) => name.includes('target') || name.startsWith('.'))).toEqual([]);
  });
});
