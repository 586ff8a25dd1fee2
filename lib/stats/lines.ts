// SPDX-License-Identifier: BSD-3-Clause

import { availableParallelism } from 'node:os';
import { allocate, isInteger, memoryBytesOf, type NumericDType, type TypedArray } from '../arrays/dtype';
import type { Sums } from '../arrays/sparse/kernels';
import { Turns } from '../arrays/sparse/passes';
import { tuning } from '../arrays/sparse/source';
import { sumDType, sumsOf } from '../arrays/sparse/sums';
import type { StoredEntries } from '../backed';
import type { MatrixBlock } from '../elements/block-source';
import { native } from '../native';
import { lineBytes, type MomentsCall } from './kernels';
import { type Piece, type PieceLimit, piecesOf, type Runs, runsOf } from './runs';

/** Which axis is added up, and in which groups of its positions. */
export interface Reduction {
  /** The axis that stays: 1 for sums of columns. */
  readonly axis: 0 | 1;
  readonly dtype: NumericDType;
  /** Whether the least and the greatest value are wanted. */
  readonly extremes: boolean;
  /** The group of each position of the other axis, -1 for none; null when all are one group. */
  readonly groups: Int32Array | null;
}

/** A block of a matrix whose memory is ours alone, or its owner's. */
export interface Block extends MatrixBlock {
  readonly owned: boolean;
}

/** What becomes of lines: one number each. */
export interface LineResults {
  readonly sum: Sums;
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  readonly nonzero: Float64Array;
  readonly min: TypedArray | null;
  readonly max: TypedArray | null;
}

/** Thrown when a matrix is not sorted, or has several entries at one place: it must be made canonical, and read again. */
export class Disorder extends Error {}

/** Values and runs of a piece that goes to the pool; and of one that is worked on in a turn of the event loop, to begin with. */
const onPool: PieceLimit = { values: 2 ** 22, runs: 2 ** 16 };
const inTurn: PieceLimit = { values: 2 ** 17, runs: 2 ** 14 };

/** Bytes of memory that the results of lines take. */
export function bytesOfResults({ dtype, extremes }: Reduction, count: number): number {
  return count * (4 * 8 + (extremes ? 2 * memoryBytesOf(dtype) : 0));
}

/** Bytes of memory that lines take until they are finished, results included. */
export function bytesOfLines(reduction: Reduction, count: number): number {
  return count * (lineBytes.open + lineBytes.total) + bytesOfResults(reduction, count);
}

/** Room for results. */
export function emptyResults({ dtype, extremes }: Reduction, count: number): LineResults {
  const isWhole = dtype === 'bool' || isInteger(dtype);
  return {
    sum: sumsOf(isWhole ? sumDType(dtype) : 'float64', count),
    mean: new Float64Array(count),
    variance: new Float64Array(count),
    nonzero: new Float64Array(count),
    min: extremes ? limits(dtype, count, 1) : null,
    max: extremes ? limits(dtype, count, -1) : null,
  };
}

/**
 * Lines of a matrix (rows or columns, or those of its groups) to which blocks are added. Each line must get its values in order;
 * which block they come in makes no difference to the result, nor does the number of threads.
 */
export class Lines {
  readonly #open: Float64Array;
  readonly #total: Float64Array;
  readonly #results: LineResults;

  /**
   * @param width - lines of a group
   * @param count - lines of all groups
   * @param first - the line of the matrix that is the first here
   */
  constructor(
    private readonly reduction: Reduction,
    private readonly width: number,
    count = width,
    private readonly first = 0,
  ) {
    this.#open = new Float64Array((count * lineBytes.open) / 8);
    this.#total = new Float64Array((count * lineBytes.total) / 8);
    this.#results = emptyResults(reduction, count);
  }

  /**
   * @throws {Disorder} when values do not come in order
   * @throws the signal's reason
   */
  async add({ value, row, column, owned }: Block, signal: AbortSignal | undefined): Promise<void> {
    const runs = runsOf(value) as Runs;
    const [major, minor] = runs.axis === 0 ? [row, column] : [column, row];
    const failed = new Uint8Array(1);
    const call = (piece: Piece, low: number, high: number): MomentsCall => {
      const { starts, ends, first } = piece;
      const along = runs.axis === this.reduction.axis;
      const place = along ? [major - this.first, minor] : [major, minor - this.first];
      return [
        ...(['moments', starts, ends, first, runs.indices, runs.data, along] as const),
        ...([place[0]!, place[1]!, runs.length, low, high, this.reduction.groups, this.width] as const),
        ...([...this.#arrays, failed] as const),
      ];
    };
    const turns = new Turns(signal);
    const limit = owned ? onPool : { ...inTurn };
    for (const piece of piecesOf(runs, limit)) {
      await turns.pause();
      const calls = shares(runs, piece, this.reduction.axis).map((share) => call(...share));
      const start = performance.now();
      if (owned) await Promise.all(calls.map((each) => native().sparseAsync(each)));
      else native().sparse(calls);
      if (failed[0] !== 0) throw new Disorder();
      if (owned) continue;
      if (performance.now() - start < tuning.patience / 4) limit.values *= 2;
      else if (performance.now() - start > tuning.patience / 2) limit.values = Math.ceil(limit.values / 2);
    }
  }

  /** Adds all entries of a matrix in a file while they are decoded. False when they are stored in a way that only blocks can be read. */
  async addStored({ storage, ...entries }: StoredEntries, along: boolean, length: number): Promise<boolean> {
    const { min: lows, max: highs } = this.#results;
    const outcome = await storage.addMoments?.({ ...entries, along, length, total: this.#total, lows, highs });
    if (outcome === 'disorder') throw new Disorder();
    return outcome === 'done';
  }

  /** Ends all lines. @param lengths - values of a line of each group, zeros included */
  finish(lengths: readonly number[], ddof: number): LineResults {
    const { width } = this;
    const { sum, mean, variance, nonzero } = this.#results;
    const kind = allocate(this.reduction.dtype, 0);
    const results = [sum, mean, variance, nonzero] as const;
    native().sparse(
      lengths.map((length, group) => [
        ...(['finishMoments', kind, group * width, width, length, ddof] as const),
        ...([...this.#arrays, ...results] as const),
      ]),
    );
    return this.#results;
  }

  get #arrays() {
    const { min, max } = this.#results;
    return [this.#open, this.#total, min, max] as const;
  }
}

/**
 * The parts of a piece that threads can work on at the same time: runs of their own where a run belongs to one line, else
 * positions of their own in all runs.
 */
function shares({ axis, length }: Runs, piece: Piece, kept: 0 | 1): [Piece, low: number, high: number][] {
  const { first, starts, ends } = piece;
  const count = starts.length;
  const values = count === 0 ? 0 : ends[count - 1]! - starts[0]!;
  const wanted = values < tuning.manyEntries ? 1 : Math.min(16, 2 * availableParallelism());
  const along = axis === kept;
  const parts = Math.max(1, Math.min(wanted, along ? count : length));
  const bound = (i: number): number => Math.floor(((along ? count : length) * i) / parts);
  return Array.from({ length: parts }, (_, i) => {
    const [from, to] = [bound(i), bound(i + 1)];
    if (!along) return [piece, from, to];
    return [{ first: first + from, starts: starts.subarray(from, to), ends: ends.subarray(from, to) }, 0, length];
  });
}

/** Limits that every value is within: of the least ones (sign 1), or of the greatest. */
function limits(dtype: NumericDType, count: number, sign: 1 | -1): TypedArray {
  const array = allocate(dtype, count);
  if (dtype === 'bool') return array.fill((sign === 1 ? 1 : 0) as never);
  if (!isInteger(dtype)) return array.fill((sign * Number.POSITIVE_INFINITY) as never);
  const bits = array.BYTES_PER_ELEMENT * 8;
  const unsigned = dtype.startsWith('uint');
  const most = 2n ** BigInt(unsigned ? bits : bits - 1) - 1n;
  const end = sign === 1 ? most : unsigned ? 0n : -most - 1n;
  return array.fill((bits === 64 ? end : Number(end)) as never);
}
