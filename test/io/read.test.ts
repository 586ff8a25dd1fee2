// SPDX-License-Identifier: BSD-3-Clause

import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AnnData } from '../../lib/anndata';
import { DenseArray } from '../../lib/arrays/dense-array';
import { type Progress, planElement, RecordingPlan } from '../../lib/elements';
import { readElem, readH5ad } from '../../lib/io';
import { writeFile } from '../../lib/io/write-file';
import { fixtures, scratch } from './support';

const pbmc = join(fixtures, 'pbmc68k_reduced.h5ad');
const files = scratch();

describe('a file that is not one', () => {
  it.each([
    ['is absent', () => undefined, 'ERR_FILE_NOT_FOUND'],
    ['is a folder', (path: string) => mkdirSync(path), /^ERR_(IO|NOT_HDF5)$/],
    ['is empty', (path: string) => writeFileSync(path, ''), 'ERR_NOT_HDF5'],
    ['is text', (path: string) => writeFileSync(path, 'a,b,c\n'.repeat(1000)), 'ERR_NOT_HDF5'],
  ])('%s', async (_name, make, code) => {
    const path = files.path('x.h5ad');
    make(path);
    for (const reading of [() => readH5ad(path), () => readElem(path, 'obs')]) {
      const error = await reading().catch((e: unknown) => e);
      expect(error).toMatchObject({ code: expect.stringMatching(code), file: path });
    }
  });
});

describe('readElem', () => {
  it('reads one element, however its key is spelt', async () => {
    for (const key of ['obsm/X_umap', '/obsm/X_umap', 'obsm/X_umap/']) {
      expect((await readElem<DenseArray>(pbmc, key, { onWarning: () => undefined })).shape).toEqual([700, 2]);
    }
  });

  it('reads the whole file at the root', async () => {
    expect(await readElem<AnnData>(pbmc, '/', { onWarning: () => undefined })).toBeInstanceOf(AnnData);
  });

  it('names a key that is not there', async () => {
    await expect(readElem(pbmc, 'obs/nothing')).rejects.toMatchObject({
      code: 'ERR_KEY_NOT_FOUND',
      key: 'obs/nothing',
    });
  });
});

describe('readH5ad', () => {
  it('refuses a file whose root is something else', async () => {
    const path = files.path('dict.h5');
    const plan = new RecordingPlan();
    planElement(plan, '', { a: 1 });
    await writeFile(path, plan, {});
    await expect(readH5ad(path)).rejects.toMatchObject({ code: 'ERR_INVALID_FILE', file: path });
    expect(await readElem(path, '')).toEqual({ a: 1 });
  });

  it('tells its progress up to the total', async () => {
    const told: Progress[] = [];
    await readH5ad(pbmc, { onProgress: (p) => told.push(p), onWarning: () => undefined });
    expect(told.every((p, i) => i === 0 || p.done >= (told[i - 1] as Progress).done)).toBe(true);
    expect(told.at(-1)).toMatchObject({ done: told.at(-1)?.total, unit: 'bytes' });
  });

  it('stops for a signal, with its reason', async () => {
    const reason = new Error('enough');
    await expect(readH5ad(pbmc, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const reading = readH5ad(pbmc, {
      signal: controller.signal,
      onProgress: () => controller.abort(reason),
      onWarning: () => undefined,
    });
    await expect(reading).rejects.toBe(reason);
  });

  it('allocates nothing past the limit', async () => {
    const reading = readH5ad(pbmc, { limits: { maxBytes: 1_000_000 } });
    await expect(reading).rejects.toMatchObject({
      code: 'ERR_LIMIT',
      message: expect.stringContaining('limits.maxBytes'),
    });
  });

  it('leaves the file free to be replaced by itself', async () => {
    const path = files.path('same.h5ad');
    copyFileSync(pbmc, path);
    const adata = await readH5ad(path, { onWarning: () => undefined });
    adata.uns.added = 1;
    await adata.writeH5ad(path);
    expect((await readH5ad(path)).uns.added).toBe(1);
  });

  it('leaves out members nobody knows, with a warning', async () => {
    const path = files.path('extra.h5ad');
    const plan = new RecordingPlan();
    planElement(plan, '', new AnnData({ X: DenseArray.from([[1]]) }));
    planElement(plan, 'extra', 'whatever');
    await writeFile(path, plan, {});
    const keys: string[] = [];
    const adata = await readH5ad(path, { onWarning: ({ key }) => keys.push(key) });
    expect([adata.shape, keys]).toEqual([[1, 1], ['extra']]);
  });
});
