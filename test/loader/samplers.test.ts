// SPDX-License-Identifier: BSD-3-Clause
//
// Orders of rows, without files.

import fc from 'fast-check';
import { BatchIndexSampler, type SamplerOptions } from '../../lib';
import { runNow } from '../../lib/arrays/sparse/passes';
import { orderOf } from '../../lib/loader/samplers/batch-index-sampler';
import { blocksOf, blocksOfChunks, evenBlocks, stackedBlocks } from '../../lib/loader/samplers/blocks';
import { Random, shuffleSteps } from '../../lib/loader/samplers/random';
import { caseCount, seed } from '../support/random-suite';

const count = caseCount(300);
const flat = (batches: Iterable<ArrayLike<number>>): number[] => [...batches].flatMap((rows) => Array.from(rows));
const sorted = (rows: number[]): number[] => rows.toSorted((a, b) => a - b);
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Σ (observed − expected)² / expected, and how many standard deviations that is above what chance gives. */
function excess(observed: ArrayLike<number>, expected: number): number {
  const statistic = Array.from(observed).reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
  const degrees = observed.length - 1;
  return (statistic - degrees) / Math.sqrt(2 * degrees);
}

describe('random numbers', () => {
  test('are those of xoshiro128**', () => {
    const random = new Random([1, 2, 3, 4]);
    expect(Array.from({ length: 6 }, () => random.bits())).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492,
    ]);
  });

  test('differ for neighbouring seeds and paths, and do not for the same', () => {
    const first = (...path: number[]): number => Random.of(...(path as [number])).bits();
    const all = [first(0), first(1), first(2 ** 40), first(0, 0), first(0, 1), first(1, 0), first(0, 0, 0)];
    expect(new Set(all).size).toBe(all.length);
    expect(first(7, 3, 1)).toBe(first(7, 3, 1));
  });

  test('every order of four is as likely', () => {
    const seen = new Map<string, number>();
    const random = Random.of(seed);
    for (let i = 0; i < 48_000; i++) {
      const four = Int32Array.of(0, 1, 2, 3);
      runNow(shuffleSteps(four, random));
      seen.set(four.join(), (seen.get(four.join()) ?? 0) + 1);
    }
    expect(seen.size).toBe(24);
    expect(Math.abs(excess([...seen.values()], 2000))).toBeLessThan(6);
  });
});

describe('blocks', () => {
  test('of chunks: as near to the size as chunks allow', () => {
    expect([...blocksOfChunks([3, 6, 9, 12], 14, 5)]).toEqual([0, 6, 12, 14]);
    expect([...blocksOfChunks([3, 6, 9, 12], 14, 1)]).toEqual([0, 3, 6, 9, 12, 14]);
    expect([...blocksOfChunks([10], 11, 2)]).toEqual([0, 10, 11]);
    expect([...blocksOfChunks([], 4, 100)]).toEqual([0, 4]);
    expect([...blocksOfChunks([], 0, 5)]).toEqual([0]);
    expect([...blocksOf([3, 6, 9, 12], 14, 2)]).toEqual([0, 6, 12, 14]);
    expect([...blocksOf([3, 6], 7, 8)]).toEqual([0, 7]);
  });

  test('of several objects do not reach from one into the next', () => {
    const rules = { size: null, chunks: 1 };
    expect([...stackedBlocks([7, 0, 70], [[3], null, null], rules)]).toEqual([0, 3, 7, 71, 77]);
    expect([...evenBlocks(5, 2)]).toEqual([0, 2, 4, 5]);
  });
});

/** Options of every kind, with as many blocks as come. */
const anyOptions = fc
  .record({
    nObs: fc.integer({ min: 0, max: 400 }),
    batchSize: fc.integer({ min: 1, max: 70 }),
    shuffle: fc.constantFrom<SamplerOptions['shuffle']>(false, true, 'block', 'random'),
    windowSize: fc.integer({ min: 1, max: 200 }),
    cuts: fc.array(fc.integer({ min: 1, max: 399 }), { maxLength: 40 }),
    classCount: fc.integer({ min: 0, max: 5 }),
    world: fc.integer({ min: 1, max: 5 }),
    dropLast: fc.boolean(),
    seed: fc.integer({ min: 0, max: 2 ** 40 }),
    epoch: fc.integer({ min: 0, max: 50 }),
  })
  .map(({ cuts, classCount, nObs, world, ...options }) => {
    const inner = sorted([...new Set(cuts.filter((cut) => cut < nObs))]);
    const blocks = Int32Array.from(nObs === 0 ? [0] : [0, ...inner, nObs]);
    const codes = Int32Array.from({ length: nObs }, (_, row) => ((row * 7919) % (classCount + 1)) - 1);
    const classes = classCount === 0 ? undefined : { codes, count: classCount };
    return { nObs, world, options: { ...options, blocks, classes } as SamplerOptions };
  });

describe(`batches (ANNDATA_SEED=${seed})`, () => {
  test('every row comes once an epoch; shards are disjoint and together all', () => {
    fc.assert(
      fc.property(anyOptions, ({ nObs, world, options }) => {
        const shards = upTo(world).map((rank) => new BatchIndexSampler(nObs, { ...options, shard: { rank, world } }));
        const rows = shards.map((sampler) => flat(sampler));
        const all = rows.flat();
        expect(new Set(all).size).toBe(all.length);
        expect(all.every((row) => row >= 0 && row < nObs)).toBe(true);
        if (options.dropLast === true) {
          expect(new Set(shards.map(({ length }) => length)).size).toBe(1);
          for (const [i, sampler] of shards.entries()) {
            expect(rows[i]!.length).toBe(sampler.length * sampler.batchSize);
            expect(nObs - rows[i]!.length * world).toBeLessThan(world * (sampler.batchSize + 1));
          }
        } else {
          expect(sorted(all)).toEqual(upTo(nObs));
          const sizes = rows.map(({ length }) => length);
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        }
        for (const sampler of shards) {
          const batches = [...sampler];
          expect(batches.length).toBe(sampler.length);
          for (const batch of batches.slice(0, -1)) expect(batch.length).toBe(sampler.batchSize);
        }
      }),
      { seed, numRuns: count },
    );
  });

  test('the same seed and epoch give the same order, others another', () => {
    fc.assert(
      fc.property(anyOptions, ({ nObs, options }) => {
        const rows = flat(new BatchIndexSampler(nObs, options));
        expect(flat(new BatchIndexSampler(nObs, options))).toEqual(rows);
        if (nObs < 50 || options.shuffle === false || options.shuffle === 'block') return;
        expect(flat(new BatchIndexSampler(nObs, { ...options, epoch: options.epoch! + 1 }))).not.toEqual(rows);
        expect(flat(new BatchIndexSampler(nObs, { ...options, seed: options.seed! + 1 }))).not.toEqual(rows);
      }),
      { seed, numRuns: count },
    );
  });

  test('any part of an order is what iterating gives there', () => {
    fc.assert(
      fc.property(anyOptions, fc.nat(), fc.nat(), ({ nObs, options }, a, b) => {
        const sampler = new BatchIndexSampler(nObs, { ...options, dropLast: false });
        const rows = flat(sampler);
        const [from, to] = sorted([a % (nObs + 1), b % (nObs + 1)]) as [number, number];
        const order = runNow(sampler[orderOf](sampler.epoch));
        expect([...order.rows(from, to)]).toEqual(rows.slice(from, to));
      }),
      { seed, numRuns: count },
    );
  });

  test('blocks: a window holds whole blocks but for two', () => {
    const blocks = evenBlocks(1000, 10);
    const options = { shuffle: 'block', batchSize: 50, windowSize: 100, blocks, seed } as const;
    const rows = flat(new BatchIndexSampler(1000, options));
    for (let at = 0; at < 1000; at += 100) {
      expect(new Set(rows.slice(at, at + 100).map((row) => Math.floor(row / 10))).size).toBe(10);
    }
    const inOrder = rows.filter((row, i) => row === (rows[i - 1] ?? -2) + 1).length;
    expect(inOrder).toBeLessThan(100);
  });

  test('classes in proportion: every batch has its share of each, to within two rows', () => {
    const shares = [0.5, 0.3, 0.15, 0.05];
    const nObs = 5000;
    const random = Random.of(seed);
    const codes = Int32Array.from({ length: nObs }, () => {
      const u = random.unit();
      return u < 0.5 ? 0 : u < 0.8 ? 1 : u < 0.95 ? 2 : -1;
    });
    const sizes = upTo(4).map((k) => codes.filter((code) => (code < 0 ? 3 : code) === k).length);
    for (const shuffle of [false, 'block', 'random'] as const) {
      const sampler = new BatchIndexSampler(nObs, { batchSize: 100, shuffle, classes: { codes, count: 3 }, seed });
      for (const batch of sampler) {
        const found = upTo(4).map(
          (k) => Array.from(batch).filter((row) => (codes[row]! < 0 ? 3 : codes[row]!) === k).length,
        );
        for (const k of upTo(4))
          expect(Math.abs(found[k]! - (100 * sizes[k]!) / nObs)).toBeLessThanOrEqual(2 + 4 * shares[k]!);
      }
    }
  });

  test('classes equally: every batch has as many of each; large classes do not repeat', () => {
    const codes = Int32Array.from({ length: 1000 }, (_, row) => (row < 900 ? 0 : row < 990 ? 1 : 2));
    const options = { batchSize: 30, shuffle: 'random', classes: { codes, count: 3 }, balance: 'equal', seed } as const;
    const sampler = new BatchIndexSampler(1000, options);
    const rows = flat(sampler);
    for (const batch of [...sampler].slice(0, -1)) {
      expect(upTo(3).map((k) => Array.from(batch).filter((row) => codes[row] === k).length)).toEqual([10, 10, 10]);
    }
    const large = rows.filter((row) => codes[row] === 0);
    expect(new Set(large).size).toBe(large.length);
    expect(rows.length).toBe(1000);
    // Ten rows, a third of a thousand places: each of them comes 33 or 34 times.
    for (const row of upTo(10)) expect(rows.filter((each) => each === 990 + row).length).toBeGreaterThanOrEqual(33);
  });

  test('weights: rows come as often as they weigh, those of 0 never', () => {
    const weights = [0, 1, 2, 3, 0, 4];
    const drawn = new Float64Array(6);
    for (let epoch = 0; epoch < 10_000; epoch++) {
      for (const row of flat(new BatchIndexSampler(6, { weights, batchSize: 4, seed, epoch }))) drawn[row]!++;
    }
    expect([drawn[0], drawn[4]]).toEqual([0, 0]);
    const scaled = weights
      .map((weight, row) => (weight === 0 ? 0 : drawn[row]! / (60_000 * (weight / 10))))
      .filter(Boolean);
    for (const share of scaled) expect(Math.abs(share - 1)).toBeLessThan(0.06);
    const shards = [0, 1].map((rank) => flat(new BatchIndexSampler(6, { weights, seed, shard: { rank, world: 2 } })));
    expect(shards.flat()).toEqual(flat(new BatchIndexSampler(6, { weights, seed })));
  });

  test.each([
    [-1, {}, 'nObs'],
    [5, { batchSize: 0 }, 'batchSize'],
    [5, { batchSize: 1.5 }, 'batchSize'],
    [5, { seed: -1 }, 'seed'],
    [5, { shuffle: 'blocks' }, 'shuffle'],
    [5, { shard: { rank: 2, world: 2 } }, 'shard.rank'],
    [5, { blocks: Int32Array.of(0, 3) }, 'blocks'],
    [5, { blocks: Int32Array.of(0, 3, 3, 5) }, 'blocks'],
    [5, { weights: [1, 2] }, 'weights'],
    [2, { weights: [1, -2] }, 'row 1'],
    [2, { weights: [1, Number.NaN] }, 'row 1'],
    [2, { weights: [0, 0] }, 'add up'],
    [2, { weights: [1, 1], classes: { codes: [0, 0], count: 1 } }, 'not both'],
    [2, { classes: { codes: [0, 0], count: 1 }, balance: 'even' }, 'balance'],
  ])('%d rows, %j: refused', (nObs, options, message) => {
    expect(() => new BatchIndexSampler(nObs, options as SamplerOptions)).toThrow(message);
  });
});

test(`block shuffling puts rows anywhere (ANNDATA_SEED=${seed})`, () => {
  const [nObs, epochs, bins] = [2048, 1000, 16];
  const options = { shuffle: 'block', blocks: evenBlocks(nObs, 16), windowSize: 256, batchSize: 32, seed } as const;
  const sampler = new BatchIndexSampler(nObs, options);
  // How often rows of one sixteenth of the file come in one sixteenth of the epoch: followed for one row of each block.
  const seen = new Float64Array(128 * bins);
  for (let epoch = 0; epoch < epochs; epoch++) {
    sampler.epoch = epoch;
    let place = 0;
    for (const batch of sampler) {
      for (const row of batch) {
        if (row % 16 === 5) seen[(row >> 4) * bins + Math.floor((place * bins) / nObs)]!++;
        place++;
      }
    }
  }
  // One row of each block, so that what is counted is independent but for the sums of lines and columns.
  expect(Math.abs(excess(seen, epochs / bins))).toBeLessThan(6);
});
