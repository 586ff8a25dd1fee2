// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError } from '../../errors';
import { DenseArray, type Element } from '../dense-array';
import {
  allocate,
  copyOf,
  dtypeOf,
  dtypes,
  holds,
  type IndexArray,
  memoryBytesOf,
  type NumericDType,
  sameNumbers,
  sizeOf,
  type TypedArray,
} from '../dtype';
import { checkedPositions, type Positions } from '../positions';
import type { CscMatrix, CsrMatrix } from '../sparse-matrix';
import { isSorted, mergedSteps, sameSteps, sortedSteps } from './canonical';
import { denseSteps } from './dense';
import { type AsyncOptions, runNow, runSoon, type Steps } from './passes';
import type { Compressed } from './source';
import { subsetSteps } from './subset';
import { meanDType, roundSums, sumDType, sumSteps, totalOf } from './sums';
import { otherFormatSteps } from './transpose';

/** Integer widths of `indices` and `indptr` in the file the matrix came from. */
export interface StoredWidths {
  /** Of the positions. */
  readonly indices: NumericDType;
  /** Of the row (column) pointers. */
  readonly indptr: NumericDType;
}

/** What a sparse matrix is made of; the typed arrays are shared, not copied. */
export interface SparseParts {
  /** Rows and columns. */
  shape: readonly [number, number];
  /** The stored values, row by row (csr) or column by column (csc). */
  data: TypedArray;
  /** Column (csr) or row (csc) of each stored value. Any integer array; kept as Int32Array, or Float64Array past 2³¹. */
  indices: TypedArray;
  /** Where each row (csr) or column (csc) begins in `data`; one more than there are rows (columns). */
  indptr: TypedArray;
  /** Element type of `data`; by default what the typed array naturally holds. */
  dtype?: NumericDType | undefined;
  /** Integer widths in the file it came from. */
  stored?: StoredWidths | undefined;
}

/** Bytes that `toDense` may take unless it is told otherwise. */
const defaultDenseLimit = 2 ** 30;

/** An axis: 0 runs down the rows, 1 across the columns. */
export type Axis = 0 | 1;

const seen = Symbol('what the kernels see');

const brand = Symbol.for('anndata.CompressedMatrix');

/**
 * A compressed sparse matrix: the common part of {@link CsrMatrix} and {@link CscMatrix}. Entries of one row (column) need not be
 * sorted, and several at one place add up. Arrays are shared with the caller, not copied.
 */
export abstract class CompressedMatrix {
  /** `csr`: stored by rows; `csc`: by columns. */
  abstract readonly format: 'csr' | 'csc';
  /** Rows and columns. */
  readonly shape: readonly [number, number];
  /** Type of the elements. */
  readonly dtype: NumericDType;
  /** The stored values; complex ones are interleaved pairs. */
  readonly data: TypedArray;
  /** Column (csr) or row (csc) of each stored value. */
  readonly indices: IndexArray;
  /** Where each row (csr) or column (csc) begins in `data`; one more than there are rows (columns). */
  readonly indptr: IndexArray;
  /** Integer widths in the file it came from; writing keeps them while they fit. */
  readonly stored: StoredWidths | undefined;
  readonly [brand] = true;

  protected constructor(parts: SparseParts, major: number) {
    this.shape = [parts.shape[0], parts.shape[1]];
    this.dtype = parts.dtype ?? dtypeOf(parts.data);
    this.data = parts.data;
    this.indices = toIndexArray(parts.indices);
    this.indptr = toIndexArray(parts.indptr);
    this.stored = parts.stored;
    this.checkLengths(major);
  }

  private checkLengths(major: number): void {
    const { data, dtype, indptr, nnz } = this;
    const problem = this.shape.some((n) => !Number.isSafeInteger(n) || n < 0)
      ? `shape [${this.shape.join(', ')}] makes no matrix`
      : !holds(data, dtype)
        ? `data of ${dtype} must be a ${dtypes[dtype].array.name}`
        : indptr.length !== major + 1
          ? `indptr has ${indptr.length} entries, the shape asks for ${major + 1}`
          : indptr[0] !== 0
            ? `indptr starts with ${indptr[0]}, not 0`
            : indptr[major] !== nnz || data.length !== nnz * dtypes[dtype].slots
              ? `indptr ends with ${indptr[major]}, indices has ${nnz} entries and data ${data.length / dtypes[dtype].slots}`
              : undefined;
    if (problem !== undefined) throw new AnnDataError('ERR_SHAPE', problem);
  }

  /** Number of stored entries. */
  get nnz(): number {
    return this.indices.length;
  }

  private get major(): number {
    return this.indptr.length - 1;
  }

  private get minor(): number {
    return this.shape[this.format === 'csr' ? 1 : 0];
  }

  /**
   * Checks every position: `indptr` must not fall, `indices` must lie inside the matrix. Cost: one pass over both.
   *
   * @throws {AnnDataError} `ERR_SHAPE` naming the first that does not
   */
  validate(): void {
    const { indices, indptr, minor } = this;
    for (let i = 0; i < this.major; i++) {
      if (!(indptr[i + 1]! >= indptr[i]! && Number.isInteger(indptr[i + 1]))) {
        throw new AnnDataError(
          'ERR_SHAPE',
          `indptr goes from ${indptr[i]} to ${indptr[i + 1]} at position ${i + 1}: it must rise, in whole steps`,
        );
      }
    }
    const whole = indices.BYTES_PER_ELEMENT === 4;
    for (let k = 0; k < indices.length; k++) {
      const index = indices[k]!;
      if (!(index >= 0 && index < minor && (whole || Number.isInteger(index)))) {
        throw new AnnDataError('ERR_SHAPE', `index ${indices[k]} at position ${k} is outside of [0, ${minor})`);
      }
    }
  }

  /**
   * One element; entries at the same place add up. Cost: the entries of its row (csr) or column (csc).
   *
   * @throws {AnnDataError} `ERR_ARGUMENT` when a position is outside of the matrix
   * @example
   * ```ts
   * matrix.get(1, 3); // 9
   * ```
   */
  get(row: number, column: number): Element {
    const [rows, columns] = this.shape;
    if (
      !(row >= 0 && row < rows && column >= 0 && column < columns && Number.isInteger(row) && Number.isInteger(column))
    ) {
      throw new AnnDataError('ERR_ARGUMENT', `index [${row}, ${column}] is outside of shape [${rows}, ${columns}]`);
    }
    const [i, j] = this.format === 'csr' ? [row, column] : [column, row];
    const cell = new DenseArray(allocate(this.dtype, 1), [], { dtype: this.dtype });
    for (let k = this.indptr[i]!; k < this.indptr[i + 1]!; k++) {
      if (this.indices[k] === j) this.addEntry(k, cell.data as TypedArray, 0);
    }
    return cell.get();
  }

  /** Adds stored entry `k` to element `at` of `dest`. */
  private addEntry(k: number, dest: TypedArray, at: number): void {
    const { slots } = dtypes[this.dtype];
    for (let slot = 0; slot < slots; slot++) {
      const value = this.data[k * slots + slot]!;
      const sum = (dest[at * slots + slot] as number) + (value as number);
      dest[at * slots + slot] = (this.dtype === 'bool' ? Math.min(1, sum) : sum) as never;
    }
  }

  /** @internal */
  get [seen](): Compressed {
    return compressedOf(this as unknown as AnySparse);
  }

  /**
   * All elements, row-major. Cost: the elements and the stored entries.
   *
   * @param options.maxBytes - what the result may take; 1 GiB by default
   * @throws {AnnDataError} `ERR_LIMIT` when it would take more, `ERR_SHAPE` for a position outside of the matrix
   * @example
   * ```ts
   * matrix.toDense().shape; // [3, 6]
   * ```
   */
  toDense(options: { maxBytes?: number } = {}): DenseArray {
    return runNow(this.denseSteps(options));
  }

  /** As {@link toDense}, on the pool: the event loop goes on meanwhile. */
  async toDenseAsync(options: AsyncOptions & { maxBytes?: number } = {}): Promise<DenseArray> {
    return runSoon(this.denseSteps(options), options);
  }

  private *denseSteps({ maxBytes = defaultDenseLimit }: { maxBytes?: number }): Steps<DenseArray> {
    const bytes = sizeOf(this.shape) * memoryBytesOf(this.dtype);
    if (bytes > maxBytes) {
      const advice = 'work on rows or columns, or pass {maxBytes} to allow it';
      throw new AnnDataError(
        'ERR_LIMIT',
        `a dense copy of shape [${this.shape.join(', ')}] takes ${bytes} bytes, the limit is ${maxBytes}; ${advice}`,
      );
    }
    const data = yield* denseSteps(this[seen], this.format === 'csr' ? [this.shape[1], 1] : [1, this.shape[1]]);
    return new DenseArray(data, this.shape, { dtype: this.dtype });
  }

  /**
   * Whether format, dtype, shape and every element are equal, in whichever order they are stored; NaN equals NaN, a stored
   * 0 equals none. Cost: one pass when they are stored alike, else a sorted copy of both.
   */
  equals(other: unknown): boolean {
    if (!this.isLike(other)) return false;
    if (other === (this as unknown)) return true;
    const alike = sameNumbers(this.indptr, other.indptr) && sameNumbers(this.indices, other.indices);
    if (alike && sameNumbers(this.data, other.data)) return true;
    this.validate();
    other.validate();
    return runNow(sameSteps(this[seen], other[seen]));
  }

  /** As {@link equals}, on the pool. Cost: a sorted copy of both. */
  async equalsAsync(other: unknown, options: AsyncOptions = {}): Promise<boolean> {
    return this.isLike(other) && runSoon(sameSteps(this[seen], other[seen]), options);
  }

  private isLike(other: unknown): other is CsrMatrix | CscMatrix {
    if (!isSparse(other) || other.format !== this.format || other.dtype !== this.dtype) return false;
    return other.shape[0] === this.shape[0] && other.shape[1] === this.shape[1];
  }

  /** Whether the indices of each row (csr) or column (csc) rise; equal neighbours are fine. Cost: at most one pass. */
  get hasSortedIndices(): boolean {
    return isSorted(this[seen], false);
  }

  /** Whether indices are sorted and no place has several entries. Cost: at most one pass. */
  get hasCanonicalFormat(): boolean {
    return isSorted(this[seen], true);
  }

  /**
   * The sum of all elements, or along an axis: 0 gives a sum for each column, 1 one for each row. As in NumPy, booleans and
   * integers add up to int64, unsigned ones to uint64 (wrapping around), floats and complex numbers to their own type; float16
   * to float32. Floats are added in double precision and rounded once, so the last digit may differ from Python's.
   *
   * @example
   * ```ts
   * const perCell = adata.X.sum(1); // DenseArray of shape [adata.nObs]
   * ```
   */
  sum(): Element;
  sum(axis: Axis): DenseArray;
  sum(axis?: Axis): DenseArray | Element {
    return runNow(this.sumSteps(axis, false));
  }

  /** As {@link sum}, on the pool. */
  sumAsync(axis?: undefined, options?: AsyncOptions): Promise<Element>;
  sumAsync(axis: Axis, options?: AsyncOptions): Promise<DenseArray>;
  async sumAsync(axis?: Axis, options: AsyncOptions = {}): Promise<DenseArray | Element> {
    return runSoon(this.sumSteps(axis, false), options);
  }

  /**
   * The mean of all elements (those not stored are 0), or along an axis: 0 gives one for each column, 1 one for each row.
   * float64 for integers and booleans, else the type of the sum; NaN when there are none.
   *
   * @example
   * ```ts
   * matrix.mean(0).shape; // [6]
   * matrix.subset([0], [1, 4]).mean(); // 2.5
   * ```
   */
  mean(): Element;
  mean(axis: Axis): DenseArray;
  mean(axis?: Axis): DenseArray | Element {
    return runNow(this.sumSteps(axis, true));
  }

  /** As {@link mean}, on the pool. */
  meanAsync(axis?: undefined, options?: AsyncOptions): Promise<Element>;
  meanAsync(axis: Axis, options?: AsyncOptions): Promise<DenseArray>;
  async meanAsync(axis?: Axis, options: AsyncOptions = {}): Promise<DenseArray | Element> {
    return runSoon(this.sumSteps(axis, true), options);
  }

  private *sumSteps(axis: Axis | undefined, mean: boolean): Steps<DenseArray | Element> {
    checkAxis(axis);
    const dtype = mean ? meanDType(this.dtype) : sumDType(this.dtype);
    const count = axis === undefined ? sizeOf(this.shape) : this.shape[axis];
    const byRow = axis === undefined || (axis === 1) === (this.format === 'csr');
    const sums = yield* sumSteps(this[seen], byRow ? 'rows' : 'minor', mean);
    if (axis === undefined) {
      return new DenseArray(totalOf(sums, dtype, mean ? count : undefined), [], { dtype }).get();
    }
    return new DenseArray(roundSums(sums, dtype, mean ? count : undefined), [this.shape[1 - axis]!], { dtype });
  }

  protected *subsetSteps(rows: Positions, columns: Positions): Steps<SparseParts> {
    const { shape } = this;
    const byRow = checkedPositions(rows, shape[0], 'row');
    const byColumn = checkedPositions(columns, shape[1], 'column');
    const [majors, minors] = this.format === 'csr' ? [byRow, byColumn] : [byColumn, byRow];
    const taken = yield* subsetSteps(this[seen], majors, minors);
    return this.partsOf(taken, [byRow?.length ?? shape[0], byColumn?.length ?? shape[1]]);
  }

  protected *otherFormatSteps(): Steps<SparseParts> {
    return this.partsOf(yield* otherFormatSteps(this[seen]), this.shape);
  }

  protected *sortSteps(merge: boolean): Steps<SparseParts> {
    const steps = merge ? mergedSteps(this[seen], false) : sortedSteps(this[seen]);
    return this.partsOf(yield* steps, this.shape);
  }

  private partsOf({ dtype, data, indices, indptr }: Compressed, shape: readonly [number, number]): SparseParts {
    return { shape, dtype, data, indices, indptr, stored: this.stored };
  }

  /** Positions and values of one row (csr) or column (csc), as views. */
  protected run(i: number): { indices: IndexArray; data: TypedArray } {
    const { slots } = dtypes[this.dtype];
    const [from, to] = [this.indptr[i]!, this.indptr[i + 1]!];
    return { indices: this.indices.subarray(from, to), data: this.data.subarray(from * slots, to * slots) };
  }

  protected copiedParts(): SparseParts {
    const { data, dtype, indices, indptr, shape, stored } = this;
    return { shape, dtype, stored, data: copyOf(data), indices: copyOf(indices), indptr: copyOf(indptr) };
  }

  protected transposedParts(): SparseParts {
    const { data, dtype, indices, indptr, shape, stored } = this;
    return { shape: [shape[1], shape[0]], dtype, stored, data, indices, indptr };
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `${this.constructor.name}(${this.shape.join(' × ')} ${this.dtype}, ${this.nnz} stored)`;
  }
}

/** Either of the two formats. */
export type AnySparse = CsrMatrix | CscMatrix;

/** What the kernels see of a matrix. */
export function compressedOf(matrix: AnySparse): Compressed {
  const { dtype, data, indices, indptr, shape, format } = matrix;
  return { dtype, data, indices, indptr, minor: shape[format === 'csr' ? 1 : 0] };
}

function checkAxis(axis: Axis | undefined): void {
  if (axis !== undefined && axis !== 0 && axis !== 1)
    throw new AnnDataError('ERR_ARGUMENT', `a matrix has the axes 0 and 1, not ${String(axis)}`);
}

/** Whether `value` is a compressed sparse matrix, of whichever copy of this package. */
export function isSparse(value: unknown): value is CsrMatrix | CscMatrix {
  return typeof value === 'object' && value !== null && brand in value;
}

/** Integers as positions: Int32Array when all fit, else Float64Array. Those two are taken as they are. */
export function toIndexArray(values: TypedArray): IndexArray {
  if (holds(values, 'int32') || holds(values, 'float64')) return values as IndexArray;
  const narrow = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const position = Number(values[i]);
    if (position !== (position | 0)) return Float64Array.from(values as ArrayLike<number>, Number);
    narrow[i] = position;
  }
  return narrow;
}
