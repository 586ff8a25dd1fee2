// SPDX-License-Identifier: BSD-3-Clause
//
// Blocks of matrices that lie in a file, beside the same assignments in Python's memory.

import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AnnData,
  AnnDataError,
  type BlockValues,
  CsrMatrix,
  DenseArray,
  isDenseArray,
  type MatrixHandle,
  readH5ad,
  slice,
} from '../../lib';
import type { NumericDType } from '../../lib/arrays/dtype';
import { applyEdits } from '../../lib/backed/apply-edits';
import { cutAgain } from '../../lib/backed/cut';
import { editOf } from '../../lib/backed/edits';
import { Random } from '../interop/random';
import { temporaryFolder } from '../support/bad-files';
import { describeWithPython, runPython } from '../support/python';
import { seed } from '../support/random-suite';
import { example, type Kind } from './matrices';

const [nObs, nVars] = [300, 70];
const maxMemory = 2 ** 20;
const folder = temporaryFolder('set-values');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function open(X: Kind, name: string, mode: 'r' | 'r+' = 'r+'): Promise<AnnData<'backed'>> {
  const original = join(folder, `${X}.h5ad`);
  const path = join(folder, `${name}.h5ad`);
  if (!existsSync(original)) {
    await example(new Random(seed), X, [nObs, nVars]).writeH5ad(original, { compression: 'gzip', chunkBytes: 2 ** 13 });
  }
  copyFileSync(original, path);
  return readH5ad(path, { backed: mode });
}

function matrixAt(adata: AnnData<'backed'>, key: string): MatrixHandle {
  const [slot, name] = key.split('/') as [string, string];
  if (slot === 'X') return adata.X as MatrixHandle;
  if (slot === 'raw') return adata.raw?.X as MatrixHandle;
  return (slot === 'layers' ? adata.layers : adata.obsm).get(name) as MatrixHandle;
}

interface Wanted {
  key: string;
  rows: number[] | null;
  columns: number[] | null;
  values: number | number[][];
}

/** Lists in any order, with repeats; runs; all. */
function positions(random: Random, length: number): number[] | null {
  const form = random.below(4);
  if (form === 0) return null;
  if (form === 1) return random.list(random.below(30), () => random.below(length));
  const start = random.below(length);
  return Array.from({ length: Math.min(length - start, random.below(40)) }, (_, i) => start + i);
}

function editsFor(random: Random, shape: readonly number[], key: string, count: number): Wanted[] {
  return random
    .list(count, () => {
      const [rows, chosen] = [positions(random, shape[0]!), positions(random, shape[1]!)];
      const columns = rows === null && chosen === null ? [random.below(shape[1]!)] : chosen;
      if (random.chance(0.5)) return { key, rows, columns, values: random.below(3) };
      const size = [rows?.length ?? shape[0]!, columns?.length ?? shape[1]!] as const;
      const most = key === 'layers/rows' ? 2 : 4;
      // Half of them are zeros.
      const values = random.list(size[0], () =>
        random.list(size[1], () => (random.chance(0.5) ? 0 : random.below(most))),
      );
      return { key, rows, columns, values };
    })
    .map((edit) =>
      edit.key === 'layers/rows' && typeof edit.values === 'number' ? { ...edit, values: edit.values % 2 } : edit,
    );
}

function valuesOf({ rows, columns, values }: Wanted, { shape, dtype }: MatrixHandle): BlockValues {
  if (typeof values === 'number') return dtype === 'bool' ? values === 1 : values;
  const data = Float64Array.from(values.flat());
  return new DenseArray(data, [rows?.length ?? shape[0]!, columns?.length ?? shape[1]!]);
}

const keys = ['X', 'raw/X', 'layers/rows', 'layers/columns', 'layers/counts', 'layers/wide', 'obsm/X_pca'];

describeWithPython(`values of blocks (ANNDATA_SEED=${seed})`, () => {
  beforeAll(() => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  });

  test.each(['csr', 'csc', 'dense'] as const)(
    '%s: reads, views, a copy and the commit are what Python makes of it',
    async (X) => {
      const random = new Random(seed + 1);
      const adata = await open(X, `edited ${X}`);
      const path = adata.filename as string;
      const before = readFileSync(path);
      const edits = keys.flatMap((key) => editsFor(random, matrixAt(adata, key).shape, key, 1 + random.below(4)));
      const view = adata.subset(slice(250, 20, -3), slice(1, null));
      for (const edit of edits) {
        const matrix = matrixAt(adata, edit.key);
        matrix.setValues(edit.rows, edit.columns, valuesOf(edit, matrix));
        expect(matrix.isLoaded).toBe(false);
      }
      const expected = join(folder, `expected ${X}.h5ad`);
      await runPython('test/backed/python/set_values.py', [join(folder, `${X}.h5ad`), expected], {
        input: JSON.stringify(edits),
      });
      const theirs = await readH5ad(expected);
      const whole = { X: theirs.X, 'raw/X': theirs.raw?.X } as Record<string, unknown>;
      const rows = random.list(50, () => random.below(nObs));
      for (const key of keys) {
        const [slot, name] = key.split('/') as [string, string];
        const memory = (whole[key] ?? (slot === 'layers' ? theirs.layers : theirs.obsm).get(name)) as
          | CsrMatrix
          | DenseArray;
        const matrix = matrixAt(adata, key);
        const columns = random.list(20, () => random.below(matrix.shape[1]!));
        for (const [byRow, byColumn] of [
          [null, null],
          [rows, null],
          [null, columns],
          [rows, columns],
          [[5], null],
        ] as const) {
          const [ours, other] = [await matrix.subset(byRow, byColumn).read(), memory.subset(byRow, byColumn)];
          expect([key, byRow === null, byColumn === null, ours.equals(other)]).toEqual([
            key,
            byRow === null,
            byColumn === null,
            true,
          ]);
        }
      }
      // A view that was there before shows what the object has, as in memory.
      expect((await view.X?.read())?.equals(theirs.subset(slice(250, 20, -3), slice(1, null)).X)).toBe(true);
      const [copied, part, memoryPart] = ['copied', 'part', 'memory part'].map((each) =>
        join(folder, `${X} ${each}.h5ad`),
      );
      await adata.writeH5ad(copied!, { maxMemory });
      await view.writeH5ad(part!, { maxMemory, compression: 'gzip' });
      await theirs.subset(slice(250, 20, -3), slice(1, null)).writeH5ad(memoryPart!);
      expect(readFileSync(path).equals(before)).toBe(true);
      await adata.commit({ maxMemory });
      // The same handles go on, from the new file.
      for (const key of keys) expect(matrixAt(adata, key).isLoaded).toBe(false);
      expect((await adata.X?.read())?.equals(theirs.X)).toBe(true);
      expect((await view.X?.read())?.equals(theirs.subset(slice(250, 20, -3), slice(1, null)).X)).toBe(true);
      adata.X?.setValues([0], [0], 9);
      expect((await adata.X?.subset([0], [0]).read())?.get(0, 0)).toEqual(X === 'csc' ? 9n : 9);
      await adata.discard();
      await adata.close();
      const pairs = [
        [expected, copied],
        [expected, path],
        [memoryPart, part],
      ];
      const { stdout } = await runPython('test/backed/python/same_values.py', [], { input: JSON.stringify(pairs) });
      expect(JSON.parse(stdout)).toEqual([]);
    },
    120_000,
  );
});

describe('values of blocks', () => {
  test('what is set to zero in a sparse matrix is no longer stored', async () => {
    const adata = await open('csr', 'zeros');
    const before = (await adata.X!.read()) as CsrMatrix;
    const lengths = Array.from({ length: before.shape[0] }, (_, i) => before.indptr[i + 1]! - before.indptr[i]!);
    const row = Math.max(...lengths);
    expect(row).toBeGreaterThan(0);
    adata.X!.setValues([lengths.indexOf(row)], null, 0);
    expect(adata.X!.nnz).toBeNull();
    await adata.commit();
    expect(adata.X!.nnz).toBe(before.nnz - row);
    await adata.close();
  });

  test('later changes win, and discard() forgets all', async () => {
    const adata = await open('dense', 'discarded', 'r');
    const old = await adata.X!.subset([3], [4]).read();
    adata.X!.setValues([3, 3], [4], Float32Array.of(1, 2));
    expect((await adata.X!.subset([3], [4]).read()).get(0, 0)).toBe(2);
    adata.X!.setValues(null, [4], 5).setValues([3], [4], 6);
    expect(
      (await adata.X!.subset([3, 2], [4]).read()).equals(
        new DenseArray(Float32Array.of(6, 5), [2, 1], { dtype: 'float16' }),
      ),
    ).toBe(true);
    await adata.discard();
    expect((await adata.X!.subset([3], [4]).read()).equals(old)).toBe(true);
    await adata.close();
  });

  test('arrays of three axes take cells', async () => {
    const adata = await open('dense', 'cube', 'r');
    const cube = adata.obsm.get('cube') as MatrixHandle;
    const values = new DenseArray(
      Uint8Array.from({ length: 10 }, (_, i) => i),
      [2, 1, 5],
    );
    cube.setValues([9, 2], [3], values);
    expect((await cube.subset([9, 2], [3]).read()).equals(values)).toBe(true);
    await adata.close();
  });

  test('complex values are pairs', async () => {
    const adata = await open('csr', 'complex', 'r');
    const pairs = adata.layers.get('pairs') as MatrixHandle;
    pairs.setValues(
      [1],
      [2, 3],
      DenseArray.from(
        [
          [
            [1, 2],
            [0, 3],
          ],
        ],
        'complex128',
      ),
    );
    const read = (await pairs.subset([1], [2, 3]).read()) as CsrMatrix;
    expect([read.get(0, 0), read.get(0, 1)]).toEqual([
      [1, 2],
      [0, 3],
    ]);
    await adata.close();
  });

  test('complex numbers are set from pairs of any width, and from a real one', async () => {
    const adata = await open('csr', 'widths', 'r');
    const complex = adata.layers.get('complex') as MatrixHandle;
    complex.setValues([0], [0, 1], Float32Array.of(1, 2, 3, 4));
    complex.setValues([1], [0], Int32Array.of(5, 6));
    complex.setValues([1], [1], 9);
    const read = (await complex.subset([0, 1], [0, 1]).read()) as DenseArray;
    expect(read.toNested()).toEqual([
      [
        [1, 2],
        [3, 4],
      ],
      [
        [5, 6],
        [9, 0],
      ],
    ]);
    await adata.close();
  });

  test('a loaded matrix is changed at once', async () => {
    const adata = await open('csr', 'loaded', 'r');
    await adata.load(['X', 'layers/counts']);
    const counts = adata.layers.get('counts') as MatrixHandle;
    const held = counts.value as DenseArray;
    counts.setValues([0], [1], 77);
    adata.X!.setValues([0], [1], 78);
    expect([held.get(0, 1), (adata.X!.value as CsrMatrix).get(0, 1)]).toEqual([77, 78]);
    expect((await adata.subset([0], [1]).X!.read()).get(0, 0)).toBe(78);
    await adata.close();
  });

  test.each(['csr', 'dense'] as const)('%s: views that are loaded show what is set later', async (X) => {
    const adata = await open(X, 'loaded view');
    const view = adata.subset([7, 5, 5], slice(0, 10, 3));
    await view.load(['X']);
    adata.X!.setValues([5, 6], [3, 4], 50);
    const expected = (await adata.X!.read()).subset([7, 5, 5], [0, 3, 6, 9]);
    expect(expected.get(1, 1)).toBe(50);
    expect((view.X!.value as CsrMatrix).equals(expected)).toBe(true);
    await adata.commit();
    adata.X!.setValues(null, [9], 51);
    expect([0, 1, 2].map((row) => (view.X!.value as CsrMatrix).get(row, 3))).toEqual([51, 51, 51]);
    await adata.close();
  });

  test('a load that was under way keeps what was set meanwhile', async () => {
    const adata = await open('csr', 'meanwhile', 'r');
    const loading = adata.X!.load();
    adata.X!.setValues([0], [1], 78);
    expect((await loading).get(0, 1)).toBe(78);
    await adata.close();
  });

  test('what is set while a commit is under way stays pending', async () => {
    const adata = await open('csr', 'pending');
    adata.X!.setValues([0], [1], 2);
    let isSet = false;
    const onProgress = (): void => {
      if (!isSet) adata.X!.setValues([0], [2], 3);
      isSet = true;
    };
    await adata.commit({ maxMemory, onProgress });
    expect(isSet).toBe(true);
    const written = await readH5ad(adata.filename as string);
    const other = ((written.X as CsrMatrix).get(0, 2) as number) === 3 ? null : 2;
    expect([(written.X as CsrMatrix).get(0, 1), other]).toEqual([2, 2]);
    expect(((await adata.X!.subset([0], [1, 2]).read()) as CsrMatrix).toDense().toNested()).toEqual([[2, 3]]);
    await adata.commit({ maxMemory });
    expect(((await readH5ad(adata.filename as string)).X as CsrMatrix).get(0, 2)).toBe(3);
    await adata.close();
  });

  test('a view that becomes an object of its own keeps its values', async () => {
    const adata = await open('dense', 'own', 'r');
    const view = adata.subset([5, 6]);
    const old = await view.X!.read();
    view.obs = null;
    expect(view.isView).toBe(false);
    adata.X!.setValues(null, [0], 50);
    expect((await view.X!.read()).equals(old)).toBe(true);
    view.X!.setValues([0], null, 3);
    expect((await view.X!.subset([0], [2]).read()).get(0, 0)).toBe(3);
    expect((await adata.X!.subset([5], [0]).read()).get(0, 0)).toBe(50);
    await adata.close();
  });

  test.each<[string, (adata: AnnData<'backed'>) => unknown, string]>([
    ['a row outside', (adata) => adata.X!.setValues([nObs], null, 1), 'ERR_ARGUMENT'],
    ['another number of values', (adata) => adata.X!.setValues([0], [1], Float32Array.of(1, 2)), 'ERR_SHAPE'],
    ['another shape', (adata) => adata.X!.setValues([0, 1], [1], DenseArray.from([[1, 2]])), 'ERR_SHAPE'],
    [
      'a fraction among integers',
      (adata) => (adata.layers.get('counts') as MatrixHandle).setValues([0], [1], 0.5),
      'ERR_ARGUMENT',
    ],
    [
      'a number too large',
      (adata) => (adata.layers.get('counts') as MatrixHandle).setValues([0], [1], 2 ** 40),
      'ERR_ARGUMENT',
    ],
    [
      'a number among booleans',
      (adata) => (adata.layers.get('rows') as MatrixHandle).setValues([0], [1], 2),
      'ERR_ARGUMENT',
    ],
    [
      'a byte that is no boolean',
      (adata) => (adata.layers.get('rows') as MatrixHandle).setValues([0], [1], Uint8Array.of(2)),
      'ERR_ARGUMENT',
    ],
    ['a part', (adata) => adata.subset([0]).X!.setValues([0], [1], 1), 'ERR_ARGUMENT'],
  ])('%s is refused, and nothing is changed', async (_, change, code) => {
    const adata = await open('csr', 'refused', 'r');
    let error: unknown;
    try {
      change(adata);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(AnnDataError);
    expect((error as AnnDataError).code).toBe(code);
    expect((error as AnnDataError).key).toMatch(/^(X|layers\/)/);
    await adata.commit().catch(() => undefined);
    expect(adata.X!.nnz).not.toBeNull();
    await adata.close();
  });

  test('integers of every width', async () => {
    const adata = await open('csc', 'integers', 'r');
    const wide = adata.layers.get('wide') as MatrixHandle;
    wide.setValues([0], [0, 1], BigInt64Array.of(2n ** 60n, -1n));
    wide.setValues([1], [0], 7);
    const read = await wide.subset([0, 1], [0, 1]).read();
    expect(isDenseArray(read) && [read.get(0, 0), read.get(0, 1), read.get(1, 0)]).toEqual([2n ** 60n, -1n, 7n]);
    const dtype: NumericDType = 'float32';
    adata.X!.setValues([2], [3, 4], new DenseArray(Float32Array.of(1, 0), [1, 2], { dtype }));
    expect((await adata.X!.subset([2], [3, 4]).read()).get(0, 0)).toBe(1n);
    await adata.close();
  });

  test('a run of a run is a run, in which changes are found at once', () => {
    const outer = { rows: { start: 100, step: -2, length: 40 }, columns: null };
    const inner = { rows: { start: 5, step: 1, length: 10 }, columns: { start: 3, step: 1, length: 2 } };
    const rows = { start: 90, step: -2, length: 10 };
    expect(cutAgain(outer, inner)).toEqual({ rows, columns: inner.columns });
    const { rows: changed } = editOf({ key: 'X', shape: [200, 5], dtype: 'float32' }, [90, 73, 72, 91], null, 0);
    const { to, from } = changed.matches(rows, 200);
    expect([...to].map((place, i) => [place + 0, from[i]]).sort()).toEqual([
      [0, 0],
      [9, 2],
    ]);
  });

  test('many changes of all lines take no object for each of them', () => {
    const shape: [number, number] = [2000, 500];
    const matrix = new CsrMatrix({
      shape,
      data: new Float32Array(2000).fill(1),
      indices: Int32Array.from({ length: 2000 }, (_, i) => i % 500),
      indptr: Int32Array.from({ length: 2001 }, (_, i) => i),
    });
    const edits = Array.from({ length: 499 }, (_, i) => editOf({ key: 'X', shape, dtype: 'float32' }, null, [i], 0));
    const before = process.memoryUsage().heapUsed;
    let most = 0;
    const steps = applyEdits(matrix, edits, { rows: null, columns: null }, shape);
    let step: ReturnType<typeof steps.next>;
    do {
      step = steps.next();
      most = Math.max(most, process.memoryUsage().heapUsed - before);
    } while (step.done !== true);
    expect((step.value as CsrMatrix).nnz).toBe(4);
    expect(most).toBeLessThan(60 * 2 ** 20);
  });
});
