// SPDX-License-Identifier: BSD-3-Clause

import type { IndexArray } from '../../arrays/dtype';
import { runNow, type Steps } from '../../arrays/sparse/passes';
import { AnnDataError } from '../../errors';
import { evenBlocks, usualBlock } from './blocks';
import { Random } from './random';
import { inOrder, part, permuted, permutedBlocks, type RowOrder, shuffledWindows } from './row-order';
import { type Balance, type Classes, stratified } from './stratified';
import { cumulative, weighted } from './weighted';

/** In which order rows come: as they lie, blocks of rows shuffled and mixed, or each row by itself. */
export type Shuffle = false | 'block' | 'random';

/** One of several loaders that share the rows of an epoch. */
export interface Shard {
  /** Which one, from 0. */
  readonly rank: number;
  /** How many there are. */
  readonly world: number;
}

/** How rows become batches. */
export interface SamplerOptions {
  /** Rows of a batch; 1 by default, at most as many as there are. */
  batchSize?: number | undefined;
  /** In which order rows come; `true` is `'random'`. */
  shuffle?: Shuffle | true | undefined;
  /** Leaves out a last batch that is smaller. All shards then have as many batches. */
  dropLast?: boolean | undefined;
  /** The same seed gives the same order, on every machine; without, it is drawn. */
  seed?: number | undefined;
  /** The epoch to begin with; every epoch has another order. */
  epoch?: number | undefined;
  /** Takes a share of the rows of each epoch: disjoint, together all, sizes differ by one at most. */
  shard?: Shard | undefined;
  /** Where blocks of rows begin, and the end of the last; blocks of 64 rows by default. For `'block'`. */
  blocks?: IndexArray | undefined;
  /** Rows that are mixed with each other, rounded up to whole batches; 16384 by default. For `'block'`. */
  windowSize?: number | undefined;
  /** Classes of rows that every batch is to hold. */
  classes?: Classes | undefined;
  /** Whether classes are held in proportion (default) or equally. */
  balance?: Balance | undefined;
  /** Draws rows with these weights, with replacement. */
  weights?: ArrayLike<number> | undefined;
}

/** For loaders, which read any stretch of an epoch. */
export const orderOf = Symbol('orderOf');

// What random numbers are for: each has a generator of its own.
const [forOrder, forWindows, forClasses, forDraws] = [1, 2, 3, 4];
/** Rows that are mixed when nobody says how many. */
export const defaultWindow = 2 ** 14;

/**
 * Positions of rows in batches, without data: what {@link AnnLoader} reads by. The counterpart of Python's `BatchIndexSampler`.
 *
 * @example
 * ```ts
 * const sampler = new BatchIndexSampler(5, { batchSize: 2 });
 * [...sampler].map((rows) => [...rows]); // [[0, 1], [2, 3], [4]]
 * sampler.length; // 3
 * ```
 */
export class BatchIndexSampler implements Iterable<IndexArray> {
  /** Rows there are. */
  readonly nObs: number;
  /** Rows of a batch. */
  readonly batchSize: number;
  /** What the order is drawn by. */
  readonly seed: number;
  /** Rows that are mixed with each other: whole batches. */
  readonly windowSize: number;
  /** Rows of this shard in an epoch. */
  readonly rowsPerEpoch: number;
  /** The epoch that is iterated over; set it for another order. */
  epoch: number;
  readonly #options: SamplerOptions;
  readonly #sums: Float64Array | null;

  /** @throws {AnnDataError} `ERR_ARGUMENT` for options that make no sense */
  constructor(nObs: number, options: SamplerOptions = {}) {
    this.nObs = whole(nObs, 0, 'nObs');
    this.batchSize = Math.max(1, Math.min(whole(options.batchSize ?? 1, 1, 'batchSize'), nObs));
    this.seed = whole(options.seed ?? Math.floor(Math.random() * 2 ** 32), 0, 'seed');
    this.epoch = whole(options.epoch ?? 0, 0, 'epoch');
    const window = whole(options.windowSize ?? defaultWindow, 1, 'windowSize');
    this.windowSize = Math.ceil(window / this.batchSize) * this.batchSize;
    this.#options = checked(options, nObs);
    this.#sums = options.weights === undefined ? null : cumulative(options.weights);
    const [from, to] = this.#share();
    this.rowsPerEpoch = to - from;
  }

  /** Batches of an epoch. */
  get length(): number {
    const batches = this.rowsPerEpoch / this.batchSize;
    return this.#options.dropLast === true ? Math.floor(batches) : Math.ceil(batches);
  }

  /** Positions of rows, batch by batch, of the epoch that is set. */
  *[Symbol.iterator](): Generator<IndexArray, void, undefined> {
    const order = runNow(this[orderOf](this.epoch));
    const end = Math.min(order.length, this.length * this.batchSize);
    for (let start = 0; start < end; start += this.windowSize) {
      const window = order.rows(start, Math.min(end, start + this.windowSize));
      for (let at = 0; at < window.length; at += this.batchSize) yield window.slice(at, at + this.batchSize);
    }
  }

  /** The rows of this shard in an epoch. */
  *[orderOf](epoch: number): Steps<RowOrder> {
    const { classes, balance = 'proportional' } = this.#options;
    const [from, to] = this.#share();
    const isMixed = this.#options.shuffle === 'block' && this.#sums === null;
    let order = yield* this.#whole(epoch);
    if (classes !== undefined) {
      // Classes are taken out of what is mixed already: mixing later would undo the balance.
      if (isMixed) order = this.#mixed(order, epoch, 0);
      return part(yield* stratified(order, classes, balance, this.#random(epoch, forClasses)), from, to);
    }
    order = part(order, from, to);
    return isMixed ? this.#mixed(order, epoch, this.#options.shard?.rank ?? 0) : order;
  }

  #whole(epoch: number): Steps<RowOrder> {
    const { shuffle, blocks = evenBlocks(this.nObs, usualBlock) } = this.#options;
    const random = this.#random(epoch, forOrder);
    const sums = this.#sums;
    if (sums !== null) return steps(weighted(sums, (group) => this.#random(epoch, forDraws, group)));
    if (shuffle === 'block') return permutedBlocks(blocks, random);
    return shuffle ? permuted(this.nObs, random) : steps(inOrder(this.nObs));
  }

  #mixed(order: RowOrder, epoch: number, rank: number): RowOrder {
    return shuffledWindows(order, this.windowSize, (window) => this.#random(epoch, forWindows, rank, window));
  }

  #random(...path: number[]): Random {
    return Random.of(this.seed, ...path);
  }

  /** Places of the epoch that are ours. */
  #share(): [from: number, to: number] {
    const { shard: { rank, world } = { rank: 0, world: 1 }, dropLast = false } = this.#options;
    const from = Math.floor((this.nObs * rank) / world);
    const to = Math.floor((this.nObs * (rank + 1)) / world);
    return [from, dropLast ? Math.min(to, from + Math.floor(this.nObs / world)) : to];
  }
}

// biome-ignore lint/correctness/useYield: what is there needs no steps
function* steps<T>(value: T): Steps<T> {
  return value;
}

function checked(options: SamplerOptions, nObs: number): SamplerOptions {
  const { shuffle = false, shard, blocks, classes, weights, balance } = options;
  if (![false, true, 'block', 'random'].includes(shuffle)) {
    throw wrong(`shuffle is false, 'block' or 'random', not ${String(shuffle)}`);
  }
  if (shard !== undefined) {
    whole(shard.world, 1, 'shard.world');
    if (whole(shard.rank, 0, 'shard.rank') >= shard.world) throw wrong(`shard.rank is below shard.world`);
  }
  if (blocks !== undefined && !bounds(blocks, nObs)) throw wrong(`blocks are rows that ascend from 0 to ${nObs}`);
  if (classes !== undefined && weights !== undefined) throw wrong('batches are stratified or weighted, not both');
  if (balance !== undefined && balance !== 'proportional' && balance !== 'equal') {
    throw wrong(`balance is 'proportional' or 'equal', not ${String(balance)}`);
  }
  const lengths = [classes?.codes.length ?? nObs, weights?.length ?? nObs];
  if (lengths.some((length) => length !== nObs)) throw wrong(`classes and weights are one for each of ${nObs} rows`);
  return options;
}

function bounds(blocks: IndexArray, nObs: number): boolean {
  const last = blocks.length - 1;
  if (last < 0 || blocks[0] !== 0 || blocks[last] !== nObs) return false;
  for (let i = 0; i < last; i++) if (!(blocks[i]! < blocks[i + 1]!)) return false;
  return true;
}

/** @throws {AnnDataError} `ERR_ARGUMENT` for anything but a whole number from `least` */
export function whole(value: number, least: number, name: string): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw wrong(`${name} is a whole number from ${least}, not ${String(value)}`);
}

function wrong(reason: string): AnnDataError {
  return new AnnDataError('ERR_ARGUMENT', reason);
}
