// SPDX-License-Identifier: BSD-3-Clause

import { dtypes, type NumericDType, sizeOf, type TypedArray } from '../../arrays/dtype';
import { type ChunkBytes, chunkShape } from '../../storage/chunk-shape';
import { isReused } from '../../storage/reused-memory';
import type { Compression, StorageWriter, WriteAttr } from '../../storage/storage';
import { widen } from '../convert-numbers';
import { pieceBytes } from '../pieces';
import { Pipeline } from '../pipeline';

/** An array that grows along its first axis. */
export interface GrowingArray {
  /** As it is stored. */
  dtype: NumericDType;
  /** Shape of one row; `[]` for a list of numbers. */
  row: readonly number[];
  chunks: readonly number[];
  /** Rows it has already. */
  length: number;
}

/** What a new array is laid out for, as nobody knows how many rows will come: so many, or so many bytes. */
const [expectedRows, expectedBytes] = [1024, 256 * 2 ** 10];

/**
 * Appends rows to an array of a file that is being written, without knowing how many there will be. What comes is gathered
 * in staging memory until it fills whole chunks, so that each of them is compressed once. Holds three pieces of 4 MiB (or
 * of one row of chunks) at most. After a failure the file can only be abandoned.
 */
export class ArrayAppender {
  readonly #writer: StorageWriter;
  readonly #key: string;
  readonly #array: GrowingArray;
  readonly #pipeline: Pipeline;
  readonly #perRow: number;
  #staged: TypedArray | undefined;
  #filled = 0;
  #length: number;

  /** @param pipeline - to share with others that are appended to by turns */
  constructor(writer: StorageWriter, key: string, array: GrowingArray, pipeline = new Pipeline()) {
    this.#writer = writer;
    this.#pipeline = pipeline;
    this.#key = key;
    this.#array = array;
    this.#perRow = sizeOf(array.row) * dtypes[array.dtype].slots;
    this.#length = array.length;
  }

  /** Creates an empty array to append to. */
  static async create(
    writer: StorageWriter,
    key: string,
    spec: {
      dtype: NumericDType;
      row?: readonly number[];
      compression?: Compression | undefined;
      chunkBytes?: ChunkBytes | undefined;
      /** Some of the values that will come, to choose filters by. */
      sample?: TypedArray | undefined;
      /** Rows there will be, about, for the size of the chunks. */
      expected?: number | undefined;
    },
    attrs: Readonly<Record<string, WriteAttr>> = {},
    pipeline?: Pipeline,
  ): Promise<ArrayAppender> {
    const { dtype, row = [], compression, chunkBytes } = spec;
    const itemBytes = dtypes[dtype].storedBytes;
    const unknown = Math.max(expectedRows, Math.ceil(expectedBytes / Math.max(1, sizeOf(row) * itemBytes)));
    const chunks = chunkShape([Math.round(spec.expected ?? unknown), ...row], itemBytes, chunkBytes);
    await writer.createArray(key, {
      type: { kind: 'numeric', dtype },
      shape: [0, ...row],
      resizable: true,
      chunks,
      compression,
      sample: spec.sample,
    });
    for (const [name, value] of Object.entries(attrs)) await writer.writeAttr(key, name, value);
    return new ArrayAppender(writer, key, { dtype, row, chunks, length: 0 }, pipeline);
  }

  /** Rows there are, those that still wait included. */
  get length(): number {
    return this.#length + (this.#perRow === 0 ? 0 : this.#filled / this.#perRow);
  }

  /**
   * Appends whole rows, row-major. Integers may come narrower than they are stored, and positions as an `IndexArray`.
   * `rows` must not change until the promise is settled.
   */
  async append(rows: TypedArray): Promise<void> {
    await this.put(rows);
    await this.settled(rows);
  }

  /** As {@link append}, but `rows` must not change until `settled` is done. */
  async put(rows: TypedArray): Promise<void> {
    const isDirect = this.#takesAsIs(rows);
    for (let from = 0; from < rows.length; ) {
      const left = rows.length - from;
      const edge = this.#untilEdge();
      // Whole chunks that lie in memory of our own need not be staged.
      const direct = isDirect && this.#filled === 0 && edge === this.#perChunk ? left - (left % edge) : 0;
      if (direct > 0) {
        await this.#write(rows.subarray(from, from + direct) as TypedArray);
        from += direct;
        continue;
      }
      this.#staged ??= this.#writer.staging(this.#array.dtype, this.#rowsOfPiece() * sizeOf(this.#array.row));
      const room = isDirect && left > edge ? edge : this.#staged.length - this.#filled;
      const n = Math.min(left, room);
      put(this.#staged, this.#filled, rows.subarray(from, from + n) as TypedArray);
      this.#filled += n;
      from += n;
      if (n === room) await this.#flush();
    }
  }

  /** Waits until nobody reads `rows` any more. */
  async settled(rows: TypedArray): Promise<void> {
    if (this.#takesAsIs(rows)) await this.#pipeline.drain();
  }

  /** Writes what still waits and sees everything through. */
  async finish(): Promise<void> {
    await this.#flush();
    await this.#pipeline.drain();
  }

  /** Up to the end of a chunk, whatever there was before. */
  #rowsOfPiece(): number {
    const { dtype, row } = this.#array;
    const chunk = this.#array.chunks[0] as number;
    const rowBytes = Math.max(1, sizeOf(row) * dtypes[dtype].storedBytes);
    const rows = Math.max(1, Math.floor(pieceBytes / rowBytes / chunk)) * chunk;
    return rows - (this.#length % chunk);
  }

  get #perChunk(): number {
    return this.#perRow * (this.#array.chunks[0] as number);
  }

  /** Elements until the next chunk begins. */
  #untilEdge(): number {
    return this.#perChunk - ((this.#length * this.#perRow + this.#filled) % this.#perChunk);
  }

  #takesAsIs(rows: TypedArray): boolean {
    return isReused(rows.buffer) && rows.constructor === dtypes[this.#array.dtype].array;
  }

  async #flush(): Promise<void> {
    const data = this.#staged;
    if (data === undefined) return;
    const part = data.subarray(0, this.#filled) as TypedArray;
    this.#staged = undefined;
    this.#filled = 0;
    await this.#write(part);
    // Staging is synchronous work; give others a turn after each piece.
    await new Promise((resolve) => setImmediate(resolve));
  }

  async #write(part: TypedArray): Promise<void> {
    const rows = part.length / this.#perRow;
    const { row } = this.#array;
    const selection = { start: [this.#length, ...row.map(() => 0)], count: [rows, ...row] };
    this.#length += rows;
    await this.#pipeline.add(this.#writer.resize(this.#key, this.#length));
    await this.#pipeline.add(this.#writer.writeNumeric(this.#key, part, selection), part.byteLength);
  }
}

function put(dest: TypedArray, at: number, source: TypedArray): void {
  if (isBig(dest) && !isBig(source))
    widen(source as Int32Array, dest.subarray(at, at + source.length) as BigInt64Array);
  else dest.set(source as never, at);
}

function isBig(array: TypedArray): boolean {
  return Object.prototype.toString.call(array).startsWith('[object Big');
}
