// SPDX-License-Identifier: BSD-3-Clause

import { runSoon } from '../arrays/sparse/passes';
import { sumUp } from '../elements/sum-up';
import { AnnDataError, quote } from '../errors';
import { ReusedMemory } from '../storage/reused-memory';
import { Cutters } from './batches';
import { piecesOf, readWindow, type Window } from './epoch';
import { type Loaded, type LoaderInput, objectsOf } from './objects';
import { type AnnBatch, type AnnLoaderOptions, checkOptions, type LoaderState } from './options';
import { bytesOf, bytesOfRows, defaultMemory, LoaderPlan } from './plan';
import { readAhead } from './prefetch';
import { BatchIndexSampler, orderOf, type SamplerOptions } from './samplers/batch-index-sampler';
import { checkState, followedFrom, type Order } from './state';

/**
 * Batches of rows of one AnnData or several, in memory or in files, for training and for streaming through what does not fit into
 * memory: the counterpart of Python's `AnnLoader`.
 *
 * Each iteration is an epoch, with an order of its own when rows are shuffled. Rows are read in windows of many batches, the next
 * one while a batch is worked on; every chunk of a file is decoded once a window. Matrices are those of the moment the iteration
 * begins. A batch is valid until the next one is asked for: then its matrices may lose their memory (they become empty), unless `copy` is
 * set. Memory: `maxMemory` for windows, the columns of `obs` that are asked for, 4 bytes a row for random orders, and where a row
 * begins in a sparse matrix.
 *
 * @typeParam T - what `convert` makes of a batch
 *
 * @example
 * ```ts
 * const cells = await readH5ad('cells.h5ad', { backed: 'r' });
 * const loader = new AnnLoader(cells, { batchSize: 128, shuffle: 'block', seed: 1, obs: ['louvain'] });
 * for await (const { X, obs } of loader) console.log(X?.shape, obs.louvain);
 * await loader.classes('louvain'); // of the codes in obs.louvain
 * loader.length; // 6
 * await cells.close();
 * ```
 */
export class AnnLoader<T = AnnBatch> implements AsyncIterable<T> {
  /** Rows of all objects. */
  readonly nObs: number;
  /** Variables of each. */
  readonly nVars: number;
  /** Batches of an epoch. */
  readonly length: number;
  /** What orders are drawn by. */
  readonly seed: number;
  /** The epoch that the next iteration is; every iteration counts it up. */
  epoch: number;
  readonly #options: AnnLoaderOptions<T>;
  readonly #plan: LoaderPlan;
  readonly #order: Order;
  #position: { readonly epoch: number; readonly batch: number };
  /** Batches of the next iteration that another loader has handed out. */
  #skipped: number;
  #windowSize: number | null;
  /** Kept from one epoch to the next. */
  readonly #memory = new ReusedMemory(true);

  /**
   * @param adatas - one object, a list, or by name, all with the same variables
   * @throws {AnnDataError} `ERR_ARGUMENT` for options that make no sense, or the state of a loader that gave another order;
   *   `ERR_SHAPE` for objects with another number of variables; `ERR_NAME` for matrices and columns there are not
   */
  constructor(adatas: LoaderInput, options: AnnLoaderOptions<T> = {}) {
    checkOptions(options);
    const objects = objectsOf(adatas);
    checkNames(objects, options);
    const { resume } = options;
    this.#options = options;
    this.#plan = new LoaderPlan(objects, options);
    this.nObs = this.#plan.nObs;
    this.nVars = objects[0]!.nVars;
    const { seed, batchSize, length } = new BatchIndexSampler(
      this.nObs,
      this.#samplerOptions(options.seed ?? resume?.seed),
    );
    this.seed = seed;
    this.length = length;
    this.#order = followedFrom(this.nObs, batchSize, options);
    if (resume !== undefined) checkState(resume, this.#order, length);
    this.#windowSize = resume?.windowSize ?? null;
    this.epoch = resume?.epoch ?? options.epoch ?? 0;
    this.#skipped = resume?.batch ?? 0;
    this.#position = { epoch: this.epoch, batch: this.#skipped };
  }

  /**
   * Where the iteration stands: after the batch that was handed out last. A loader of the same objects and options that is given this
   * as `resume` goes on there, with the very same batches.
   *
   * @example
   * ```ts
   * const loader = new AnnLoader(adata, { shuffle: 'random' });
   * for await (const batch of loader) break;
   * const saved = JSON.stringify(loader.state());
   * const rest = new AnnLoader(adata, { shuffle: 'random', resume: JSON.parse(saved) });
   * ```
   */
  state(): LoaderState {
    return { seed: this.seed, ...this.#position, windowSize: this.#windowSize, ...this.#order };
  }

  /**
   * The labels behind the codes of a column of obs, in their order; null for a column of numbers.
   *
   * @throws {AnnDataError} `ERR_NAME` when there is no such column
   * @example
   * ```ts
   * await new AnnLoader(adata).classes('louvain'); // ['B cells', 'T cells']
   * ```
   */
  async classes(column: string): Promise<readonly unknown[] | null> {
    return (await this.#plan.column(column, { signal: this.#options.signal })).classes;
  }

  /** An epoch. Leaving the loop ends what is being read. */
  [Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    const epoch = this.epoch++;
    const skipped = this.#skipped;
    this.#skipped = 0;
    this.#position = { epoch, batch: skipped };
    return this.#iterate(epoch, skipped);
  }

  async *#iterate(epoch: number, skipped: number): AsyncGenerator<T, void, undefined> {
    const { signal, dense = false, copy = false, convert } = this.#options;
    signal?.throwIfAborted();
    const controller = new AbortController();
    const stop = (): void => controller.abort(signal?.reason);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      const cutters = new Cutters(dense, copy);
      const { batchSize } = this.#order;
      let batch = skipped;
      for await (const window of this.#windows(epoch, skipped, controller)) {
        for (let from = 0; from < window.rows.length; from += batchSize) {
          const to = Math.min(window.rows.length, from + batchSize);
          signal?.throwIfAborted();
          const cut = cutters.cut(window, [from, to], controller.signal);
          const made = dense ? await cut : (cut as AnnBatch);
          batch++;
          this.#position = batch < this.length ? { epoch, batch } : { epoch: epoch + 1, batch: 0 };
          yield convert === undefined ? (made as T) : convert(made);
        }
      }
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  async *#windows(
    epoch: number,
    skipped: number,
    controller: AbortController,
  ): AsyncGenerator<Window, void, undefined> {
    const { prefetch = 1, maxMemory = defaultMemory, onProgress } = this.#options;
    const { signal } = controller;
    const parts = await this.#plan.parts(signal);
    const { batchSize } = this.#order;
    const cutting = this.#plan.cutting(parts, batchSize, this.#windowSize);
    this.#windowSize = cutting.windowSize;
    const options = { ...this.#samplerOptions(this.seed), windowSize: cutting.windowSize };
    const sampler = await this.#plan.sampler(parts, options, signal);
    const order = await runSoon(sampler[orderOf](epoch), { signal });
    const places = [skipped * batchSize, Math.min(order.length, this.length * batchSize)] as const;
    const pieces = piecesOf(order, places, cutting, await bytesOfRows(parts, signal));
    const { add, finish } = sumUp((bytesOf(parts) * (places[1] - places[0])) / Math.max(1, this.nObs), onProgress);
    const memory = this.#options.copy === true ? null : this.#memory;
    const jobs = {
      next: () => {
        const piece = pieces.next().value;
        return piece === undefined ? null : () => readWindow(parts, piece, maxMemory, signal, memory?.lease() ?? null);
      },
    };
    for await (const window of readAhead(jobs, prefetch, () => controller.abort())) {
      add(window.bytes);
      yield window;
      if (window.room !== null) memory?.release(window.room);
    }
    finish();
  }

  #samplerOptions(seed: number | undefined): SamplerOptions {
    const { batchSize, shuffle, dropLast, shard, balance } = this.#options;
    return { batchSize, shuffle, dropLast, shard, balance, seed };
  }
}

/** @throws {AnnDataError} `ERR_NAME` for a matrix or column that an object does not have */
function checkNames(adatas: readonly Loaded[], options: AnnLoaderOptions<unknown>): void {
  const { layer = null, layers = [], obsm = [], obs = [], stratifyBy, weightsBy } = options;
  const columns = [...obs, stratifyBy, weightsBy].filter((name) => name !== undefined);
  for (const [i, adata] of adatas.entries()) {
    const where = adatas.length === 1 ? 'there is' : `object ${i} has`;
    const fail = (what: string): never => {
      throw new AnnDataError('ERR_NAME', `${where} no ${what}`);
    };
    if (layer === null && !adata.layers.has(null)) fail('X; name a layer, or pass { layer: false }');
    for (const name of layer === null || layer === false ? layers : [layer, ...layers]) {
      if (!adata.layers.has(name)) fail(`layer ${quote(name)}`);
    }
    for (const key of obsm) if (!adata.obsm.has(key)) fail(`entry ${quote(key)} in obsm`);
    for (const name of columns) if (!adata.obs.has(name)) fail(`column ${quote(name)} in obs`);
  }
}
