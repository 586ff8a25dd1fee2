// SPDX-License-Identifier: BSD-3-Clause

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { AnnData, slice } from '../../lib/anndata';
import { DenseArray } from '../../lib/arrays/dense-array';
import { RecordArray } from '../../lib/arrays/record-array';
import { CscMatrix, CsrMatrix } from '../../lib/arrays/sparse-matrix';
import { categorical } from '../../lib/frame/column-from';
import { DataFrame } from '../../lib/frame/data-frame';
import { readH5ad, writeCsvs, writeH5ad } from '../../lib/io';
import { temporaryPrefix } from '../../lib/io/atomic-file';
import { example } from '../backed/matrices';
import { Random } from '../interop/random';
import { describeWithPython, runPython } from '../support/python';

const seed = Number(process.env.ANNDATA_SEED ?? Date.now() % 2 ** 31);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anndata-csv-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const grid = (rows: number, columns: number, from = 0): DenseArray =>
  new DenseArray(
    Float64Array.from({ length: rows * columns }, (_, i) => from + i / 3),
    [rows, columns],
  );

/** Path → text of all files in a folder. */
function filesIn(path: string): Record<string, string> {
  const names = readdirSync(path, { recursive: true }) as string[];
  const files = names.filter((name) => name.endsWith('.csv')).sort();
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(path, name), 'utf8')]));
}

const warned = async (action: () => Promise<void>): Promise<unknown[]> => {
  const spy = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  try {
    await action();
    return spy.mock.calls.map(([message]) => message);
  } finally {
    spy.mockRestore();
  }
};

const floats = [
  0,
  -0,
  1,
  0.1,
  1e-5,
  1.5e-7,
  1e16,
  123456789,
  1 / 3,
  5e-324,
  1e300,
  Number.NaN,
  Number.POSITIVE_INFINITY,
];

function everyKind(): AnnData {
  const n = floats.length;
  const some = <T>(make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));
  const obs = new DataFrame({
    columns: {
      double: Float64Array.from(floats),
      single: Float32Array.from(floats),
      half: new DenseArray(
        Float32Array.of(0, 0.5, 1000, 999.5, 65504, 0.0999755859375, 2 ** -24, 2048, 1.5, 3, 2 ** -14, 1, 2, 4, 8, 16),
        [n],
        {
          dtype: 'float16',
        },
      ),
      text: some((i) => ['plain', 'a,b', 'say "x"', 'two\nlines', 'tab\tand;', ' é '][i % 6]!),
      gaps: some((i) => (i % 3 === 0 ? null : `t${i}`)),
      label: categorical(some((i) => (i % 4 === 0 ? null : `c,${i % 3}`))),
      number: categorical(some((i) => i % 3)),
      fraction: categorical(some((i) => (i % 3) / 2)),
      integer: some((i) => BigInt(i) * 10n ** 17n),
      missing: some((i) => (i % 2 === 0 ? i : null)),
      flag: some((i) => i % 2 === 0),
      maybe: some((i) => [true, false, null][i % 3] as boolean | null),
      byte: Uint8Array.from(some((i) => i * 20)),
    },
    index: some((i) => `cell, ${i}`),
    indexName: 'cell "id"',
  });
  return new AnnData({
    X: new DenseArray(Float32Array.from(some((i) => floats[i]!).flatMap((value) => [value, 0.1])), [n, 2]),
    obs,
    var: { varNames: ['g1', 'g2'], chrom: ['X', 'Y'] },
    obsm: { one: grid(n, 1, -1), pca: grid(n, 2) },
    varm: { loads: grid(2, 3) },
    uns: {
      text: 'a "quoted", text',
      number: 5,
      flag: true,
      list: ['a', 'b,c'],
      numbers: DenseArray.from([1.5, 2, Number.NaN]),
      table: grid(2, 2),
      integers: new DenseArray(Int32Array.of(1, 2, 3, 4), [2, 2]),
      frame: new DataFrame({ columns: { a: [1, 2], b: ['x', 'y,z'] }, index: ['r', 's'] }),
      records: new RecordArray([
        ['name', DenseArray.from(['u', 'v'])],
        ['score', DenseArray.from([0.5, 2])],
      ]),
    },
  });
}

describeWithPython('files are those that Python writes', () => {
  test.each([',', ';', '\t'])(
    'separated by %j',
    async (sep) => {
      const adata = everyKind();
      await writeH5ad(join(folder, 'a.h5ad'), adata, { convertStringsToCategoricals: false });
      await adata.writeCsvs(join(folder, 'ours.csv'), { skipData: false, sep });
      const { stdout } = await runPython('test/io/python/write_csvs.py', [
        join(folder, 'a.h5ad'),
        join(folder, 'theirs'),
        sep,
      ]);
      expect(filesIn(join(folder, 'ours'))).toEqual(JSON.parse(stdout));
    },
    60_000,
  );

  test(`random numbers, seed ${seed}`, async () => {
    const singles = fc.sample(fc.float(), { numRuns: 2000, seed });
    const doubles = fc.sample(fc.double(), { numRuns: 2000, seed });
    const columns = { single: Float32Array.from(singles), double: Float64Array.from(doubles) };
    const adata = new AnnData({ obs: new DataFrame({ columns }), shape: [2000, 0] });
    await writeH5ad(join(folder, 'a.h5ad'), adata);
    await writeCsvs(join(folder, 'ours'), adata);
    const { stdout } = await runPython('test/io/python/write_csvs.py', [
      join(folder, 'a.h5ad'),
      join(folder, 'theirs'),
      ',',
    ]).catch(() => ({ stdout: '' }));
    // Python cannot leave out an X that is not there; the frame is written before it fails.
    const theirs = stdout === '' ? filesIn(join(folder, 'theirs')) : (JSON.parse(stdout) as Record<string, string>);
    const lines = filesIn(join(folder, 'ours'))['obs.csv']!.split('\n');
    expect(lines.filter((line, i) => line !== theirs['obs.csv']!.split('\n')[i])).toEqual([]);
    expect(lines.length).toBe(2002);
  }, 60_000);
});

describe('writeCsvs', () => {
  test('leaves X out unless it is asked for; sparse X becomes dense a few rows at a time', async () => {
    const dense = new DenseArray(
      Float32Array.from({ length: 300 }, (_, i) => i % 3),
      [100, 3],
    );
    const expected = `${Array.from({ length: 100 }, () => '0.0,1.0,2.0').join('\n')}\n`;
    for (const X of [dense, CsrMatrix.fromDense(dense), CscMatrix.fromDense(dense)]) {
      const adata = new AnnData({ X });
      await adata.writeCsvs(join(folder, 'bare'));
      expect(Object.keys(filesIn(join(folder, 'bare')))).toEqual(['obs.csv', 'obsm.csv', 'var.csv', 'varm.csv']);
      await adata.writeCsvs(join(folder, 'full'), { skipData: false });
      expect(filesIn(join(folder, 'full'))['X.csv']).toBe(expected);
    }
  });

  test('what is no table is left out with a warning, and no key leads elsewhere', async () => {
    const adata = new AnnData({
      shape: [1, 1],
      uns: {
        nested: { a: 1 },
        sparse: CsrMatrix.fromDense(grid(2, 2)),
        deep: DenseArray.zeros('float32', [1, 1, 1]),
        '../evil': 'x',
        mixed: [1, 'a'],
        fine: 'x',
      },
    });
    const messages = await warned(() => adata.writeCsvs(join(folder, 'out')));
    expect(messages).toEqual([
      'uns/nested is left out: it is no table',
      'uns/sparse is left out: it is no table',
      'uns/deep is left out: it is no table',
      'uns/../evil is left out: its key names no file',
      'uns/mixed is left out: it is no table',
    ]);
    expect(Object.keys(filesIn(folder)).filter((name) => name.includes('uns'))).toEqual(['out/uns/fine.csv']);
  });

  test('D11 sparse entries of obsm have columns too', async () => {
    const adata = new AnnData({ shape: [2, 1], obsm: { s: CsrMatrix.fromDense(grid(2, 2)) } });
    await adata.writeCsvs(join(folder, 'out'));
    expect(filesIn(join(folder, 'out'))['obsm.csv']).toBe('s1,s2\n0.0,0.3333333333333333\n0.6666666666666666,1.0\n');
  });

  test('what is changed meanwhile is not in the files', async () => {
    const adata = new AnnData({ obs: { a: [1, 2] }, shape: [2, 0] });
    const writing = adata.writeCsvs(join(folder, 'out'));
    adata.obs.set('b', ['x', 'y']).setValues('a', [0], 7);
    await writing;
    expect(filesIn(join(folder, 'out'))['obs.csv']).toBe(',a\n0,1\n1,2\n');
  });

  test('a bad separator, a file in the way, a signal', async () => {
    const adata = new AnnData({ shape: [1, 1] });
    for (const sep of ['', '::', '"', '\n']) {
      await expect(adata.writeCsvs(folder, { sep })).rejects.toMatchObject({ code: 'ERR_ARGUMENT' });
    }
    await writeH5ad(join(folder, 'a.h5ad'), adata);
    await expect(adata.writeCsvs(join(folder, 'a.h5ad'))).rejects.toMatchObject({ code: 'ERR_IO' });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(adata.writeCsvs(join(folder, 'out'), { signal })).rejects.toThrow('enough');
    expect(filesIn(join(folder, 'out'))).toEqual({});
  });
});

test('a signal in the middle ends it with its reason, and leaves no half a file', async () => {
  const source = join(folder, 'aborted.h5ad');
  await new AnnData({ X: new DenseArray(new Float32Array(10 ** 6), [2000, 500]) }).writeH5ad(source);
  const backed = await readH5ad(source, { backed: 'r' });
  const controller = new AbortController();
  const out = join(folder, 'aborted');
  const signal = controller.signal;
  const writing = backed
    .writeCsvs(out, { skipData: false, maxMemory: 2 ** 20, signal })
    .catch((error: unknown) => error);
  const isAtX = (): boolean =>
    existsSync(join(out, 'varm.csv')) && readdirSync(out).some((name) => name.startsWith(temporaryPrefix));
  while (!isAtX()) await new Promise((resolve) => setImmediate(resolve));
  controller.abort(new Error('enough'));
  expect(((await writing) as Error).message).toBe('enough');
  expect(readdirSync(out).sort()).toEqual(['obs.csv', 'obsm.csv', 'uns', 'var.csv', 'varm.csv']);
  await backed.close();
});

test.each(['csr', 'csc', 'dense'] as const)('X of a backed object, %s, a few rows at a time', async (X) => {
  const source = join(folder, 'cells.h5ad');
  await example(new Random(seed), X, [300, 80]).writeH5ad(source, { compression: 'gzip', chunkBytes: 2 ** 13 });
  const backed = await readH5ad(source, { backed: 'r' });
  const memory = await backed.toMemory();
  const parts = [backed, backed.subset(slice(200, 3, -2), [7, 3, 3])];
  for (const [i, part] of [memory, memory.subset(slice(200, 3, -2), [7, 3, 3])].entries()) {
    const [ours, theirs] = ['ours', 'theirs'].map((name) => join(folder, `${name}-${i}`)) as [string, string];
    const read = jest.spyOn(parts[i]!.X!, 'read');
    await warned(async () => {
      await writeCsvs(ours, parts[i]!, { skipData: false, maxMemory: 2 ** 20 });
      await writeCsvs(theirs, part, { skipData: false });
    });
    expect(read).not.toHaveBeenCalled();
    expect(filesIn(ours)).toEqual(filesIn(theirs));
    expect(Object.keys(filesIn(ours))).toContain('X.csv');
  }
  await backed.close();
});
