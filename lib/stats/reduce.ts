// SPDX-License-Identifier: BSD-3-Clause

import { availableParallelism } from 'node:os';
import { dtypes, type NumericDType, sizeOf } from '../arrays/dtype';
import type { StoredEntries } from '../backed';
import type { Progress } from '../elements';
import { blockBytes, defaultMemory } from '../elements/stream-blocks';
import { AnnDataError } from '../errors';
import type { BlockMatrix } from './blocks';
import {
  type Block,
  bytesOfLines,
  bytesOfResults,
  Disorder,
  emptyResults,
  type LineResults,
  Lines,
  type Reduction,
} from './lines';

/** Positions that blocks of values have numbers for (native/kernels/moments.h). */
const longest = 2 ** 31 - 2 ** 12;

/** How a long reduction is done. */
export interface ReduceOptions {
  /**
   * Bytes of memory it may take, about, beside what is in memory already (default 256 MiB): for the results, and for blocks of a
   * matrix that lies in a file. Buffers take up to 100 MiB whatever it is.
   */
  maxMemory?: number | undefined;
  /** Ends it with its reason. */
  signal?: AbortSignal | undefined;
  /** Told, now and then and at the end, how much of the matrix is done; of views how much it would be if they were dense. */
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** What is wanted of the lines of a matrix. */
export interface Wanted {
  readonly key: string;
  /** The axis that stays. */
  readonly axis: 0 | 1;
  readonly extremes: boolean;
  readonly ddof: number;
  /** The group of each position of the other axis, -1 for none; null when all are one group. */
  readonly groups: Int32Array | null;
  /** Positions in each group. */
  readonly sizes: readonly number[];
}

/**
 * Reduces a matrix to numbers for each of its lines, a group of lines behind the other.
 *
 * @throws {AnnDataError} `ERR_ARGUMENT` for text and complex numbers, `ERR_LIMIT` when the lines take more than `maxMemory`
 */
export async function reduce(matrix: BlockMatrix, wanted: Wanted, options: ReduceOptions): Promise<LineResults> {
  const { dtype } = matrix;
  if (dtype === 'string' || dtypes[dtype].slots !== 1) {
    const reason = `a matrix of dtype ${dtype} has no statistics; real numbers or booleans were expected`;
    throw new AnnDataError('ERR_ARGUMENT', reason, { key: wanted.key });
  }
  const along = matrix.shape[1 - wanted.axis]!;
  if (along > longest) {
    const reason = `an axis of ${along} is longer than ${longest}, the most that can be added up; take parts of it`;
    throw new AnnDataError('ERR_LIMIT', reason, { key: wanted.key });
  }
  options.signal?.throwIfAborted();
  try {
    return await pass(matrix, dtype, wanted, options, false);
  } catch (error) {
    if (!(error instanceof Disorder)) throw error;
    return pass(matrix, dtype, wanted, options, true);
  }
}

async function pass(
  matrix: BlockMatrix,
  dtype: NumericDType,
  wanted: Wanted,
  { maxMemory = defaultMemory, signal, onProgress }: ReduceOptions,
  canonical: boolean,
): Promise<LineResults> {
  const { axis, extremes, groups, sizes, key } = wanted;
  const reduction: Reduction = { axis, dtype, extremes, groups };
  const count = matrix.shape[axis] * sizes.length;
  const target = hasWholeLines(matrix, wanted)
    ? new BlockByBlock(reduction, count, wanted)
    : new AllTogether(reduction, count, wanted);
  if (target.bytes > maxMemory) throw tooMany(key, count, target.bytes, maxMemory);
  if (!canonical && groups === null) {
    const stored = await whileDecoded(matrix, reduction, wanted, { maxMemory, signal, onProgress });
    if (stored !== null) return stored;
  }
  const request = { bytes: blockBytes(maxMemory - target.bytes), canonical, signal };
  const elements = Math.max(1, sizeOf(matrix.shape));
  const total = matrix.bytes;
  let seen = 0;
  for await (const block of matrix.blocks(request)) {
    await target.take(block, signal);
    signal?.throwIfAborted();
    seen += sizeOf(block.value.shape);
    if (seen < elements) onProgress?.({ done: Math.floor((total * seen) / elements), total, unit: 'bytes' });
  }
  const results = target.finish();
  onProgress?.({ done: total, total, unit: 'bytes' });
  return results;
}

/**
 * Reduces a whole sparse matrix of a file on the threads that decode it; null when it is none, or when the buffers of all threads take
 * more than `maxMemory`.
 */
async function whileDecoded(
  matrix: BlockMatrix,
  reduction: Reduction,
  { axis, sizes, ddof }: Wanted,
  { maxMemory = defaultMemory, signal, onProgress }: ReduceOptions,
): Promise<LineResults | null> {
  const along = matrix.format === (axis === 0 ? 'csr' : 'csc');
  const [count, length] = [matrix.shape[axis], matrix.shape[along ? 1 - axis : axis]!];
  const work = async (entries: StoredEntries): Promise<LineResults | null> => {
    const chunks = [entries.indices, entries.data].map(({ chunks: chunk }) => 3 * 8 * (chunk?.[0] ?? 2 ** 17));
    const ofThread = chunks[0]! + chunks[1]! + (along ? 0 : 3 * bytesOfLines(reduction, count));
    if (bytesOfLines(reduction, count) + availableParallelism() * ofThread > maxMemory) return null;
    const lines = new Lines(reduction, count);
    return (await lines.addStored(entries, along, length)) ? lines.finish(sizes, ddof) : null;
  };
  const results = await matrix.withEntries?.({ signal, onProgress }, work);
  if (results === undefined || results === null) return null;
  onProgress?.({ done: matrix.bytes, total: matrix.bytes, unit: 'bytes' });
  return results;
}

/** Whether a block has all of its lines, so that nothing of them need be kept: rows of csr, columns of csc. */
function hasWholeLines({ format }: BlockMatrix, { axis, groups }: Wanted): boolean {
  return groups === null && format === (axis === 0 ? 'csr' : 'csc');
}

/** Where blocks go. */
interface Target {
  /** Bytes of memory it takes. */
  readonly bytes: number;
  take(block: Block, signal: AbortSignal | undefined): Promise<void>;
  finish(): LineResults;
}

/** Every block may have values of every line. */
class AllTogether implements Target {
  readonly bytes: number;
  readonly #lines: () => Lines;
  #made: Lines | undefined;

  constructor(
    reduction: Reduction,
    count: number,
    private readonly wanted: Wanted,
  ) {
    this.bytes = bytesOfLines(reduction, count);
    this.#lines = () => new Lines(reduction, count / Math.max(1, wanted.sizes.length), count);
  }

  async take(block: Block, signal: AbortSignal | undefined): Promise<void> {
    this.#made ??= this.#lines();
    await this.#made.add(block, signal);
  }

  finish(): LineResults {
    return (this.#made ?? this.#lines()).finish(this.wanted.sizes, this.wanted.ddof);
  }
}

/** Every block has lines of its own. */
class BlockByBlock implements Target {
  readonly bytes: number;
  readonly #results: LineResults;

  constructor(
    private readonly reduction: Reduction,
    count: number,
    private readonly wanted: Wanted,
  ) {
    this.bytes = bytesOfResults(reduction, count);
    this.#results = emptyResults(reduction, count);
  }

  async take(block: Block, signal: AbortSignal | undefined): Promise<void> {
    const { axis } = this.reduction;
    const first = axis === 0 ? block.row : block.column;
    const lines = new Lines(this.reduction, block.value.shape[axis]!, block.value.shape[axis], first);
    await lines.add(block, signal);
    const results = lines.finish(this.wanted.sizes, this.wanted.ddof);
    for (const [name, numbers] of Object.entries(this.#results)) {
      numbers?.set(results[name as keyof LineResults], first);
    }
  }

  finish(): LineResults {
    return this.#results;
  }
}

function tooMany(key: string, count: number, bytes: number, maxMemory: number): AnnDataError {
  const reason = `statistics of ${count} lines take ${bytes} bytes of memory, maxMemory is ${maxMemory}`;
  return new AnnDataError('ERR_LIMIT', `${reason}; raise maxMemory, or ask for a part of the object at a time`, {
    key,
  });
}
