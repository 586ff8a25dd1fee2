// SPDX-License-Identifier: BSD-3-Clause

import type { LineBytes } from '../backed';
import { AnnDataError } from '../errors';
import { type ColumnOptions, type ObsColumn, readColumn } from './columns';
import { type Cutting, matricesOf, type Parts } from './epoch';
import { MatrixRows } from './matrix-rows';
import { checkVariables, type Loaded } from './objects';
import type { AnnLoaderOptions } from './options';
import { BatchIndexSampler, defaultWindow, type SamplerOptions } from './samplers/batch-index-sampler';
import { stackedBlocks } from './samplers/blocks';

/** Bytes windows may take when nobody says how many. */
export const defaultMemory = 2 ** 30;
/** Two neighbouring blocks share the chunk their edge lies in: with so many chunks to a block, one chunk in nine is decoded twice. */
const chunksOfBlock = 8;

/** What a loader's options mean for its objects. */
export class LoaderPlan {
  readonly #adatas: readonly Loaded[];
  readonly #options: AnnLoaderOptions<unknown>;
  readonly #columns = new Map<string, Promise<ObsColumn>>();

  constructor(adatas: readonly Loaded[], options: AnnLoaderOptions<unknown>) {
    this.#adatas = adatas;
    this.#options = options;
  }

  get nObs(): number {
    return this.#adatas.reduce((sum, { nObs }) => sum + nObs, 0);
  }

  /** A column of obs, which is loaded once. */
  column(name: string, options: ColumnOptions): Promise<ObsColumn> {
    const key = `${options.asLabels ?? false} ${name}`;
    let column = this.#columns.get(key);
    if (column === undefined) {
      column = readColumn(this.#adatas, name, { classes: this.#options.encoders?.[name], ...options });
      column.catch(() => this.#columns.delete(key));
      this.#columns.set(key, column);
    }
    return column;
  }

  /** What is read of each row, as it is at this moment. */
  async parts(signal: AbortSignal): Promise<Parts> {
    const { layer = null, layers = [], obsm = [], obs = [] } = this.#options;
    await checkVariables(this.#adatas, signal);
    const columns = new Map<string, ObsColumn>();
    for (const name of obs) columns.set(name, await this.column(name, { signal }));
    const entries = obsm.map((key) => this.#adatas.map((adata) => adata.obsm.get(key)));
    return {
      X: layer === false ? null : this.#layer(layer),
      layers: new Map(layers.map((name) => [name, this.#layer(name)])),
      obsm: new Map(obsm.map((key, i) => [key, new MatrixRows(`obsm/${key}`, entries[i]!)])),
      obs: columns,
    };
  }

  #layer(name: string | null): MatrixRows {
    const matrices = this.#adatas.map(({ layers }) => layers.get(name));
    return new MatrixRows(name === null ? 'X' : `layers/${name}`, matrices);
  }

  /**
   * How much is read at once.
   *
   * @param window - rows of a window where that is settled
   * @throws {AnnDataError} `ERR_LIMIT` when the memory does not suffice for a batch
   */
  cutting(parts: Parts, batchSize: number, window: number | null): Cutting {
    const { dense = false, windowSize, prefetch = 1, maxMemory = defaultMemory } = this.#options;
    const perRow = bytesOf(parts) / Math.max(1, this.nObs);
    const columns = dense ? matricesOf(parts).reduce((sum, { nColumns }) => sum + nColumns, 0) : 0;
    const needed = Math.ceil(batchSize * (perRow + 4 * columns));
    if (needed > maxMemory) {
      const reason = `a batch of ${batchSize} rows takes about ${needed} bytes, the limit is ${maxMemory}; make batches smaller or raise maxMemory`;
      throw new AnnDataError('ERR_LIMIT', reason);
    }
    const bytes = maxMemory / (prefetch + 1);
    // Windows of scattered rows touch every chunk of the file: the fewer of them, the better.
    const isCostly = this.#isScattered && matricesOf(parts).some(({ isInMemory }) => !isInMemory);
    const most = isCostly ? this.nObs : defaultWindow;
    const fitting = Math.min(most, Math.floor(bytes / Math.max(1, perRow)));
    const rows = window ?? windowSize ?? Math.max(batchSize, fitting - (fitting % batchSize));
    return { batchSize, windowSize: Math.ceil(rows / batchSize) * batchSize, bytes };
  }

  /** Whether neighbouring rows of an epoch lie anywhere in the file. */
  get #isScattered(): boolean {
    const { shuffle, weightsBy } = this.#options;
    return weightsBy !== undefined || shuffle === 'random' || shuffle === true;
  }

  /** The sampler, with all it has to know of the files. */
  async sampler(parts: Parts, own: SamplerOptions, signal: AbortSignal): Promise<BatchIndexSampler> {
    const { shuffle, stratifyBy, weightsBy } = this.#options;
    const options = { ...own };
    if (weightsBy !== undefined) options.weights = weightsOf(await this.column(weightsBy, { signal }));
    if (stratifyBy !== undefined) {
      const { values, classes } = await this.column(stratifyBy, { asLabels: true, signal });
      options.classes = { codes: values as Int32Array, count: classes?.length ?? 0 };
    }
    if (shuffle === 'block' && weightsBy === undefined) options.blocks = await this.#blocks(parts, signal);
    return new BatchIndexSampler(this.nObs, options);
  }

  /** Blocks along the chunks of the first matrix there is. */
  async #blocks(parts: Parts, signal: AbortSignal) {
    const [matrix] = matricesOf(parts);
    const lengths = this.#adatas.map(({ nObs }) => nObs);
    const edges = matrix === undefined ? lengths.map(() => null) : await matrix.chunkEdges(signal);
    const chunks = matrix?.isDense === false ? chunksOfBlock : 1;
    return stackedBlocks(lengths, edges, { size: this.#options.blockSize ?? null, chunks });
  }
}

/** Bytes of all rows, as well as is known. */
export function bytesOf(parts: Parts): number {
  return matricesOf(parts).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Bytes each row takes in memory. */
export async function bytesOfRows(parts: Parts, signal: AbortSignal): Promise<LineBytes> {
  const each: LineBytes[] = [];
  for (const matrix of matricesOf(parts)) each.push(await matrix.lineBytes(signal));
  return (row) => {
    let bytes = 0;
    for (const of of each) bytes += of(row);
    return bytes;
  };
}

/** Numbers are weights; labels come equally often, rows without one never. */
function weightsOf({ values, classes }: ObsColumn): Float64Array {
  if (classes === null) return Float64Array.from(values as Float64Array, Number);
  const sizes = new Float64Array(classes.length);
  for (const code of values as Int32Array) if (code >= 0) sizes[code] = sizes[code]! + 1;
  return Float64Array.from(values as Int32Array, (code) => (code < 0 ? 0 : 1 / sizes[code]!));
}
