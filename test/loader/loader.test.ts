// SPDX-License-Identifier: BSD-3-Clause
//
// Batches of real objects: in memory, in files, several of them, beside Python's rows.

import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  type AnnBatch,
  AnnData,
  AnnLoader,
  type AnnLoaderOptions,
  CsrMatrix,
  categorical,
  DenseArray,
  isSparse,
  readH5ad,
} from '../../lib';
import { MatrixRows } from '../../lib/loader/matrix-rows';
import { chunkShape } from '../../lib/storage/chunk-shape';
import { example, type Kind } from '../backed/matrices';
import { Random } from '../interop/random';
import { temporaryFolder } from '../support/bad-files';
import { describeWithPython, runPython } from '../support/python';
import { caseCount, seed } from '../support/random-suite';

const [nObs, nVars] = [300, 40];
const folder = temporaryFolder('loader');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files = new Map<string, Promise<string>>();

/** An object of each kind, in a file with small chunks. */
function fileOf(kind: Kind): Promise<string> {
  const path = join(folder, `${kind}.h5ad`);
  const made =
    files.get(kind) ??
    memoryOf(kind)
      .writeH5ad(path, { compression: 'gzip', chunkBytes: 2 ** 11 })
      .then(() => path);
  files.set(kind, made);
  return made;
}

const memoryOf = (kind: Kind): AnnData => example(new Random(seed), kind, [nObs, nVars], 'cell', 'float32');

async function all<T>(batches: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const batch of batches) list.push(batch);
  return list;
}

const dense = (matrix: CsrMatrix | DenseArray | null | undefined): unknown =>
  (isSparse(matrix) ? matrix.toDense() : (matrix as DenseArray)).toNested();

/** What a batch holds, as plain values. */
function plain({ X, layers, obs, obsm, rows }: AnnBatch): unknown {
  const values = (matrices: Readonly<Record<string, CsrMatrix | DenseArray>>): unknown =>
    Object.entries(matrices).map(([name, matrix]) => [name, dense(matrix)]);
  const columns = Object.entries(obs).map(([name, column]) => [name, [...column]]);
  return { X: X === null ? null : dense(X), layers: values(layers), obsm: values(obsm), columns, rows: [...rows] };
}

const everything: AnnLoaderOptions = {
  // They are collected.
  copy: true,
  layers: ['rows', 'columns', 'counts'],
  obsm: ['X_pca'],
  obs: ['kind', 'depth'],
  seed,
};

describeWithPython(`rows beside Python's (ANNDATA_SEED=${seed})`, () => {
  const digest = (matrix: CsrMatrix | DenseArray): string => {
    const { data } = isSparse(matrix) ? matrix.toDense() : matrix;
    const values = Float32Array.from(data as Float32Array, Number);
    return createHash('sha1').update(new Uint8Array(values.buffer)).digest('hex');
  };

  test.each<[Kind, AnnLoaderOptions]>([
    ['csr', { shuffle: 'block', batchSize: 32 }],
    ['csr', { shuffle: 'random', batchSize: 7, dense: true }],
    ['csr', { shuffle: false, batchSize: 50, dense: true }],
    ['csc', { shuffle: 'block', batchSize: 64, windowSize: 100 }],
    ['dense', { shuffle: 'block', batchSize: 33, blockSize: 10, windowSize: 70 }],
    ['dense', { shuffle: 'random', batchSize: 100 }],
  ])('%s, %j', async (kind, options) => {
    const path = await fileOf(kind);
    const adata = await readH5ad(path, { backed: 'r' });
    const batches = await all(new AnnLoader(adata, { ...everything, ...options }));
    await adata.close();
    const input = JSON.stringify(batches.map(({ rows }) => [...rows]));
    const { stdout } = await runPython('test/loader/python/rows.py', [path], { input });
    const theirs = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    const ours = batches.map(({ X, layers, obsm, obs }) => ({
      X: digest(X as CsrMatrix),
      layers: Object.fromEntries(Object.entries(layers).map(([name, matrix]) => [name, digest(matrix)])),
      pca: digest(obsm.X_pca as DenseArray),
      kind: [...(obs.kind as Int32Array)],
      depth: [...(obs.depth as Float64Array)],
    }));
    expect(ours).toEqual(theirs);
    expect(batches.flatMap(({ rows }) => [...rows]).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: nObs }, (_, i) => i),
    );
  });
});

describe(`objects of all kinds (ANNDATA_SEED=${seed})`, () => {
  test.each<Kind>(['csr', 'csc', 'dense'])(
    '%s: in memory, in a file, as a view and in two parts the same',
    async (kind) => {
      const memory = memoryOf(kind);
      const backed = await readH5ad(await fileOf(kind), { backed: 'r' });
      const whole = Array.from({ length: nObs }, (_, i) => i);
      const parts = [backed.subset(whole.slice(0, 110)), memory.subset(whole.slice(110))];
      const named = { a: memory.subset(whole.slice(0, 10)), b: backed.subset(whole.slice(10)) };
      const mapped = new Map(Object.entries(named));
      for (const shuffle of [false, 'random'] as const) {
        for (const dense of [false, true]) {
          const options = { ...everything, batchSize: 40, windowSize: 80, shuffle, dense };
          const expected = (await all(new AnnLoader(memory, options))).map(plain);
          for (const objects of [backed, backed.subset(whole), parts, named, mapped]) {
            expect((await all(new AnnLoader(objects, options))).map(plain)).toEqual(expected);
          }
        }
      }
      await backed.close();
    },
  );

  test('a part of the variables, rows in another order', async () => {
    const rows = Array.from({ length: 100 }, (_, i) => (i * 37) % nObs);
    for (const kind of ['csr', 'dense'] as const) {
      const backed = await readH5ad(await fileOf(kind), { backed: 'r' });
      const options = { batchSize: 16, shuffle: 'block', seed, blockSize: 4, copy: true } as const;
      const batches = await all(new AnnLoader(backed.subset(rows, [5, 3, 39]), options));
      const part = memoryOf(kind).subset(rows, [5, 3, 39]);
      for (const { X, rows: taken } of batches)
        expect(dense(X)).toEqual(dense(part.subset([...taken]).X as DenseArray));
      expect(batches.flatMap(({ rows: taken }) => [...taken]).toSorted((a, b) => a - b)).toEqual([...rows.keys()]);
      await backed.close();
    }
  });

  test('blocks follow the chunks of the file', async () => {
    const { indptr } = memoryOf('csr').X as CsrMatrix;
    const [chunk] = chunkShape([indptr[nObs]!], 4, 2 ** 11) as [number];
    // Empty rows, and two that are as near, leave a choice.
    const distance = (row: number, i: number): number => Math.abs(indptr[row]! - (i + 1) * chunk);
    const least = (i: number): number => Math.min(...Array.from(indptr, (_, row) => distance(row, i)));
    const backed = await readH5ad(await fileOf('csr'), { backed: 'r' });
    const edges = async (adata: AnnData<'backed'>): Promise<unknown> =>
      (await new MatrixRows('X', [adata.X]).chunkEdges(undefined))[0];
    const found = Array.from((await edges(backed)) as Float64Array);
    expect(found.length).toBe(Math.floor(indptr[nObs]! / chunk));
    expect(found.map(distance)).toEqual(found.map((_, i) => least(i)));
    // Of a part: where rows of another chunk begin.
    const [first, second] = found as [number, number];
    const part = backed.subset([first - 1, first, first + 1, second, 0, 1]);
    expect(Array.from((await edges(part)) as Float64Array)).toEqual([1, 3, 4]);
    const options = { batchSize: 50, windowSize: 50, shuffle: 'block', seed, blockSize: 1 } as const;
    const rows = (await all(new AnnLoader(backed, options))).map((batch) => [...batch.rows]);
    const blocks = rows.map((batch) => new Set(batch.map((row) => found.filter((edge) => edge <= row).length)).size);
    // Fifty rows lie in at most as many chunks as fifty neighbouring rows do, and one that is cut.
    const most = Math.max(...rows.map((_, i) => Math.ceil(((indptr[50 * (i + 1)] ?? 0) - indptr[50 * i]!) / chunk)));
    for (const count of blocks) expect(count).toBeLessThanOrEqual(most + 3);
    await backed.close();
  });

  test('what is set in blocks is loaded, too', async () => {
    const backed = await readH5ad(await fileOf('csr'), { backed: 'r' });
    backed.X?.setValues([7], null, 3);
    const [batch] = await all(new AnnLoader(backed, { batchSize: nObs, shuffle: 'block', seed }));
    const at = [...batch!.rows].indexOf(7);
    expect((dense(batch!.X) as number[][])[at]).toEqual(Array.from({ length: nVars }, () => 3));
    await backed.close();
  });

  test('no rows, no variables, one row', async () => {
    const empty = new AnnData({ X: new DenseArray(new Float32Array(0), [0, 3]) });
    expect(await all(new AnnLoader(empty, { batchSize: 4, shuffle: 'block' }))).toEqual([]);
    const thin = new AnnData({ X: CsrMatrix.fromDense(new DenseArray(new Float32Array(0), [5, 0])) });
    expect((await all(new AnnLoader(thin, { batchSize: 4, dense: true }))).map(({ X }) => X?.shape)).toEqual([
      [4, 0],
      [1, 0],
    ]);
    const single = new AnnData({ X: DenseArray.from([[1, 2]]) });
    const [batch] = await all(new AnnLoader(single, { batchSize: 10, dropLast: true, shuffle: 'random' }));
    expect(dense(batch!.X)).toEqual([[1, 2]]);
  });
});

test(`any options: every row once, with its values (ANNDATA_SEED=${seed})`, async () => {
  const kinds: Kind[] = ['csr', 'dense'];
  const memory = kinds.map(memoryOf);
  const backed = await Promise.all(kinds.map(async (kind) => readH5ad(await fileOf(kind), { backed: 'r' })));
  const values = memory.map(({ X }) => dense(X as CsrMatrix) as number[][]);
  const options = fc.record({
    which: fc.nat({ max: 1 }),
    twice: fc.boolean(),
    batchSize: fc.integer({ min: 1, max: 120 }),
    windowSize: fc.option(fc.integer({ min: 1, max: 400 }), { nil: undefined }),
    blockSize: fc.option(fc.integer({ min: 1, max: 90 }), { nil: undefined }),
    maxMemory: fc.constantFrom(2 ** 17, 2 ** 20, undefined),
    prefetch: fc.nat({ max: 3 }),
    shuffle: fc.constantFrom(false, 'block', 'random'),
    dense: fc.boolean(),
    stratifyBy: fc.constantFrom('kind', undefined),
    world: fc.integer({ min: 1, max: 3 }),
    seed: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(options, async ({ which, twice, world, ...rest }) => {
      const objects = twice ? [backed[which]!, memory[which]!] : backed[which]!;
      const seen: number[] = [];
      for (let rank = 0; rank < world; rank++) {
        const loader = new AnnLoader(objects, { ...rest, shard: { rank, world } } as AnnLoaderOptions);
        for await (const { X, rows } of loader) {
          expect(dense(X)).toEqual([...rows].map((row) => values[which]![row % nObs]));
          seen.push(...rows);
        }
      }
      const all = twice ? 2 * nObs : nObs;
      expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: all }, (_, i) => i));
    }),
    { seed, numRuns: caseCount(25) },
  );
  for (const adata of backed) await adata.close();
});

describe('columns', () => {
  const of = (kinds: unknown[], more: object = {}): AnnData =>
    new AnnData({
      X: new DenseArray(
        Float32Array.from({ length: kinds.length }, (_, i) => i),
        [kinds.length, 1],
      ),
      obs: { kind: categorical(kinds as string[]), ...more } as never,
    });

  test('labels of several objects have common codes', async () => {
    const loader = new AnnLoader([of(['b', 'a', null]), of(['c', 'b'])], { batchSize: 5, obs: ['kind'] });
    const [batch] = await all(loader);
    expect([...(batch!.obs.kind as Int32Array)]).toEqual([1, 0, -1, 2, 1]);
    expect(await loader.classes('kind')).toEqual(['a', 'b', 'c']);
  });

  test('given classes settle the codes; what is none of them is missing', async () => {
    const loader = new AnnLoader(of(['b', 'a', 'x']), { batchSize: 3, obs: ['kind'], encoders: { kind: ['b', 'a'] } });
    expect([...((await all(loader))[0]!.obs.kind as Int32Array)]).toEqual([0, 1, -1]);
    expect(await loader.classes('kind')).toEqual(['b', 'a']);
  });

  test('text is sorted, numbers stay, booleans are 0 and 1, missing numbers NaN', async () => {
    const more = {
      text: ['y', 'x', 'y'],
      big: BigInt64Array.of(5n, 6n, 7n),
      flag: [true, false, true],
      some: [1, null, 3],
    };
    const loader = new AnnLoader(of(['a', 'a', 'a'], more), { batchSize: 3, obs: ['text', 'big', 'flag', 'some'] });
    const [{ obs } = {} as AnnBatch] = await all(loader);
    expect(Object.values(obs).map((values) => [...values])).toEqual([
      [1, 0, 1],
      [5n, 6n, 7n],
      [1, 0, 1],
      [1, Number.NaN, 3],
    ]);
    expect([await loader.classes('text'), await loader.classes('big')]).toEqual([['x', 'y'], null]);
  });

  test('stratified and weighted by a column', async () => {
    const kinds = Array.from({ length: 200 }, (_, i) => (i < 150 ? 'a' : i < 190 ? 'b' : 'c'));
    const adata = of(kinds, { weight: Float64Array.from(kinds, (kind) => (kind === 'c' ? 1 : 0)) });
    const codesOf = (batch: AnnBatch): string =>
      [0, 1, 2].map((k) => (batch.obs.kind as Int32Array).filter((c) => c === k).length).join();
    const load = async (options: AnnLoaderOptions): Promise<AnnBatch[]> =>
      all(new AnnLoader(adata, { batchSize: 20, seed, obs: ['kind'], shuffle: 'random', ...options }));
    for (const batch of await load({ stratifyBy: 'kind' })) expect(codesOf(batch)).toMatch(/^1[3-7],[2-6],[0-3]$/);
    for (const batch of await load({ stratifyBy: 'kind', balance: 'equal', batchSize: 30 })) {
      if (batch.rows.length === 30) expect(codesOf(batch)).toBe('10,10,10');
    }
    for (const batch of await load({ weightsBy: 'weight' })) expect(codesOf(batch)).toBe('0,0,20');
    const drawn = await load({ weightsBy: 'kind', batchSize: 200 });
    for (const k of [0, 1, 2]) {
      const count = (drawn[0]!.obs.kind as Int32Array).filter((code) => code === k).length;
      expect(Math.abs(count - 200 / 3)).toBeLessThan(40);
    }
  });
});

test('batches can be converted, and are valid until the next one unless copies are wanted', async () => {
  const adata = await readH5ad(await fileOf('csr'), { backed: 'r' });
  const options = { batchSize: 100, windowSize: 100, obs: ['depth'] };
  for (const dense of [false, true]) {
    const sum = ({ X }: AnnBatch): number => Number(X!.sum());
    const loader = new AnnLoader(adata, {
      ...options,
      dense,
      convert: (batch) => [sum(batch), batch.obs.depth!.length],
    });
    const expected = await all(loader);
    expect(await all(loader)).toEqual(expected);
    expect(expected.map(([, length]) => length)).toEqual([100, 100, 100]);
    expect((await all(new AnnLoader(adata, { ...options, dense, copy: true }))).map(sum)).toEqual(
      expected.map(([each]) => each),
    );
    // Memory that was taken away is empty: nobody reads the numbers of another batch by mistake.
    const late = await all(new AnnLoader(adata, { ...options, dense }));
    expect(late.map(({ X }) => X!.data.length > 0)).toEqual([false, !dense, true]);
    expect(sum(late[2]!)).toEqual(expected[2]![0]);
    expect(late.map(({ obs }) => obs.depth!.length)).toEqual([100, 100, 100]);
    if (!dense) expect(() => (late[0]!.X as CsrMatrix).toDense()).toThrow('stored entries');
  }
  await adata.close();
});
