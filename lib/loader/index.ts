// SPDX-License-Identifier: BSD-3-Clause

export { AnnLoader } from './ann-loader';
export type { AnyAnnData, LoaderInput } from './objects';
export type { AnnBatch, AnnLoaderOptions, BatchColumn, LoaderState } from './options';
export { BatchIndexSampler, type SamplerOptions, type Shard, type Shuffle } from './samplers/batch-index-sampler';
export type { Balance, Classes } from './samplers/stratified';
