// SPDX-License-Identifier: BSD-3-Clause
//
// Epochs, resuming, leaving a loop, errors, memory.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AnnBatch,
  AnnData,
  AnnLoader,
  type AnnLoaderOptions,
  type CsrMatrix,
  DataFrame,
  DenseArray,
  isAnnDataError,
  type LoaderState,
  type Progress,
  readH5ad,
} from '../../lib';
import { piecesOf } from '../../lib/loader/epoch';
import { readAhead } from '../../lib/loader/prefetch';
import { inOrder } from '../../lib/loader/samplers/row-order';
import { Hdf5Reader } from '../../lib/storage/hdf5-reader';
import { example } from '../backed/matrices';
import { Random } from '../interop/random';
import { temporaryFolder } from '../support/bad-files';
import { seed } from '../support/random-suite';

const [nObs, nVars] = [200, 30];
const folder = temporaryFolder('iteration');
const path = join(folder, 'cells.h5ad');
const memory = example(new Random(seed), 'csr', [nObs, nVars], 'cell', 'float32');

beforeAll(() => memory.writeH5ad(path, { compression: 'gzip', chunkBytes: 2 ** 11 }));
afterEach(() => jest.restoreAllMocks());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function rowsOf(loader: AsyncIterable<AnnBatch>): Promise<number[][]> {
  const rows: number[][] = [];
  for await (const batch of loader) rows.push([...batch.rows]);
  return rows;
}

const through = (state: LoaderState): LoaderState => JSON.parse(JSON.stringify(state)) as LoaderState;

describe('epochs', () => {
  test('each iteration is another, and the same again for the same seed', async () => {
    const make = (epoch = 0): AnnLoader => new AnnLoader(memory, { batchSize: 16, shuffle: 'random', seed, epoch });
    const loader = make();
    const epochs = [await rowsOf(loader), await rowsOf(loader), await rowsOf(loader)];
    expect(loader.epoch).toBe(3);
    expect(new Set(epochs.map(String)).size).toBe(3);
    expect(await rowsOf(make(2))).toEqual(epochs[2]);
    loader.epoch = 1;
    expect(await rowsOf(loader)).toEqual(epochs[1]);
  });

  test.each<AnnLoaderOptions>([
    { shuffle: 'block', blockSize: 8, windowSize: 64 },
    { shuffle: 'random', dropLast: true },
    { shuffle: 'block', stratifyBy: 'kind', windowSize: 64, shard: { rank: 1, world: 2 } },
    { weightsBy: 'kind' },
    { shuffle: false },
  ])('resumed after any batch: %j', async (more) => {
    const options = { batchSize: 16, seed, prefetch: 2, ...more };
    const loader = new AnnLoader(memory, options);
    const states = [through(loader.state())];
    const batches: number[][] = [];
    for (let epoch = 0; epoch < 2; epoch++) {
      for await (const { rows } of loader) {
        batches.push([...rows]);
        states.push(through(loader.state()));
      }
    }
    expect(batches.length).toBe(2 * loader.length);
    const { seed: _, ...without } = options;
    for (const [done, state] of states.entries()) {
      const rest = new AnnLoader(memory, { ...without, resume: state });
      const found: number[][] = [];
      while (rest.epoch < 2) found.push(...(await rowsOf(rest)));
      expect(found).toEqual(batches.slice(done));
    }
  });

  test('a state of other objects or options is refused, with what differs', () => {
    const state = new AnnLoader(memory, { batchSize: 16, seed }).state();
    const resume =
      (options: AnnLoaderOptions, changed: object = {}) =>
      (): unknown =>
        new AnnLoader(memory, { batchSize: 16, resume: { ...state, ...changed } as LoaderState, ...options });
    expect(resume({})).not.toThrow();
    expect(resume({ batchSize: 8 })).toThrow('batchSize 16, this one has 8');
    expect(resume({ shuffle: 'block' })).toThrow('shuffle false, this one has "block"');
    expect(resume({ shard: { rank: 0, world: 2 } })).toThrow('shard');
    expect(resume({}, { nObs: 3 })).toThrow('nObs 3');
    expect(resume({}, { batch: 99 })).toThrow('resume.batch is 99');
    expect(resume({}, { seed: 'x' })).toThrow('seed is a whole number');
    expect(() => new AnnLoader(memory, { resume: null as never })).toThrow('resume takes what state() gave');
  });
});

describe('leaving', () => {
  test('a loop that is left ends what is being read, and the file can be closed', async () => {
    const adata = await readH5ad(path, { backed: 'r' });
    const reads = jest.spyOn(Hdf5Reader.prototype, 'readRuns');
    const loader = new AnnLoader(adata, { batchSize: 10, windowSize: 10, shuffle: 'block', seed, prefetch: 3 });
    let seen = 0;
    for await (const batch of loader) {
      seen += batch.rows.length;
      if (seen === 30) break;
    }
    const results = await Promise.allSettled(reads.mock.results.map(({ value }) => value as Promise<unknown>));
    expect(results.length).toBeLessThan(10);
    const before = reads.mock.calls.length;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(reads.mock.calls.length).toBe(before);
    await adata.close();
    expect(loader.state()).toMatchObject({ epoch: 0, batch: 3 });
  });

  test('an abort ends the iteration with its reason, before and between batches', async () => {
    const adata = await readH5ad(path, { backed: 'r' });
    const reason = new Error('enough');
    for (const after of [0, 1, 5]) {
      const controller = new AbortController();
      if (after === 0) controller.abort(reason);
      const loader = new AnnLoader(adata, {
        batchSize: 10,
        windowSize: 20,
        signal: controller.signal,
        shuffle: 'random',
        seed,
      });
      let seen = 0;
      const iterate = async (): Promise<void> => {
        for await (const _ of loader) if (++seen === after) controller.abort(reason);
      };
      await expect(iterate()).rejects.toBe(reason);
      // A window that was there is not taken away from the one who has begun it.
      expect(seen).toBeLessThanOrEqual(after + 2);
    }
    await adata.close();
  });

  test('a file that is closed meanwhile, and what convert throws, end the iteration', async () => {
    const adata = await readH5ad(path, { backed: 'r' });
    const loader = new AnnLoader(adata, { batchSize: 10, windowSize: 10 });
    const iterate = async (): Promise<void> => {
      for await (const _ of loader) await adata.close();
    };
    const error: unknown = await iterate().catch((each: unknown) => each);
    expect(isAnnDataError(error, 'ERR_CLOSED')).toBe(true);
    const convert = (): never => {
      throw new Error('mine');
    };
    await expect(rowsOf(new AnnLoader(memory, { convert }))).rejects.toThrow('mine');
  });
});

describe('reading ahead', () => {
  test.each([0, 1, 3])('at most %d jobs run before their results are asked for', async (ahead) => {
    let begun = 0;
    const open = new Set<number>();
    const jobs = {
      next: () =>
        begun === 20
          ? null
          : async () => {
              const own = begun++;
              open.add(own);
              await new Promise((resolve) => setTimeout(resolve, own % 3));
              open.delete(own);
              return own;
            },
    };
    const got: number[] = [];
    const stop = jest.fn();
    for await (const result of readAhead(jobs, ahead, stop)) {
      got.push(result);
      expect(begun - got.length).toBeLessThanOrEqual(ahead);
      await new Promise((resolve) => setTimeout(resolve, 2));
      expect(begun - got.length).toBe(Math.min(ahead, 20 - got.length));
      if (got.length === 12) break;
    }
    expect(got).toEqual(Array.from({ length: 12 }, (_, i) => i));
    expect(stop).toHaveBeenCalledTimes(1);
    expect(open.size).toBe(0);
  });

  test('a job that fails is told in its turn', async () => {
    let begun = 0;
    const job = async (own: number): Promise<number> => {
      if (own === 2) throw new Error('third');
      return own;
    };
    const jobs = {
      next: () => {
        const own = begun++;
        return () => job(own);
      },
    };
    const got: number[] = [];
    const iterate = async (): Promise<void> => {
      for await (const result of readAhead(jobs, 4, () => undefined)) got.push(result);
    };
    await expect(iterate()).rejects.toThrow('third');
    expect(got).toEqual([0, 1]);
  });
});

describe('memory', () => {
  test('windows of large rows are read in pieces of whole batches', () => {
    const bytes = (row: number): number => (row < 50 ? 1 : 100);
    const cutting = { batchSize: 10, windowSize: 40, bytes: 500 };
    const pieces = [...piecesOf(inOrder(95), [0, 95], cutting, bytes)].map(({ rows, bytes: of }) => [rows.length, of]);
    expect(pieces).toEqual([
      [40, 40],
      [10, 10],
      [10, 1000],
      [10, 1000],
      [10, 1000],
      [10, 1000],
      [5, 500],
    ]);
    expect([...piecesOf(inOrder(95), [30, 95], cutting, () => 0)].map(({ rows }) => rows.length)).toEqual([10, 40, 15]);
  });

  test('little memory gives the same batches in more reads; too little is refused', async () => {
    const adata = await readH5ad(path, { backed: 'r' });
    const load = (options: AnnLoaderOptions): Promise<number[][]> =>
      rowsOf(new AnnLoader(adata, { batchSize: 10, windowSize: 100, shuffle: 'block', seed, ...options }));
    const expected = await load({});
    const reads = jest.spyOn(Hdf5Reader.prototype, 'readRuns');
    expect(await load({ maxMemory: 2 ** 12 })).toEqual(expected);
    expect(reads.mock.calls.length).toBeGreaterThan(10);
    for (const { value } of reads.mock.results) {
      expect((await (value as ReturnType<Hdf5Reader['readRuns']>)).indices.byteLength).toBeLessThan(2 ** 11);
    }
    await expect(load({ maxMemory: 100 })).rejects.toThrow(
      /a batch of 10 rows takes about \d+ bytes, the limit is 100/,
    );
    await expect(load({ maxMemory: 4000, dense: true, batchSize: 100 })).rejects.toThrow('make batches smaller');
    await adata.close();
  });

  test('progress grows to the whole', async () => {
    const steps: Progress[] = [];
    const adata = await readH5ad(path, { backed: 'r' });
    await rowsOf(new AnnLoader(adata, { batchSize: 10, windowSize: 20, onProgress: (step) => steps.push(step) }));
    await adata.close();
    expect(steps.length).toBeGreaterThan(5);
    expect(steps.map(({ done }) => done)).toEqual(steps.map(({ done }) => done).toSorted((a, b) => a - b));
    expect(steps.at(-1)!.done).toBe(steps.at(-1)!.total);
  });
});

describe('what makes no sense is refused', () => {
  const other = new AnnData({
    X: new DenseArray(new Float32Array(2 * nVars), [2, nVars]),
    var: new DataFrame({ index: Array.from({ length: nVars }, (_, i) => `other ${i}`) }),
  });

  test.each<[unknown, object, string, string]>([
    [[], {}, 'ERR_ARGUMENT', 'an AnnData, or several'],
    [5, {}, 'ERR_ARGUMENT', 'an AnnData, or several'],
    [[memory, 5], {}, 'ERR_ARGUMENT', 'object 1 is no AnnData'],
    [memory, { batchsize: 5 }, 'ERR_ARGUMENT', 'there is no option batchsize'],
    [memory, { batchSize: 0 }, 'ERR_ARGUMENT', 'batchSize is a whole number from 1'],
    [memory, { blockSize: 0 }, 'ERR_ARGUMENT', 'blockSize'],
    [memory, { prefetch: -1 }, 'ERR_ARGUMENT', 'prefetch'],
    [memory, { maxMemory: 0.5 }, 'ERR_ARGUMENT', 'maxMemory'],
    [memory, { stratifyBy: 'kind', weightsBy: 'kind' }, 'ERR_ARGUMENT', 'not both'],
    [memory, { balance: 'equal' }, 'ERR_ARGUMENT', 'stratifyBy'],
    [memory, { layer: 'none' }, 'ERR_NAME', 'no layer "none"'],
    [memory, { layers: ['none'] }, 'ERR_NAME', 'no layer "none"'],
    [memory, { obs: ['none'] }, 'ERR_NAME', 'no column "none"'],
    [memory, { obsm: ['none'] }, 'ERR_NAME', 'no entry "none" in obsm'],
    [memory, { weightsBy: 'none' }, 'ERR_NAME', 'no column "none"'],
    [new AnnData({ shape: [2, 3] }), {}, 'ERR_NAME', 'no X'],
    [[memory, memory.subset(null, [0])], {}, 'ERR_SHAPE', 'object 1 has 1 variables, the first has 30'],
  ])('at once: %#', (objects, options, code, message) => {
    const make = (): unknown => new AnnLoader(objects as AnnData, options as AnnLoaderOptions);
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ code }) as Error);
  });

  test.each<[unknown, object, string, string]>([
    [[memory, other], { layer: null }, 'ERR_NAME', 'object 1 has other variables'],
    [memory, { layer: 'pairs' }, 'ERR_ARGUMENT', 'a matrix of real numbers'],
    [memory, { weightsBy: 'depth' }, 'ERR_ARGUMENT', 'weights'],
  ])('when it is iterated: %#', async (objects, options, code, message) => {
    if ((options as AnnLoaderOptions).weightsBy === 'depth') {
      const depth = memory.obs.copy();
      depth.set(
        'depth',
        Float64Array.from({ length: nObs }, (_, i) => -i),
      );
      const negative = new AnnData({ X: memory.X as CsrMatrix, obs: depth });
      await expect(rowsOf(new AnnLoader(negative, options as AnnLoaderOptions))).rejects.toThrow(message);
      return;
    }
    const error: unknown = await rowsOf(new AnnLoader(objects as AnnData, options as AnnLoaderOptions)).catch(
      (each: unknown) => each,
    );
    expect(error).toMatchObject({ code });
    expect(String(error)).toContain(message);
  });
});
