// SPDX-License-Identifier: BSD-3-Clause

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RangeIndex } from '../arrays/axis-index';
import { memoryBytesOf, type NumericDType } from '../arrays/dtype';
import type { Matrix } from '../arrays/matrix';
import type { Room } from '../arrays/room';
import type { StoredWidths } from '../arrays/sparse-matrix';
import type { BlockOptions, BlockSource, MatrixBlock } from '../elements/block-source';
import { piecesOf } from '../elements/pieces';
import { ReusedMemory } from '../storage/reused-memory';
import type { BackedFile } from './backed-file';
import { type Cut, cutShape, whole } from './cut';
import type { ReadHandleOptions } from './handle';
import { requestOf } from './request';
import { partBytes, type Source } from './source';
import { type StoredEntries, StoredSource } from './stored-source';

/** Called when what was written has become an element of the file. */
export type Settle = (written: Source, file: BackedFile, key: string) => void;

/** What a handle stands for, as it is at this moment, to be read block by block. */
export class HandleBlocks implements BlockSource {
  constructor(
    private readonly source: Source,
    private readonly settled: Settle | null,
  ) {}

  get shape(): readonly number[] {
    return this.source.about.shape as readonly number[];
  }

  get dtype(): NumericDType {
    return this.source.about.dtype as NumericDType;
  }

  get format(): 'dense' | 'csr' | 'csc' {
    return this.source.about.format as 'dense' | 'csr' | 'csc';
  }

  get widths(): StoredWidths | undefined {
    return this.source.widths;
  }

  get bytes(): number {
    return partBytes(this.source.about, whole);
  }

  get entries(): number {
    return Math.ceil(this.source.entries);
  }

  /**
   * Calls `work` with where the entries lie, so that it can read them itself; null for all but whole compressed sparse matrices of the
   * file that nobody has changed.
   */
  withEntries<T>(options: ReadHandleOptions, work: (entries: StoredEntries) => Promise<T>): Promise<T> | null {
    return this.source instanceof StoredSource ? this.source.withEntries(requestOf(options, this.bytes), work) : null;
  }

  /** Tells the handle that the matrix lies in a file now. */
  settle(file: BackedFile, key: string): void {
    this.settled?.(this.source, file, key);
  }

  async *blocks(options: BlockOptions): AsyncGenerator<MatrixBlock, void, undefined> {
    const { format } = this;
    const cuts = format === 'dense' ? this.#boxes(options) : await this.#runs(format === 'csr' ? 0 : 1, options);
    yield* options.passing === true ? this.#readAhead(cuts, options.signal) : this.#readOnly(cuts, options.signal);
  }

  /** Runs of whole rows. */
  async *rowBlocks(options: BlockOptions): AsyncGenerator<MatrixBlock, void, undefined> {
    yield* this.#readOnly(await this.#runs(0, options), options.signal);
  }

  *#boxes(options: BlockOptions): Generator<Place> {
    const { shape, dtype } = this;
    // Cells are not cut; what the destination does not care about follows the chunks there are.
    const chunk = shape.map((n, axis) =>
      axis > 1 ? n : (options.chunk?.[axis] ?? this.source.linesTogether(axis as 0 | 1)),
    );
    for (const { start, count } of piecesOf(shape, memoryBytesOf(dtype), { chunk, budget: options.bytes })) {
      const ranges = [0, 1].map((axis) => range(start[axis] ?? 0, count[axis] ?? 1));
      const isWhole = shape.length < 2 || count[1] === shape[1];
      const cut = { rows: ranges[0]!, columns: isWhole ? null : ranges[1]! };
      yield { row: start[0]!, column: start[1] ?? 0, cut };
    }
  }

  async #runs(axis: 0 | 1, { bytes, chunk, signal }: BlockOptions): Promise<Generator<Place>> {
    const lineBytes = await this.source.lineBytes(axis, requestOf({ signal }, 0));
    const length = this.shape[axis]!;
    const step = chunk?.[axis] ?? 1;
    return (function* () {
      for (let from = 0; from < length; ) {
        const to = endOf(from, length, step, lineBytes, bytes);
        const taken = range(from, to - from);
        if (axis === 0) yield { row: from, column: 0, cut: { rows: taken, columns: null } };
        else yield { row: 0, column: from, cut: { rows: null, columns: taken } };
        from = to;
      }
    })();
  }

  async *#readOnly(places: Iterable<Place>, signal: AbortSignal | undefined): AsyncGenerator<MatrixBlock> {
    for (const { row, column, cut } of places) yield { row, column, value: await this.#read(cut, signal) };
  }

  /** Two blocks have memory: the one that is looked at, and the next one, which is read meanwhile. */
  async *#readAhead(places: Iterable<Place>, signal: AbortSignal | undefined): AsyncGenerator<MatrixBlock> {
    const memory = new ReusedMemory();
    const begin = ({ row, column, cut }: Place) => {
      const room = memory.lease();
      // After what is done with the block before was begun: that is less, and the threads it leaves idle read.
      const reading = nextTurn().then(() => this.#read(cut, signal, room));
      // Whoever takes it is told; nobody may be left to.
      reading.catch(() => undefined);
      return { row, column, reading, room };
    };
    let ahead: ReturnType<typeof begin> | null = null;
    try {
      for (const place of places) {
        const now = ahead;
        // One after the other: a read has all threads.
        const value = await now?.reading;
        ahead = begin(place);
        if (now === null || value === undefined) continue;
        yield { row: now.row, column: now.column, value };
        memory.release(now.room);
      }
      if (ahead !== null) yield { row: ahead.row, column: ahead.column, value: await ahead.reading };
    } finally {
      // Whoever leaves early finds nothing under way.
      await ahead?.reading.catch(() => undefined);
    }
  }

  async #read(part: Cut, signal: AbortSignal | undefined, room?: Room): Promise<Matrix> {
    const request = requestOf({ signal, maxBytes: Number.POSITIVE_INFINITY }, 0);
    // One block of all: no positions are needed.
    const takesAll = cutShape(this.shape, part).every((n, axis) => n === this.shape[axis]);
    const { value } = await this.source.read(
      takesAll ? whole : part,
      room === undefined ? request : { ...request, room },
    );
    return value as Matrix;
  }
}

/** A block to be read, and where it lies. */
interface Place {
  readonly row: number;
  readonly column: number;
  readonly cut: Cut;
}

function range(start: number, length: number): RangeIndex {
  return { start, step: 1, length };
}

/** The end of a run that begins at `from`: as many whole steps as fit, at least one. */
function endOf(from: number, length: number, step: number, lineBytes: (line: number) => number, bytes: number): number {
  let taken = 0;
  for (let to = from; ; ) {
    const end = Math.min(length, to + step);
    for (let line = to; line < end; line++) taken += lineBytes(line);
    if (taken > bytes && to > from) return to;
    if (end === length || taken > bytes) return end;
    to = end;
  }
}
