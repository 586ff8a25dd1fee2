// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError } from '../errors';
import { DenseArray, type Element, isDenseArray, sameElement } from './dense-array';
import {
  allocate,
  copyOf,
  dtypeOf,
  dtypes,
  holds,
  type IndexArray,
  type NumericDType,
  sameNumbers,
  sizeOf,
  type TypedArray,
} from './dtype';

/** Integer widths of `indices` and `indptr` in the file the matrix came from. */
export interface StoredWidths {
  readonly indices: NumericDType;
  readonly indptr: NumericDType;
}

/** What a sparse matrix is made of; the typed arrays are shared, not copied. */
export interface SparseParts {
  shape: readonly [number, number];
  /** The stored values, row by row (csr) or column by column (csc). */
  data: TypedArray;
  /** Column (csr) or row (csc) of each stored value. Any integer array; kept as Int32Array, or Float64Array past 2³¹. */
  indices: TypedArray;
  /** Where each row (csr) or column (csc) begins in `data`; one more than there are rows (columns). */
  indptr: TypedArray;
  /** Element type of `data`; by default what the typed array naturally holds. */
  dtype?: NumericDType | undefined;
  stored?: StoredWidths | undefined;
}

/** Bytes that `toDense` may take unless it is told otherwise. */
const defaultDenseLimit = 2 ** 30;

const brand = Symbol.for('anndata.CompressedMatrix');

/**
 * A compressed sparse matrix: the common part of {@link CsrMatrix} and {@link CscMatrix}. Entries of one row (column) need not be
 * sorted, and several at one place add up. Arrays are shared with the caller, not copied.
 */
export abstract class CompressedMatrix {
  abstract readonly format: 'csr' | 'csc';
  /** Rows and columns. */
  readonly shape: readonly [number, number];
  readonly dtype: NumericDType;
  readonly data: TypedArray;
  readonly indices: IndexArray;
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

  /**
   * All elements, row-major. Cost: the elements and the stored entries.
   *
   * @param options.maxBytes - what the result may take; 1 GiB by default
   * @throws {AnnDataError} `ERR_LIMIT` when it would take more, `ERR_SHAPE` for a position outside of the matrix
   */
  toDense({ maxBytes = defaultDenseLimit }: { maxBytes?: number } = {}): DenseArray {
    const { array, slots } = dtypes[this.dtype];
    const bytes = sizeOf(this.shape) * slots * (array as unknown as { BYTES_PER_ELEMENT: number }).BYTES_PER_ELEMENT;
    if (bytes > maxBytes) {
      const advice = 'work on rows or columns, or pass {maxBytes} to allow it';
      throw new AnnDataError(
        'ERR_LIMIT',
        `a dense copy of shape [${this.shape.join(', ')}] takes ${bytes} bytes, the limit is ${maxBytes}; ${advice}`,
      );
    }
    this.validate();
    const data = allocate(this.dtype, sizeOf(this.shape));
    const [majorStep, minorStep] = this.format === 'csr' ? [this.shape[1], 1] : [1, this.shape[1]];
    for (let i = 0; i < this.major; i++) {
      for (let k = this.indptr[i]!; k < this.indptr[i + 1]!; k++) {
        this.addEntry(k, data, i * majorStep + this.indices[k]! * minorStep);
      }
    }
    return new DenseArray(data, this.shape, { dtype: this.dtype });
  }

  /**
   * Whether format, dtype, shape and every element are equal, in whichever order they are stored; NaN equals NaN, a stored
   * 0 equals none. Cost: one pass when they are stored alike, else a small map for each row (column) that is not.
   */
  equals(other: unknown): boolean {
    if (!isSparse(other) || other.format !== this.format || other.dtype !== this.dtype) return false;
    if (other.shape[0] !== this.shape[0] || other.shape[1] !== this.shape[1]) return false;
    if (other === (this as unknown)) return true;
    const alike = sameNumbers(this.indptr, other.indptr) && sameNumbers(this.indices, other.indices);
    if (alike && sameNumbers(this.data, other.data)) return true;
    this.validate();
    other.validate();
    for (let i = 0; i < this.major; i++) {
      if (!this.sameRun(other, i) && !sameEntries(this.entries(i), other.entries(i))) return false;
    }
    return true;
  }

  /** Whether row (column) `i` is stored alike in both. */
  private sameRun(other: CompressedMatrix, i: number): boolean {
    const { slots } = dtypes[this.dtype];
    const [from, start] = [this.indptr[i]!, other.indptr[i]!];
    const count = this.indptr[i + 1]! - from;
    if (other.indptr[i + 1]! - start !== count) return false;
    for (let k = 0; k < count; k++) if (this.indices[from + k] !== other.indices[start + k]) return false;
    return sameNumbers(
      this.data.subarray(from * slots, (from + count) * slots),
      other.data.subarray(start * slots, (start + count) * slots),
    );
  }

  /** Position → value of one row (csr) or column (csc), duplicates added, explicit zeros left out. */
  private entries(i: number): Map<number, Element> {
    const count = this.indptr[i + 1]! - this.indptr[i]!;
    const sums = new DenseArray(allocate(this.dtype, count), [count], { dtype: this.dtype });
    const places = new Map<number, number>();
    for (let k = this.indptr[i]!; k < this.indptr[i + 1]!; k++) {
      const at = places.get(this.indices[k]!) ?? places.size;
      places.set(this.indices[k]!, at);
      this.addEntry(k, sums.data as TypedArray, at);
    }
    const zero = DenseArray.zeros(this.dtype, []).get();
    const found = [...places].map(([j, at]) => [j, sums.get(at)] as const);
    return new Map(found.filter(([, value]) => !sameElement(value, zero)));
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

/**
 * A sparse matrix stored by rows.
 *
 * @example
 * ```ts
 * // [[0, 5], [7, 0]]
 * const m = new CsrMatrix({ shape: [2, 2], data: Float32Array.of(5, 7), indices: Int32Array.of(1, 0), indptr: Int32Array.of(0, 1, 2) });
 * m.get(1, 0); // 7
 * ```
 */
export class CsrMatrix extends CompressedMatrix {
  readonly format = 'csr';

  /** Checks lengths; for positions see {@link validate}. @throws {AnnDataError} `ERR_SHAPE` when they do not fit together */
  constructor(parts: SparseParts) {
    super(parts, parts.shape[0]);
  }

  /** A sparse copy of a 2-D array: everything that is not 0. Two passes. @throws {AnnDataError} `ERR_SHAPE` for text or another number of axes */
  static fromDense(dense: DenseArray): CsrMatrix {
    return new CsrMatrix(compress(dense));
  }

  /** A copy with memory of its own; entries stay in their order. */
  copy(): CsrMatrix {
    return new CsrMatrix(this.copiedParts());
  }

  /** Rows become columns; shares the memory. */
  transpose(): CscMatrix {
    return new CscMatrix(this.transposedParts());
  }
}

/** A sparse matrix stored by columns; see {@link CsrMatrix}. */
export class CscMatrix extends CompressedMatrix {
  readonly format = 'csc';

  /** Checks lengths; for positions see {@link validate}. @throws {AnnDataError} `ERR_SHAPE` when they do not fit together */
  constructor(parts: SparseParts) {
    super(parts, parts.shape[1]);
  }

  /** A sparse copy of a 2-D array: everything that is not 0. Two passes. @throws {AnnDataError} `ERR_SHAPE` for text or another number of axes */
  static fromDense(dense: DenseArray): CscMatrix {
    return new CsrMatrix(compress(dense.transpose())).transpose();
  }

  /** A copy with memory of its own; entries stay in their order. */
  copy(): CscMatrix {
    return new CscMatrix(this.copiedParts());
  }

  /** Columns become rows; shares the memory. */
  transpose(): CsrMatrix {
    return new CsrMatrix(this.transposedParts());
  }
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

function compress(dense: DenseArray): SparseParts {
  if (!isDenseArray(dense) || dense.nDim !== 2 || dense.dtype === 'string') {
    throw new AnnDataError('ERR_SHAPE', 'a sparse matrix is made of a numeric array with two axes');
  }
  const { slots } = dtypes[dense.dtype];
  const flat = dense.toContiguous().data as TypedArray;
  const [rows, columns] = dense.shape as [number, number];
  const zero = dense.dtype === 'int64' || dense.dtype === 'uint64' ? 0n : 0;
  const isZero = (at: number): boolean => flat[at * slots] === zero && (slots === 1 || flat[at * slots + 1] === zero);
  const indptr = new Int32Array(rows + 1);
  let nnz = 0;
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) if (!isZero(at++)) nnz++;
    indptr[row + 1] = nnz;
  }
  const data = allocate(dense.dtype, nnz);
  const indices = new Int32Array(nnz);
  for (let at = 0, k = 0; at < rows * columns; at++) {
    if (isZero(at)) continue;
    for (let slot = 0; slot < slots; slot++) data[k * slots + slot] = flat[at * slots + slot] as never;
    indices[k++] = at % columns;
  }
  return { shape: [rows, columns], data, dtype: dense.dtype, indices, indptr };
}

function sameEntries(mine: Map<number, Element>, theirs: Map<number, Element>): boolean {
  if (mine.size !== theirs.size) return false;
  for (const [at, value] of mine) {
    const other = theirs.get(at);
    if (other === undefined || !sameElement(value, other)) return false;
  }
  return true;
}
