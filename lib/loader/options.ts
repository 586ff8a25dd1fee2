// SPDX-License-Identifier: BSD-3-Clause

import type { DenseArray } from '../arrays/dense-array';
import type { IndexArray, TypedArray } from '../arrays/dtype';
import type { CsrMatrix } from '../arrays/sparse-matrix';
import type { Progress } from '../elements';
import { AnnDataError } from '../errors';
import { refuseStrangers } from '../known-options';
import { type Shard, type Shuffle, whole } from './samplers/batch-index-sampler';
import type { Balance } from './samplers/stratified';

/** Values of a column in a batch, one a row: labels and text as codes (−1 where missing), booleans as 0 and 1, numbers as they are. */
export type BatchColumn = TypedArray;

/** Some rows of one or several objects. */
export interface AnnBatch {
  /** Sparse rows, or dense ones as float32; null without X. */
  readonly X: CsrMatrix | DenseArray | null;
  /** The same of the layers that were asked for. */
  readonly layers: Readonly<Record<string, CsrMatrix | DenseArray>>;
  /** The columns of obs that were asked for. */
  readonly obs: Readonly<Record<string, BatchColumn>>;
  /** The entries of obsm that were asked for. */
  readonly obsm: Readonly<Record<string, CsrMatrix | DenseArray>>;
  /** Positions of the rows; of several objects as if one lay below the other. */
  readonly rows: IndexArray;
}

/** Where a loader stands: plain values that go through JSON. */
export interface LoaderState {
  /** What the order of rows is drawn by. */
  readonly seed: number;
  /** The epoch of the next batch. */
  readonly epoch: number;
  /** The next batch of it. */
  readonly batch: number;
  /** Rows of all objects: a loader of others cannot go on. */
  readonly nObs: number;
  /** Rows of a batch. */
  readonly batchSize: number;
  /** Rows of a window; null before the first batch, as it follows from the memory there is. */
  readonly windowSize: number | null;
  /** In which order rows come. */
  readonly shuffle: Shuffle;
  /** Rows of a block where the option said so. */
  readonly blockSize: number | null;
  /** Whether a smaller last batch is left out. */
  readonly dropLast: boolean;
  /** Which share of the rows. */
  readonly shard: Shard;
  /** The column that batches are stratified by. */
  readonly stratifyBy: string | null;
  /** How classes share a batch. */
  readonly balance: Balance;
  /** The column that rows are drawn by. */
  readonly weightsBy: string | null;
}

/** What a loader yields, and in which order. */
export interface AnnLoaderOptions<T = AnnBatch> {
  /** Rows of a batch; 1 by default, as in Python, at most as many as there are. */
  batchSize?: number | undefined;
  /**
   * `false`: rows as they lie. `'block'`: blocks of neighbouring rows in random order, rows mixed inside of windows of many blocks:
   * close to random at the speed of reading. `'random'` (or `true`): every row by itself.
   */
  shuffle?: Shuffle | true | undefined;
  /** Rows of a block, rounded to whole chunks of the file; by default 8 chunks of a sparse matrix, one of a dense one, else 64 rows. */
  blockSize?: number | undefined;
  /**
   * Rows that are read at once, and mixed with `shuffle: 'block'`; rounded up to whole batches. By default as many as a window's share
   * of `maxMemory` holds; 16384 at most, unless rows come one by one from anywhere.
   */
  windowSize?: number | undefined;
  /** The same seed gives the same order, on every machine; drawn when left out, and then in `state()`. */
  seed?: number | undefined;
  /** The first epoch; each iteration is another. 0 by default. */
  epoch?: number | undefined;
  /** Where another loader stood: iteration goes on there. */
  resume?: LoaderState | undefined;
  /** Leaves out a last batch that is smaller; then all shards have as many batches. */
  dropLast?: boolean | undefined;
  /** Takes a share of the rows of each epoch: disjoint, together all. */
  shard?: Shard | undefined;
  /** Whether X, layers and sparse entries of obsm come dense, as float32. By default as they are stored. */
  dense?: boolean | undefined;
  /** The layer that stands for X; null is X, false none. */
  layer?: string | null | false | undefined;
  /** Further layers. */
  layers?: readonly string[] | undefined;
  /** Columns of obs. They are loaded whole. */
  obs?: readonly string[] | undefined;
  /** Matrices of obsm. */
  obsm?: readonly string[] | undefined;
  /** Classes of columns of labels, in the order of their codes; by default the categories, or the sorted texts, of all objects. */
  encoders?: Readonly<Record<string, readonly unknown[]>> | undefined;
  /** A column of labels that every batch holds in proportion, or equally (`balance`). Every row comes once with the former. */
  stratifyBy?: string | undefined;
  /** How `stratifyBy` is meant; `'proportional'` by default. */
  balance?: Balance | undefined;
  /**
   * A column by which rows are drawn, with replacement: numbers are weights; labels are drawn equally often.
   */
  weightsBy?: string | undefined;
  /** Windows that are read ahead while a batch is worked on; 1 by default, 0 for none. */
  prefetch?: number | undefined;
  /**
   * Gives every batch memory of its own, which costs about a third of the speed. By default memory is used again: the matrices of a
   * batch are valid until the next one is asked for, and may be empty then. Columns of obs and rows always stay.
   */
  copy?: boolean | undefined;
  /** What is made of each batch before it is handed out. */
  convert?: ((batch: AnnBatch) => T) | undefined;
  /** Bytes of memory the windows may take together; 1 GiB by default. */
  maxMemory?: number | undefined;
  /** Ends the iteration with its reason. */
  signal?: AbortSignal | undefined;
  /** Told after each window how many bytes are read of those the epoch will take, as well as is known. */
  onProgress?: ((progress: Progress) => void) | undefined;
}

const known = [
  ...[
    'batchSize',
    'shuffle',
    'blockSize',
    'windowSize',
    'seed',
    'epoch',
    'resume',
    'dropLast',
    'shard',
    'dense',
    'layer',
  ],
  ...[
    'layers',
    'obs',
    'obsm',
    'encoders',
    'stratifyBy',
    'balance',
    'weightsBy',
    'prefetch',
    'copy',
    'convert',
    'maxMemory',
  ],
  ...['signal', 'onProgress'],
];

/** @throws {AnnDataError} `ERR_ARGUMENT` for what is no option, and for values that make no sense */
export function checkOptions(options: AnnLoaderOptions<unknown>): void {
  refuseStrangers(options, known);
  if (options.blockSize !== undefined) whole(options.blockSize, 1, 'blockSize');
  if (options.windowSize !== undefined) whole(options.windowSize, 1, 'windowSize');
  whole(options.prefetch ?? 1, 0, 'prefetch');
  whole(options.maxMemory ?? 1, 1, 'maxMemory');
  if (options.stratifyBy !== undefined && options.weightsBy !== undefined) {
    throw new AnnDataError('ERR_ARGUMENT', 'batches are stratified or weighted, not both');
  }
  if (options.balance !== undefined && options.stratifyBy === undefined) {
    throw new AnnDataError('ERR_ARGUMENT', 'balance says how stratifyBy is meant, which is missing');
  }
}
