// SPDX-License-Identifier: BSD-3-Clause

import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AnnData, type CsrMatrix, DenseArray, readH5ad } from '../../lib';
import { temporaryPrefix } from '../../lib/io/atomic-file';
import { WriteLock } from '../../lib/io/write-lock';
import { unpack } from '../support/bad-files';
import { comparePairs } from '../support/compare';
import { describeWithPython, runPython } from '../support/python';

const fixture = join(__dirname, '..', 'fixtures', 'pbmc68k_reduced.h5ad');
let folder: string;
let path: string;
let opened: AnnData<'backed'>[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anndata-commit-'));
  path = join(folder, 'cells.h5ad');
  copyFileSync(fixture, path);
});

afterEach(async () => {
  for (const adata of opened) await adata.close();
  opened = [];
  rmSync(folder, { recursive: true });
});

async function open(backed: 'r' | 'r+' = 'r+', file = path): Promise<AnnData<'backed'>> {
  const adata = await readH5ad(file, { backed, onWarning: () => undefined });
  opened.push(adata);
  return adata;
}

async function edit(adata: AnnData<'backed'>): Promise<void> {
  adata.obs.set(
    'score',
    Float32Array.from({ length: adata.nObs }, (_, i) => i),
  );
  await adata.load(['obs/n_genes']);
  const genes = adata.obs.get('n_genes');
  adata.obs.set(
    'n_genes',
    Float64Array.from({ length: adata.nObs }, (_, i) => 2 * Number(genes.get(i))),
  );
  adata.obs.delete('percent_mito');
  adata.var.set(
    'kept',
    Array.from({ length: adata.nVars }, (_, i) => i % 3 === 0),
  );
  delete adata.uns['neighbors'];
  (adata.uns['pca'] as Record<string, unknown>)['why'] = 'because';
  adata.uns['new'] = { deep: { er: 1.5 } };
  adata.layers.set('half', new DenseArray(new Float32Array(adata.nObs * adata.nVars).fill(0.5), adata.shape));
  adata.obsm.set('X_two', new DenseArray(new Float64Array(2 * adata.nObs), [adata.nObs, 2]));
  adata.obsm.delete('X_umap');
}

describeWithPython('D1, B10 a commit', () => {
  test('writes what Python writes after the same changes, and keeps raw', async () => {
    const expected = join(folder, 'expected.h5ad');
    await runPython('test/backed/python/edited.py', [path, expected]);
    const before = readFileSync(path);
    const adata = await open();
    await edit(adata);
    expect(readFileSync(path).equals(before)).toBe(true);
    await adata.commit();
    expect(await comparePairs([[path, expected]], folder, { objectsOnly: true })).toEqual([]);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
    // The very same object goes on: what was not touched comes from the new file.
    expect((await adata.raw?.X?.read())?.shape).toEqual([700, 765]);
    await adata.load(['obs/louvain', 'obs/score']);
    expect(adata.obs.get('score').get(699)).toBe(699);
    expect(adata.obs.get('louvain').length).toBe(700);
    expect((await adata.layers.get('half')?.read())?.shape).toEqual([700, 765]);
    adata.uns['again'] = 'twice';
    adata.obs.delete('score');
    await adata.commit();
    const read = await readH5ad(path);
    expect([read.uns['again'], read.obs.has('score'), read.raw?.shape]).toEqual(['twice', false, [700, 765]]);
  }, 60_000);

  test('keeps what nobody here knows', async () => {
    await runPython('test/backed/python/with_strangers.py', [path]);
    const before = JSON.parse((await runPython('test/backed/python/strangers.py', [path])).stdout);
    for (let i = 0; i < 2; i++) {
      const adata = await open();
      await edit(adata).catch(() => undefined); // the second time there is nothing left to delete
      await adata.commit();
      await adata.close();
      const { stdout } = await runPython('test/backed/python/strangers.py', [path]);
      expect(JSON.parse(stdout)).toEqual(before);
    }
  }, 60_000);

  test('of every golden file without changes is read by Python as before', async () => {
    const golden = join(__dirname, '..', 'fixtures', 'golden');
    const pairs: [string, string][] = [];
    const refused: string[] = [];
    for (const name of readdirSync(golden).filter((each) => each.endsWith('.h5ad.gz'))) {
      const file = unpack('golden', name.replace('.gz', ''), folder);
      const copy = `${file}.before`;
      copyFileSync(file, copy);
      const adata = await open('r+', file);
      try {
        await adata.commit();
        pairs.push([copy, file]);
      } catch (error) {
        refused.push(`${name}: ${(error as Error).message}`);
      }
      await adata.close();
    }
    expect(refused).toEqual([]);
    // Python reads neither of these, before or after.
    const readable = pairs.filter(([, file]) => !/(named-datatype|unknown-root-member)\.h5ad$/.test(file));
    expect(readable.length).toBe(pairs.length - 2);
    expect(await comparePairs(readable, folder, { objectsOnly: true })).toEqual([]);
  }, 180_000);

  test('of files of older versions writes them anew, or as they were', async () => {
    const archives = join(__dirname, '..', 'fixtures', 'archives');
    const pairs: [string, string][] = [];
    for (const version of readdirSync(archives).filter((name) => name.startsWith('v'))) {
      const file = join(folder, `${version}.h5ad`);
      copyFileSync(join(archives, version, 'adata.h5ad'), file);
      copyFileSync(file, `${file}.before`);
      const adata = await open('r+', file);
      adata.uns['new'] = 1.5;
      delete adata.uns['new'];
      await adata.commit();
      await adata.commit();
      await adata.close();
      pairs.push([`${file}.before`, file]);
    }
    expect(await comparePairs(pairs, folder, { objectsOnly: true })).toEqual([]);
  }, 60_000);
});

describe('r+', () => {
  test('B8 an assigned X is written, B7 so is one changed in place', async () => {
    const adata = await open();
    const X = (await adata.X?.load()) as DenseArray;
    (X.data as Float32Array)[0] = 77;
    await adata.commit();
    expect(((await readH5ad(path)).X as DenseArray).get(0, 0)).toBe(77);
    adata.X = new DenseArray(new Float32Array(700 * 765).fill(3), [700, 765]);
    await adata.commit();
    adata.X = null;
    expect(((await readH5ad(path)).X as DenseArray).get(5, 5)).toBe(3);
    await adata.commit();
    expect((await readH5ad(path)).X).toBeNull();
  });

  test('elements moved to other keys are carried along; handles of what was replaced say so', async () => {
    const adata = await open();
    const umap = adata.obsm.get('X_umap') as NonNullable<ReturnType<typeof adata.obsm.get>>;
    const pca = adata.obsm.get('X_pca');
    const expected = (await umap.read()) as DenseArray;
    adata.obsm.set('moved', umap as never);
    adata.obsm.delete('X_umap');
    adata.obsm.set('X_pca', new DenseArray(new Float32Array(700), [700, 1]));
    const view = adata.subset([3, 1]);
    await adata.commit();
    expect(await adata.obsm.get('moved')?.read()).toMatchObject({ data: expected.data });
    expect(await umap.read()).toMatchObject({ data: expected.data });
    await expect(pca?.read()).rejects.toMatchObject({ code: 'ERR_CLOSED' });
    expect((await view.toMemory()).obsm.get('moved')).toMatchObject({ shape: [2, 2] });
    await adata.commit();
    expect([...(await readH5ad(path)).obsm.keys()].sort()).toEqual(['X_pca', 'moved']);
  });

  test('discard forgets changes, commit after it writes none', async () => {
    const adata = await open();
    await edit(adata);
    await adata.discard();
    await adata.commit();
    const read = await readH5ad(path);
    expect([read.obs.has('score'), read.obsm.has('X_umap'), read.layers.has('half')]).toEqual([false, true, false]);
  });

  test('B9, D4 a view, a file opened with r, an object in memory: refused, and nothing is written', async () => {
    const before = readFileSync(path);
    const adata = await open('r');
    adata.uns['x'] = 1;
    await expect(adata.commit()).rejects.toMatchObject({ code: 'ERR_ARGUMENT', file: path });
    await expect(adata.writeH5ad(path)).rejects.toMatchObject({ code: 'ERR_ARGUMENT' });
    await adata.close();
    const second = await open();
    await expect(second.subset([1]).commit()).rejects.toMatchObject({ code: 'ERR_ARGUMENT' });
    await expect(second.writeH5ad(path)).rejects.toMatchObject({ code: 'ERR_ARGUMENT' });
    await second.close();
    await expect(second.commit()).rejects.toMatchObject({ code: 'ERR_CLOSED' });
    const inMemory = (await readH5ad(path)) as never as AnnData<'backed'>;
    await expect(inMemory.commit()).rejects.toMatchObject({ code: 'ERR_ARGUMENT' });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test('B11, B12, D5 writing elsewhere keeps formats, carries elements over and leaves the object where it was', async () => {
    const adata = await open();
    adata.uns['x'] = 'y';
    const other = join(folder, 'other.h5ad');
    await adata.writeH5ad(other);
    expect(adata.filename).toBe(path);
    const [here, there] = [await readH5ad(path), await readH5ad(other)];
    expect([here.uns['x'], there.uns['x']]).toEqual([undefined, 'y']);
    expect([there.raw?.X?.constructor.name, there.X?.constructor.name]).toEqual(['CsrMatrix', 'DenseArray']);
    await adata.commit();
    expect((await readH5ad(path)).uns['x']).toBe('y');
  });

  test('what cannot be written is refused with the file untouched, and can be mended', async () => {
    const before = readFileSync(path);
    const adata = await open();
    adata.uns['bad'] = [1, 'a'];
    await expect(adata.commit()).rejects.toMatchObject({ code: 'ERR_UNWRITEABLE', key: 'uns/bad' });
    const abort = new AbortController();
    adata.uns['bad'] = 'good';
    const committing = adata.commit({ signal: abort.signal, onProgress: () => abort.abort(new Error('enough')) });
    await expect(committing).rejects.toThrow('enough');
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual(['cells.h5ad']);
    await adata.commit();
    expect((await readH5ad(path)).uns['bad']).toBe('good');
  });

  test('a second writer is refused until the first is done, also after commits; readers are not', async () => {
    const first = await open();
    await expect(open()).rejects.toMatchObject({ code: 'ERR_LOCKED', file: path });
    await first.commit();
    await expect(open()).rejects.toMatchObject({ code: 'ERR_LOCKED' });
    await (await open('r')).close();
    expect((await readH5ad(path)).nObs).toBe(700);
    const link = join(folder, 'link.h5ad');
    symlinkSync(path, link);
    await expect(open('r+', link)).rejects.toMatchObject({ code: 'ERR_LOCKED' });
    await first.close();
    const second = await open('r+', link);
    second.uns['by'] = 'link';
    await second.commit();
    expect((await readH5ad(path)).uns['by']).toBe('link');
  });

  test.each(['touched', 'replaced', 'grown', 'removed'])(
    'a file that was %s by others is not replaced',
    async (how) => {
      const adata = await open();
      adata.uns['x'] = 1;
      if (how === 'touched') utimesSync(path, 1, 1);
      if (how === 'grown') writeFileSync(path, Buffer.concat([readFileSync(fixture), Buffer.alloc(1)]));
      if (how === 'replaced') {
        copyFileSync(fixture, `${path}.new`);
        (await import('node:fs')).renameSync(`${path}.new`, path);
      }
      if (how === 'removed') (await import('node:fs')).rmSync(path);
      await expect(adata.commit()).rejects.toMatchObject({ code: 'ERR_CHANGED' });
      expect(existsSync(path)).toBe(how !== 'removed');
      if (how !== 'removed') expect(statSync(path).size - readFileSync(fixture).length).toBe(how === 'grown' ? 1 : 0);
      expect(readdirSync(folder).filter((name) => name.startsWith(temporaryPrefix))).toEqual([]);
    },
  );

  test('two commits at a time: the second is refused; close waits for the first', async () => {
    const adata = await open();
    adata.uns['x'] = 'one';
    const first = adata.commit();
    await expect(adata.commit()).rejects.toMatchObject({ code: 'ERR_ARGUMENT' });
    await Promise.all([first, adata.close()]);
    expect((await readH5ad(path)).uns['x']).toBe('one');
  });

  test('reads under way during a commit see the file they began with', async () => {
    const adata = await open();
    const reads = Array.from({ length: 20 }, () => adata.raw?.X?.read());
    adata.obs.set('x', new Float32Array(700));
    const [matrices] = await Promise.all([Promise.all(reads), adata.commit()]);
    expect(matrices.every((one) => (one as CsrMatrix).nnz === 174400)).toBe(true);
  });

  test('leftovers of killed commits to this file are swept, others are not', async () => {
    const lock = await WriteLock.take(path);
    const ours = `${temporaryPrefix}${lock.tag}0123`;
    await lock.release();
    for (const name of [ours, `${temporaryPrefix}0123456789abcdef`, 'cells.h5ad.bak'])
      writeFileSync(join(folder, name), '');
    await (await open()).close();
    expect(readdirSync(folder).sort()).toEqual([`${temporaryPrefix}0123456789abcdef`, 'cells.h5ad', 'cells.h5ad.bak']);
  });
});
