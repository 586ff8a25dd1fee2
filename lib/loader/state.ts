// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError } from '../errors';
import type { AnnLoaderOptions, LoaderState } from './options';
import { whole } from './samplers/batch-index-sampler';

/** What the order of rows follows from, apart from seed, epoch and window. */
export type Order = Pick<
  LoaderState,
  'nObs' | 'batchSize' | 'shuffle' | 'blockSize' | 'dropLast' | 'shard' | 'stratifyBy' | 'balance' | 'weightsBy'
>;

/** What the order of a loader with these options follows from. */
export function followedFrom(nObs: number, batchSize: number, options: AnnLoaderOptions<unknown>): Order {
  const { shuffle = false, blockSize = null, dropLast = false, shard = { rank: 0, world: 1 } } = options;
  const { stratifyBy = null, balance = 'proportional', weightsBy = null } = options;
  return {
    nObs,
    batchSize,
    shuffle: shuffle === true ? 'random' : shuffle,
    blockSize,
    dropLast,
    shard: { rank: shard.rank, world: shard.world },
    stratifyBy,
    balance,
    weightsBy,
  };
}

/** @throws {AnnDataError} `ERR_ARGUMENT` for a state that is none, or of a loader that gave another order */
export function checkState(state: LoaderState, order: Order, batches: number): void {
  if (typeof state !== 'object' || state === null)
    throw new AnnDataError('ERR_ARGUMENT', 'resume takes what state() gave');
  for (const [name, value] of Object.entries(order)) {
    const [was, is] = [JSON.stringify(state[name as keyof Order]), JSON.stringify(value)];
    if (was === is) continue;
    const reason = `the loader to resume had ${name} ${was}, this one has ${is}; give it the same objects and options`;
    throw new AnnDataError('ERR_ARGUMENT', reason);
  }
  whole(state.seed, 0, 'resume.seed');
  whole(state.epoch, 0, 'resume.epoch');
  if (state.windowSize !== null) whole(state.windowSize, 1, 'resume.windowSize');
  if (whole(state.batch, 0, 'resume.batch') > batches) {
    throw new AnnDataError('ERR_ARGUMENT', `resume.batch is ${state.batch}, but there are ${batches} batches`);
  }
}
