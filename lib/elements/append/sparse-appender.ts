// SPDX-License-Identifier: BSD-3-Clause

import { dtypes, type IndexArray, type NumericDType, type TypedArray } from '../../arrays/dtype';
import { AnnDataError } from '../../errors';
import type { ChunkBytes } from '../../storage/chunk-shape';
import type { Compression, StorageWriter } from '../../storage/storage';
import { Pipeline } from '../pipeline';
import { fittingWidth, positionsWidth } from '../widths';
import { ArrayAppender, type GrowingArray } from './array-appender';

/** Rows of a csr matrix, or columns of a csc matrix: the entries of line i are those from `indptr[i]` to `indptr[i + 1]`. */
export interface SparseLines {
  data: TypedArray;
  indices: IndexArray;
  indptr: IndexArray;
}

/** How its arrays are stored. */
interface Form {
  compression?: Compression | undefined;
  chunkBytes?: ChunkBytes | undefined;
}

/** What the matrix is, whoever writes it. */
export interface SparseLayout {
  format: 'csr' | 'csc';
  /** Length of the axis along which lines do not grow. */
  minor: number;
}

/**
 * Appends lines to a csr or csc matrix of a file that is being written: rows to a csr matrix, columns to a csc one, as
 * Python's `sparse_dataset(…).append`. The pointers are kept in memory, 8 bytes a line, and written last, in as many bits
 * as they need: where Python refuses to go past 2³¹ entries, they become int64.
 */
export class SparseAppender {
  readonly #writer: StorageWriter;
  readonly #key: string;
  readonly #layout: SparseLayout;
  readonly #data: ArrayAppender;
  readonly #indices: ArrayAppender;
  readonly #stored: NumericDType | undefined;
  readonly #slots: number;
  readonly #form: Form;
  readonly #pointers: Pointers;

  private constructor(
    writer: StorageWriter,
    key: string,
    layout: SparseLayout & Form & { indptr?: NumericDType | undefined; dtype: NumericDType },
    parts: { data: ArrayAppender; indices: ArrayAppender; pointers: Pointers },
  ) {
    this.#writer = writer;
    this.#key = key;
    this.#layout = layout;
    this.#stored = layout.indptr;
    this.#form = layout;
    this.#slots = dtypes[layout.dtype].slots;
    this.#data = parts.data;
    this.#indices = parts.indices;
    this.#pointers = parts.pointers;
  }

  /**
   * Creates the group of an empty matrix.
   *
   * @param spec.indices - the width of its positions, by default what they need; `indptr`: of its pointers, while it is enough
   * @param spec.entries - how many there will be, about, for the size of the chunks; `sample`: some values, to choose filters by
   */
  static async create(
    writer: StorageWriter,
    key: string,
    spec: SparseLayout &
      Form & {
        dtype: NumericDType;
        indices?: NumericDType | undefined;
        indptr?: NumericDType | undefined;
        entries?: number | undefined;
        sample?: TypedArray | undefined;
      },
  ): Promise<SparseAppender> {
    const { format, minor, dtype, compression, chunkBytes, entries: expected } = spec;
    const form = { compression, chunkBytes, expected };
    await writer.createGroup(key);
    await writer.writeAttr(key, 'encoding-type', `${format}_matrix`);
    await writer.writeAttr(key, 'encoding-version', '0.1.0');
    const positions = positionsWidth(spec.indices, minor);
    const pipeline = new Pipeline();
    return new SparseAppender(writer, key, spec, {
      data: await ArrayAppender.create(writer, `${key}/data`, { dtype, sample: spec.sample, ...form }, {}, pipeline),
      indices: await ArrayAppender.create(writer, `${key}/indices`, { dtype: positions, ...form }, {}, pipeline),
      pointers: new Pointers(Float64Array.of(0)),
    });
  }

  /**
   * Goes on with a matrix whose group, `data` and `indices` are in the file, resizable, but whose `indptr` is not yet.
   *
   * @param matrix.indptr - the pointers of the lines there are
   * @param matrix.width - how they were stored
   */
  static resume(
    writer: StorageWriter,
    key: string,
    matrix: SparseLayout &
      Form & {
        data: GrowingArray;
        indices: GrowingArray;
        indptr: IndexArray;
        width?: NumericDType | undefined;
      },
  ): SparseAppender {
    const { data, indices, indptr, width, compression, chunkBytes, format, minor } = matrix;
    const layout = { format, minor, indptr: width, compression, chunkBytes, dtype: data.dtype };
    const pipeline = new Pipeline();
    return new SparseAppender(writer, key, layout, {
      data: new ArrayAppender(writer, `${key}/data`, data, pipeline),
      indices: new ArrayAppender(writer, `${key}/indices`, indices, pipeline),
      pointers: new Pointers(Float64Array.from(indptr)),
    });
  }

  /** Lines there are. */
  get lines(): number {
    return this.#pointers.length - 1;
  }

  /** Entries there are. */
  get entries(): number {
    return this.#pointers.last;
  }

  /**
   * Appends lines. The arrays must not change until the promise is settled.
   *
   * @throws AnnDataError `ERR_ARGUMENT` when pointers and entries do not belong together
   */
  async append({ data, indices, indptr }: SparseLines): Promise<void> {
    const entries = (indptr[indptr.length - 1] ?? 0) - (indptr[0] ?? 0);
    if (indptr.length === 0 || entries !== indices.length || entries * this.#slots !== data.length) {
      throw new AnnDataError(
        'ERR_ARGUMENT',
        `the pointers speak of ${entries} entries, but there are ${indices.length} positions and ${data.length / this.#slots} values`,
        { key: this.#key },
      );
    }
    this.#pointers.append(indptr);
    await this.#indices.put(indices);
    await this.#data.put(data);
    await this.#indices.settled(indices);
    await this.#data.settled(data);
  }

  /** Writes what still waits, the pointers and the shape. */
  async finish(): Promise<void> {
    await this.#indices.finish();
    await this.#data.finish();
    const dtype = fittingWidth(this.#stored, this.entries);
    const indptr = await ArrayAppender.create(this.#writer, `${this.#key}/indptr`, {
      dtype,
      compression: this.#form.compression,
      chunkBytes: this.#form.chunkBytes,
      expected: this.#pointers.length,
    });
    await indptr.append(this.#pointers.all);
    await indptr.finish();
    const { format, minor } = this.#layout;
    const shape = format === 'csr' ? [this.lines, minor] : [minor, this.lines];
    await this.#writer.writeAttr(this.#key, 'shape', BigInt64Array.from(shape, BigInt));
  }
}

/** A growing list of numbers up to 2⁵³. */
class Pointers {
  #values: Float64Array;
  length: number;

  constructor(first: Float64Array) {
    this.#values = first;
    this.length = first.length;
  }

  get all(): Float64Array {
    return this.#values.subarray(0, this.length);
  }

  get last(): number {
    return this.#values[this.length - 1] as number;
  }

  append(indptr: IndexArray): void {
    const room = this.length + indptr.length - 1;
    if (room > this.#values.length) {
      const larger = new Float64Array(Math.max(room, 2 * this.#values.length));
      larger.set(this.#values.subarray(0, this.length));
      this.#values = larger;
    }
    const shift = this.last - (indptr[0] as number);
    for (let i = 1; i < indptr.length; i++) this.#values[this.length++] = (indptr[i] as number) + shift;
  }
}
