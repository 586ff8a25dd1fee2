// SPDX-License-Identifier: BSD-3-Clause

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { AnnData, CsrMatrix, type DataFrame, DenseArray, readH5ad, slice } from '../../lib';
import type { NumericDType } from '../../lib/arrays/dtype';
import { tuning } from '../../lib/arrays/sparse/source';
import { Random } from '../interop/random';
import { temporaryFolder } from '../support/bad-files';
import { describeWithPython } from '../support/python';
import { PythonServer } from '../support/python-server';
import { caseCount, seed } from '../support/random-suite';
import { bitsOf, differences, type PythonColumn, randomDense, withStoredZeros } from './support';

const kinds: readonly NumericDType[] = [
  ...(['float32', 'float64', 'bool'] as const),
  ...(['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64'] as const),
];
const axes = ['var', 'obs'] as const;
const usual = { ...tuning };
/** The least there is: matrices of a few hundred kilobytes have several blocks. */
const maxMemory = 2 ** 20;

type Answer = Record<(typeof axes)[number], Record<string, PythonColumn>>;

/** One matrix in all forms. */
function forms(random: Random, dense: DenseArray): AnnData {
  const rows = withStoredZeros(random, dense);
  const adata = new AnnData({ X: rows, layers: { columns: rows.toCsc(), dense } });
  adata.raw = new AnnData({ X: rows.toCsc() });
  return adata;
}

const matrices = [
  { key: 'X', options: {} },
  { key: 'layers/columns', options: { layer: 'columns' } },
  { key: 'layers/dense', options: { layer: 'dense' } },
  { key: 'raw/X', options: { useRaw: true } },
];

describeWithPython(`statistics beside NumPy (ANNDATA_SEED=${seed})`, () => {
  const folder = temporaryFolder('stats');
  const file = join(folder, 'cells.h5ad');
  let python: PythonServer;

  beforeAll(() => {
    python = new PythonServer(join(__dirname, 'python', 'reference.py'));
  });
  afterAll(async () => {
    await python.close();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(() => {
    Object.assign(tuning, usual);
  });

  const check = (frame: DataFrame, expected: Record<string, PythonColumn>, what: string): void => {
    const scale = Math.max(1, ...expected.variance!.data.map(Number).filter(Number.isFinite));
    expect(frame.columns).toEqual(Object.keys(expected));
    for (const [name, { data, dtype }] of Object.entries(expected)) {
      const found = frame.column(name).dtype;
      expect({ what, name, dtype: found }).toEqual({ what, name, dtype: name === 'nonzero' ? 'int32' : dtype });
      const wrong = differences(frame.get(name) as Iterable<unknown>, data, scale);
      expect({ what, name, wrong }).toEqual({ what, name, wrong: [] });
    }
  };

  test.each(Array.from({ length: caseCount(11) }, (_, i) => i))('case %i', async (i) => {
    const random = new Random(seed * 1000 + i);
    const dtype = kinds[i % kinds.length] as NumericDType;
    const tall = random.chance(0.5);
    const shape: [number, number] = tall
      ? [2000 + random.below(3000), random.below(9)]
      : [random.below(9), 2000 + random.below(3000)];
    const special = random.chance(0.3);
    const dense = randomDense(random, shape, dtype, special);
    const adata = forms(random, dense);
    await adata.writeH5ad(file, random.chance(0.5) ? { compression: 'gzip', chunkBytes: 2 ** 12 } : {});
    const backed = await readH5ad(file, { backed: 'r' });
    // Threads share the work, in small pieces.
    if (random.chance(0.7)) Object.assign(tuning, { manyEntries: 0, patience: 0 });
    const ddof = random.pick([0, 1] as const);
    const pick = (n: number) => random.list(n, () => random.below(n));
    const cuts = [null, { rows: pick(shape[0]), columns: pick(shape[1]) }];
    for (const cut of cuts) {
      const { rows = null, columns = null } = cut ?? {};
      const [inMemory, inFile] =
        cut === null ? [adata, backed] : [adata.subset(rows, columns), backed.subset(rows, columns)];
      for (const useRaw of [false, true]) {
        const question = { file, key: useRaw ? 'raw/X' : 'X', rows, columns: useRaw ? null : columns, ddof };
        const answer = await python.ask<Answer>(question);
        for (const axis of axes) {
          const of = Object.keys(answer[axis]) as ('sum' | 'min')[];
          const first = await inMemory.stats(axis, { of, ddof, useRaw });
          check(first, answer[axis], `${JSON.stringify(question)} ${axis}`);
          if (useRaw && cut === null) continue;
          const bits = bitsOf(first);
          for (const { key, options } of matrices) {
            if (key.startsWith('raw') !== useRaw) continue;
            for (const source of [inMemory, inFile]) {
              const found = await (source as AnnData).stats(axis, { of, ddof, ...options, maxMemory });
              expect({ key, axis, cut, bits: bitsOf(found) }).toEqual({ key, axis, cut, bits });
            }
          }
        }
      }
    }
    await backed.close();
  });

  test('a large mean leaves variances right', async () => {
    const random = new Random(seed);
    const [nObs, nVars] = [6000, 4];
    const normal = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
    const data = Float64Array.from({ length: nObs * nVars }, (_, i) => 10 ** (6 + 2 * (i % nVars)) + normal());
    const adata = forms(random, new DenseArray(data, [nObs, nVars]));
    await adata.writeH5ad(file);
    const answer = await python.ask<Answer>({ file, key: 'X', rows: null, columns: null, ddof: 1 });
    const theirs = answer.var.variance!.data.map(Number);
    // Differences from what is near are exact, and so small that nothing is lost.
    const exact = theirs.map((_, gene) => {
      const near = Array.from({ length: nObs }, (_, row) => data[row * nVars + gene]! - 10 ** (6 + 2 * gene));
      const mean = near.reduce((sum, x) => sum + x, 0) / nObs;
      return near.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (nObs - 1);
    });
    for (const { options } of matrices) {
      const found = (await adata.stats('var', { of: ['variance'], ...options })).get('variance');
      exact.forEach((expected, gene) => {
        expect(Math.abs((found.get(gene) as number) - expected)).toBeLessThan(1e-11);
        // NumPy adds 6000 such numbers one after the other, each time with a rounding to so many units.
        const mean = (2 ** -53 * nObs * 10 ** (6 + 2 * gene)) / 10;
        expect(Math.abs((found.get(gene) as number) - theirs[gene]!)).toBeLessThan(1e-11 + mean ** 2);
      });
    }
  });

  test('entries at one place add up, in whichever order they are stored', async () => {
    const indptr = Int32Array.of(0, 3, 5, 5);
    const indices = Int32Array.of(2, 0, 2, 1, 1);
    for (const dtype of ['float32', 'int32'] as const) {
      const Data = dtype === 'float32' ? Float32Array : Int32Array;
      const X = new CsrMatrix({ shape: [3, 3], data: Data.of(1, 2, 3, 4, -4), indices, indptr });
      const adata = new AnnData({ X, layers: { columns: X.transpose() } });
      await adata.writeH5ad(file);
      const backed = await readH5ad(file, { backed: 'r' });
      const sources: AnnData[] = [adata, adata.subset(slice(0, 3)), backed as never];
      for (const key of ['X', 'layers/columns']) {
        const answer = await python.ask<Answer>({ file, key, rows: null, columns: null, ddof: 1 });
        for (const source of sources) {
          const layer = key === 'X' ? null : 'columns';
          for (const axis of axes) check(await source.stats(axis, { layer }), answer[axis], `${key} ${axis}`);
        }
      }
      await backed.close();
    }
  });
});

describe('statistics', () => {
  const X = CsrMatrix.fromDense(
    DenseArray.from(
      [
        [0, 5, 1],
        [7, 0, 2],
      ],
      'float32',
    ),
  );
  const adata = new AnnData({
    X,
    layers: {
      ints: DenseArray.from(
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        'int64',
      ),
    },
  });

  test('integers are exact, and wrap around as NumPy’s do; the mean does not', async () => {
    const most = 2n ** 63n - 1n;
    const layer = new DenseArray(BigInt64Array.of(most, 3n, most, 4n), [2, 2]);
    const frame = await new AnnData({ X: layer }).stats('var', { of: ['sum', 'mean', 'max'] });
    expect([...frame.get('sum')]).toEqual([-2n, 7n]);
    expect([...frame.get('mean')]).toEqual([2 ** 63, 3.5]);
    expect([...frame.get('max')]).toEqual([most, 4n]);
  });

  test('values set in blocks count', async () => {
    const folder = temporaryFolder('stats-edited');
    const file = join(folder, 'cells.h5ad');
    await adata.writeH5ad(file);
    const backed = await readH5ad(file, { backed: 'r+' });
    backed.X?.setValues([0], [0], 9);
    expect([...(await backed.stats('var', { of: ['sum'] })).get('sum')]).toEqual([16, 5, 3]);
    await backed.load(['X']);
    expect([...(await backed.stats('var', { of: ['sum'] })).get('sum')]).toEqual([16, 5, 3]);
    await backed.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('refusals say what was expected', async () => {
    const refused = (options: object, axis = 'var') => adata.stats(axis as 'var', options as never);
    await expect(refused({}, 'x')).rejects.toMatchObject({ code: 'ERR_ARGUMENT' });
    await expect(refused({ of: ['median'] })).rejects.toThrow('"sum", "mean", "variance"');
    await expect(refused({ ddof: 2 })).rejects.toMatchObject({ code: 'ERR_ARGUMENT' });
    await expect(refused({ layer: 'none' })).rejects.toMatchObject({ code: 'ERR_NAME' });
    await expect(refused({ useRaw: true })).rejects.toMatchObject({ code: 'ERR_NAME' });
    await expect(refused({ useRaw: true, layer: 'ints' })).rejects.toMatchObject({ code: 'ERR_ARGUMENT' });
    await expect(refused({ maxMemory: 100 })).rejects.toMatchObject({ code: 'ERR_LIMIT', key: 'X' });
    const complex = new AnnData({ X: DenseArray.zeros('complex64', [2, 2]) });
    await expect(complex.stats('var')).rejects.toThrow('complex64');
    await expect(new AnnData({ X: DenseArray.zeros('float32', [0, 2]) }).stats('var')).rejects.toThrow('least');
    const broken = new CsrMatrix({
      shape: [1, 2],
      data: Float32Array.of(1),
      indices: Int32Array.of(7),
      indptr: [0, 1] as never,
    });
    await expect(new AnnData({ X: broken }).stats('var')).rejects.toMatchObject({ code: 'ERR_SHAPE' });
  });

  test('a signal ends it; progress rises to its end', async () => {
    await expect(adata.stats('var', { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    const told: number[] = [];
    let total = 0;
    const big = new AnnData({ X: randomDense(new Random(1), [300, 3000], 'float32') }).subset(slice(null, null, -1));
    const stop = new AbortController();
    await big.stats('var', {
      onProgress: (progress) => {
        told.push(progress.done);
        ({ total } = progress);
      },
    });
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.length).toBeGreaterThan(2);
    expect(told.at(-1)).toBe(total);
    const stopped = big.stats('var', { signal: stop.signal, onProgress: () => stop.abort(new Error('half way')) });
    await expect(stopped).rejects.toThrow('half way');
  });
});
