// SPDX-License-Identifier: BSD-3-Clause

/**
 * Batches as tensors of ONNX Runtime: `anndata/onnx`.
 *
 * @packageDocumentation
 */

import { AnnDataError } from '../errors';
import type { AnnBatch } from '../loader';
import { asKeys, type TensorOptions, tensorData } from './tensor-data';

export type { ColumnDType, TensorOptions } from './tensor-data';

/** What is used of ONNX Runtime: `onnxruntime-node`, `onnxruntime-web` or `onnxruntime-common`. */
export interface OnnxRuntime<T> {
  /** Makes a tensor. */
  readonly Tensor: new (
    type: never,
    data: never,
    dims: never,
  ) => T;
}

/**
 * Tensors of a batch by the names of a model's inputs: what `session.run` takes.
 *
 * Sparse rows become dense: float32 of [rows, variables]. Columns of obs have the shape [rows]; `columnDType: 'int64'` is for models
 * that take labels as Keras or PyTorch export them. Tensors have memory of their own and outlive the batch.
 *
 * @param batch - of an `AnnLoader` without `convert`
 * @param ort - the module
 * @param inputs - members of the batch by the names of inputs: `'X'`, `'layers/counts'`, `'obsm/X_pca'`, `'obs/louvain'`, `'rows'`
 * @throws {AnnDataError} `ERR_NAME` for what the batch does not have; `ERR_LIMIT` when the tensors would be larger than `maxMemory`;
 *   `ERR_ARGUMENT` for what is not ONNX Runtime, no batch, or a batch that is not valid any more
 *
 * @example
 * ```ts
 * const loader = new AnnLoader(adata, { batchSize: 2 });
 * for await (const batch of loader) {
 *   const feeds = await toOrtTensors(batch, ort, { genes: 'X' }); // const { label } = await session.run(feeds);
 *   feeds.genes.dims; // [2, 3]
 * }
 * ```
 */
export async function toOrtTensors<T, const K extends Readonly<Record<string, string>>>(
  batch: AnnBatch,
  ort: OnnxRuntime<T>,
  inputs: K,
  options: TensorOptions = {},
): Promise<{ [name in keyof K]: T }> {
  if (typeof (ort as Partial<OnnxRuntime<T>> | undefined)?.Tensor !== 'function') {
    const reason = 'the module of ONNX Runtime is wanted, with Tensor';
    const advice = 'npm install onnxruntime-node or onnxruntime-web, and pass what is imported from it';
    throw new AnnDataError('ERR_ARGUMENT', `${reason}: ${advice}`);
  }
  const data = await tensorData(batch, Object.values(inputs), options);
  const tensors = data.map(({ dtype, data, shape }) => new ort.Tensor(dtype as never, data as never, shape as never));
  return asKeys(inputs, tensors) as { [name in keyof K]: T };
}
