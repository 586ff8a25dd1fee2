// SPDX-License-Identifier: BSD-3-Clause
//
// Views of backed objects, and other forms of them, are written block by block. What is written is compared with what the same
// view writes from memory, by Python, element by element with types, widths and attributes.

import { copyFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AnnData,
  type CsrMatrix,
  type DenseArray,
  type MatrixHandle,
  readH5ad,
  slice,
  type WriteH5adOptions,
} from '../../lib';
import { Random } from '../interop/random';
import { temporaryFolder } from '../support/bad-files';
import { comparePairs, summary } from '../support/compare';
import { describeAnnData } from '../support/describe';
import { describeWithPython } from '../support/python';
import { seed } from '../support/random-suite';
import { example } from './matrices';

const [nObs, nVars] = [400, 90];
/** The least there is: blocks of 128 KiB, so that each matrix has several. */
const maxMemory = 2 ** 20;

type View = (adata: AnnData<'backed'>) => AnnData<'backed'>;

function views(random: Random): Record<string, View> {
  const rows = random.list(200, () => random.below(nObs));
  const columns = random.list(40, () => random.below(nVars));
  return {
    whole: (adata) => adata,
    rows: (adata) => adata.subset(slice(3, 350)),
    columns: (adata) => adata.subset(null, slice(0, nVars, 2)),
    'repeated rows out of order': (adata) => adata.subset(rows),
    'both out of order': (adata) => adata.subset(rows, columns),
    backwards: (adata) => adata.subset(slice(null, null, -1), slice(null, null, -1)),
    'of a view': (adata) =>
      adata.subset(slice(0, 300)).subset(
        rows.filter((row) => row < 300),
        columns,
      ),
    'no rows': (adata) => adata.subset([]),
    'no columns': (adata) => adata.subset(null, []),
  };
}

const forms: WriteH5adOptions[] = [
  {},
  { compression: 'gzip' },
  { compression: 'gzip', shuffle: false, chunkBytes: 2 ** 14 },
  { compression: 'lzf', chunkBytes: 'h5py' },
  { asDense: ['layers/rows', 'layers/columns', 'raw/X'], compression: 'gzip', chunkBytes: 2 ** 14 },
  { asDense: ['layers/columns'], strings: 'nullable', convertStringsToCategoricals: false },
];

describeWithPython(`backed objects written block by block (ANNDATA_SEED=${seed})`, () => {
  const folder = temporaryFolder('streaming');

  beforeAll(() => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(['csr', 'csc', 'dense'] as const)(
    '%s: what the same view writes from memory',
    async (X) => {
      const random = new Random(seed);
      const source = join(folder, `${X}.h5ad`);
      await example(random, X, [nObs, nVars]).writeH5ad(source, { compression: 'gzip', chunkBytes: 2 ** 14 });
      const backed = await readH5ad(source, { backed: 'r' });
      const pairs: [string, string][] = [];
      // All views and all forms come, but not each with each.
      const first = random.below(forms.length);
      for (const [i, [name, view]] of Object.entries(views(random)).entries()) {
        const [streamed, whole] = ['streamed', 'whole'].map((each) => join(folder, `${X} ${name} ${each}.h5ad`));
        const adata = view(backed);
        const form = forms[(i + first) % forms.length]!;
        await adata.writeH5ad(streamed!, { ...form, maxMemory });
        expect(adata.X?.isLoaded).toBe(false);
        const memory = await adata.toMemory();
        await memory.writeH5ad(whole!, form);
        pairs.push([whole!, streamed!]);
        if (i % 3 === 0) {
          const files = [await readH5ad(streamed!), await readH5ad(whole!)];
          const [ours, theirs] = files.map((each) => JSON.stringify(describeAnnData(each)));
          expect(ours === theirs ? null : name).toBeNull();
        }
      }
      await backed.close();
      const differences = await comparePairs(pairs, folder);
      expect(summary(differences)).toBe(summary([]));
    },
    120_000,
  );
});

describe('writing block by block', () => {
  const folder = temporaryFolder('streaming-rules');
  const backwards = Array.from({ length: nVars }, (_, i) => nVars - 1 - i);
  const slice1 = Array.from({ length: nObs - 1 }, (_, i) => i + 1);
  const [source, target] = ['source.h5ad', 'target.h5ad'].map((name) => join(folder, name)) as [string, string];

  beforeAll(async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    await example(new Random(seed), 'csr', [nObs, nVars]).writeH5ad(source, { compression: 'gzip' });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('tells how far it has come, to the end', async () => {
    const backed = await readH5ad(source, { backed: 'r' });
    const told: { done: number; total: number }[] = [];
    await backed.subset(slice(5, null)).writeH5ad(target, { maxMemory, onProgress: (progress) => told.push(progress) });
    expect(told.length).toBeGreaterThan(10);
    expect(told.every(({ done, total }, i) => done <= total && done >= (told[i - 1]?.done ?? 0))).toBe(true);
    expect(told.at(-1)?.done).toBe(told[0]?.total);
    await backed.close();
  });

  test('ends with the reason of its signal, and leaves what was there', async () => {
    const backed = await readH5ad(source, { backed: 'r' });
    await backed.subset([0]).writeH5ad(target);
    const before = readFileSync(target);
    const controller = new AbortController();
    const onProgress = ({ done, total }: { done: number; total: number }): void => {
      if (done > total / 2) controller.abort(new Error('enough'));
    };
    const writing = backed
      .subset(slice(5, null))
      .writeH5ad(target, { maxMemory, signal: controller.signal, onProgress });
    await expect(writing).rejects.toThrow('enough');
    expect(readFileSync(target).equals(before)).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(['source.h5ad', 'target.h5ad']);
    await backed.close();
  });

  test('fails when the file was closed meanwhile, and leaves what was there', async () => {
    const backed = await readH5ad(source, { backed: 'r' });
    await backed.subset([0]).writeH5ad(target);
    const before = readFileSync(target);
    const onProgress = (): void => void backed.close();
    const writing = backed.subset(slice(5, null)).writeH5ad(target, { maxMemory, onProgress });
    await expect(writing).rejects.toMatchObject({ code: 'ERR_CLOSED' });
    expect(readFileSync(target).equals(before)).toBe(true);
  });

  test.each([0, 1000, Number.NaN, 'much'])('maxMemory %p is refused', async (bytes) => {
    const backed = await readH5ad(source, { backed: 'r' });
    const writing = backed.writeH5ad(target, { maxMemory: bytes as number });
    await expect(writing).rejects.toMatchObject({ code: 'ERR_ARGUMENT' });
    await backed.close();
  });

  test('a view of everything is written as the loaded matrix was changed', async () => {
    const backed = await readH5ad(source, { backed: 'r', load: ['X', 'layers/counts'] });
    const view = backed.subset(slice(null));
    ((backed.X as MatrixHandle).value as CsrMatrix).data[0] = 77;
    const counts = backed.layers.get('counts') as MatrixHandle;
    ((counts.value as DenseArray).data as Int32Array)[0] = 78;
    counts.setValues([0], [1], 79);
    await view.writeH5ad(target);
    const written = await readH5ad(target);
    expect((written.X as CsrMatrix).data[0]).toBe(77);
    expect([0, 1].map((column) => (written.layers.get('counts') as DenseArray).get(0, column))).toEqual([78, 79]);
    await backed.close();
  });

  test('a part that became X is what the next commit starts from', async () => {
    const path = join(folder, 'reordered.h5ad');
    copyFileSync(source, path);
    const backed = await readH5ad(path, { backed: 'r+' });
    const expected = await backed.X?.subset(null, backwards).read();
    backed.X = backed.X?.subset(null, backwards) ?? null;
    await backed.commit({ maxMemory });
    expect((await backed.X?.read())?.equals(expected)).toBe(true);
    backed.X?.setValues([0], [0], 5);
    await backed.commit({ maxMemory });
    const changed = expected as CsrMatrix;
    const whole = (await readH5ad(path)).X as CsrMatrix;
    expect(whole.get(0, 0)).toBe(5);
    expect(whole.subset(slice1).equals(changed.subset(slice1))).toBe(true);
    await backed.close();
  });

  test('a matrix of another file lies in its own after a commit', async () => {
    const path = join(folder, 'own.h5ad');
    await (await readH5ad(source)).subset(null, slice(0, 20)).copy().writeH5ad(path);
    const other = await readH5ad(source, { backed: 'r' });
    const backed = await readH5ad(path, { backed: 'r+' });
    backed.obsm.set('theirs', other.obsm.get('flat') ?? null);
    backed.obsp.set('theirs', other.obsp.get('near') ?? null);
    const expected = await Promise.all([other.obsm.get('flat')?.read(), other.obsp.get('near')?.read()]);
    await backed.commit();
    await other.close();
    const found = [await backed.obsm.get('theirs')?.read(), await backed.obsp.get('theirs')?.read()];
    expect(found.map((each, i) => (each as DenseArray).equals(expected[i] as DenseArray))).toEqual([true, true]);
    await backed.close();
  });

  test('the event loop turns, and what is assigned meanwhile is not written', async () => {
    const backed = await readH5ad(source, { backed: 'r' });
    const expected = await backed.X?.read();
    const writing = backed.writeH5ad(target, { maxMemory, compression: 'gzip' });
    await new Promise((resolve) => setImmediate(resolve));
    backed.X?.setValues(null, null, 3);
    await writing;
    expect((await readH5ad(target)).X?.equals(expected)).toBe(true);
    await backed.close();
  });
});
