// SPDX-License-Identifier: BSD-3-Clause

/**
 * Batches as tensors and datasets of TensorFlow.js: `anndata/tensorflow`.
 *
 * @packageDocumentation
 */

import { AnnDataError } from '../errors';
import type { AnnBatch } from '../loader';
import { asKeys, keyList, type TensorKeys, type TensorOptions, tensorData } from './tensor-data';

export type { TensorKeys, TensorOptions } from './tensor-data';

/** What is used of TensorFlow.js: `@tensorflow/tfjs`, `@tensorflow/tfjs-node` or their parts put together. */
export interface TensorFlow {
  /** Makes a tensor. */
  tensor(values: never, shape: never, dtype: never): unknown;
  /** Makes datasets. */
  readonly data: {
    /** Of an iterator for each epoch. */
    generator(make: never): unknown;
  };
}

/** What a dataset yields. */
export interface TfDatasetOptions extends TensorOptions<'int32' | 'float32'> {
  /** The input: X by default. */
  xs?: TensorKeys | undefined;
  /** What is to be learnt, such as `'obs/louvain'`. With it, elements are `{ xs, ys }`, else what `xs` says. */
  ys?: TensorKeys | undefined;
}

/** Tensors of a batch: one, or by the names of the keys. */
export type TfTensors<TF extends TensorFlow, K extends TensorKeys> = K extends string
  ? ReturnType<TF['tensor']>
  : { [name in keyof K]: ReturnType<TF['tensor']> };

/**
 * A dataset of TensorFlow.js: each of its iterations is an epoch of the loader.
 *
 * Sparse rows become dense, batch by batch: float32 of [rows, variables]. Columns of obs have the shape [rows]. Tensors have memory
 * of their own, so `prefetch` and `map` of the dataset can hold them; whoever takes them from the dataset disposes of them, as `fitDataset`
 * and `forEachAsync` do. A dataset that is left early cannot tell the loader so: abort the loader's `signal` then.
 *
 * @param loader - an `AnnLoader` without `convert`
 * @param tf - the module
 * @throws {AnnDataError} `ERR_ARGUMENT` for what is not TensorFlow.js. While iterating: `ERR_NAME` for what a batch does not have,
 *   `ERR_LIMIT` when a dense batch is larger than `maxMemory`
 *
 * @example
 * ```ts
 * const loader = new AnnLoader(adata, { batchSize: 2, shuffle: 'random', seed: 1, obs: ['louvain'] });
 * const dataset = toTfDataset(loader, tf, { ys: 'obs/louvain', columnDType: 'float32' });
 * const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [3], units: 2, activation: 'softmax' })] });
 * model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
 * await model.fitDataset(dataset, { epochs: 2, verbose: 0 });
 * ```
 */
export function toTfDataset<TF extends TensorFlow>(
  loader: AsyncIterable<AnnBatch>,
  tf: TF,
  options: TfDatasetOptions = {},
): ReturnType<TF['data']['generator']> {
  checkModule(tf);
  checkOptions(options);
  const { xs = 'X', ys } = options;
  async function* epoch(): AsyncGenerator<unknown, void, undefined> {
    for await (const batch of loader) {
      const [input, target] = await tensors(batch, tf, ys === undefined ? [xs] : [xs, ys], options);
      yield ys === undefined ? input : { xs: input, ys: target };
    }
  }
  return tf.data.generator(epoch as never) as ReturnType<TF['data']['generator']>;
}

/**
 * Tensors of one batch, for loops of one's own; whoever asks for them disposes of them.
 *
 * @param keys - a member of the batch, such as `'X'` or `'obs/louvain'`, or several by names of one's own
 * @throws {AnnDataError} as {@link toTfDataset}
 *
 * @example
 * ```ts
 * const loader = new AnnLoader(adata, { batchSize: 2, obs: ['louvain'] });
 * for await (const batch of loader) {
 *   const { genes, labels } = await toTfTensors(batch, tf, { genes: 'X', labels: 'obs/louvain' });
 *   genes.shape; // [2, 3]
 *   tf.dispose([genes, labels]);
 * }
 * ```
 */
export async function toTfTensors<TF extends TensorFlow, const K extends TensorKeys>(
  batch: AnnBatch,
  tf: TF,
  keys: K,
  options: TensorOptions<'int32' | 'float32'> = {},
): Promise<TfTensors<TF, K>> {
  checkModule(tf);
  checkOptions(options);
  return (await tensors(batch, tf, [keys], options))[0] as TfTensors<TF, K>;
}

/** Tensors where the keys were. All data come before the first tensor: an error leaves none behind. */
async function tensors(
  batch: AnnBatch,
  tf: TensorFlow,
  keys: readonly TensorKeys[],
  options: TensorOptions,
): Promise<unknown[]> {
  const data = await tensorData(batch, keys.flatMap(keyList), options);
  const made = data.map(({ data, shape, dtype }) => tf.tensor(data as never, shape as never, dtype as never));
  return keys.map((each) => asKeys(each, made.splice(0, keyList(each).length)));
}

function checkModule(tf: unknown): asserts tf is TensorFlow {
  const { tensor, data } = (tf ?? {}) as Partial<TensorFlow>;
  if (typeof tensor === 'function' && typeof data?.generator === 'function') return;
  const reason = 'the module of TensorFlow.js is wanted, with tensor and data.generator';
  throw new AnnDataError('ERR_ARGUMENT', `${reason}: npm install @tensorflow/tfjs, and pass what is imported from it`);
}

function checkOptions({ columnDType }: { columnDType?: string | undefined }): void {
  if (columnDType === undefined || columnDType === 'int32' || columnDType === 'float32') return;
  throw new AnnDataError('ERR_ARGUMENT', `columnDType is int32 or float32 for TensorFlow.js, not ${columnDType}`);
}
