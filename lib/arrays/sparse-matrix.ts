// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError } from '../errors';
import { DenseArray, type Element } from './dense-array';
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
import { checkedPositions, type Positions } from './positions';
import { isSorted, mergedSteps, sameSteps, sortedSteps } from './sparse/canonical';
import { compress } from './sparse/compress';
import { denseSteps } from './sparse/dense';
import { type AsyncOptions, runNow, runSoon, type Steps } from './sparse/passes';
import type { Compressed } from './sparse/source';
import { stackMajorSteps, stackMinorSteps } from './sparse/stack';
import { subsetSteps } from './sparse/subset';
import { meanDType, roundSums, sumDType, sumSteps, totalOf } from './sparse/sums';
import { otherFormatSteps } from './sparse/transpose';

/** Integer widths of `indices` and `indptr` in the file the matrix came from. */
export interface StoredWidths {
  readonly indices: NumericDType;
  readonly indptr: NumericDType;
}

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

/** An axis: 0 runs down the rows, 1 across the columns. */
export type Axis = 0 | 1;

const seen = Symbol('what the kernels see');

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

  /** @internal */
  get [seen](): Compressed {
    const { dtype, data, indices, indptr, minor } = this;
    return { dtype, data, indices, indptr, minor };
  }

  /**
   * All elements, row-major. Cost: the elements and the stored entries.
   *
   * @param options.maxBytes - what the result may take; 1 GiB by default
   * @throws {AnnDataError} `ERR_LIMIT` when it would take more, `ERR_SHAPE` for a position outside of the matrix
   */
  toDense(options: { maxBytes?: number } = {}): DenseArray {
    return runNow(this.denseSteps(options));
  }

  /** As {@link toDense}, on the pool: the event loop goes on meanwhile. */
  async toDenseAsync(options: AsyncOptions & { maxBytes?: number } = {}): Promise<DenseArray> {
    return runSoon(this.denseSteps(options), options);
  }

  private *denseSteps({ maxBytes = defaultDenseLimit }: { maxBytes?: number }): Steps<DenseArray> {
    const { array, slots } = dtypes[this.dtype];
    const bytes = sizeOf(this.shape) * slots * (array as unknown as { BYTES_PER_ELEMENT: number }).BYTES_PER_ELEMENT;
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
    const [rows = 0, columns = 0] = dense.shape;
    return new CsrMatrix({ shape: [rows, columns], ...compress(dense) });
  }

  /**
   * Given rows and columns, in that order, repeats allowed: `result[i, j] = this[rows[i], columns[j]]`. A copy; null takes all.
   * Entries keep the order in which their row stores them.
   *
   * @throws {AnnDataError} `ERR_ARGUMENT` when a position is outside of the shape; negative ones are
   * @example
   * ```ts
   * matrix.subset([2, 0], null); // third and first row
   * matrix.subset(null, [5, 5, 1]); // three columns
   * ```
   */
  subset(rows: Positions, columns: Positions = null): CsrMatrix {
    return new CsrMatrix(runNow(this.subsetSteps(rows, columns)));
  }

  /** As {@link subset}, on the pool: the event loop goes on meanwhile. */
  async subsetAsync(rows: Positions, columns: Positions = null, options: AsyncOptions = {}): Promise<CsrMatrix> {
    return new CsrMatrix(await runSoon(this.subsetSteps(rows, columns), options));
  }

  /** The same matrix stored by rows: itself. */
  toCsr(): CsrMatrix {
    return this;
  }

  /** The same matrix stored by rows: itself. */
  async toCsrAsync(_options: AsyncOptions = {}): Promise<CsrMatrix> {
    return this;
  }

  /** The same matrix stored by columns, sorted; entries at one place stay apart. Cost: two passes over the entries. */
  toCsc(): CscMatrix {
    return new CscMatrix(runNow(this.otherFormatSteps()));
  }

  /** As {@link toCsc}, on the pool: the event loop goes on meanwhile. */
  async toCscAsync(options: AsyncOptions = {}): Promise<CscMatrix> {
    return new CscMatrix(await runSoon(this.otherFormatSteps(), options));
  }

  /** Entries sorted by column within each row, those at one place in their old order; itself when they are. */
  sortIndices(): CsrMatrix {
    return this.hasSortedIndices ? this : new CsrMatrix(runNow(this.sortSteps(false)));
  }

  /** As {@link sortIndices}, on the pool; always a copy. */
  async sortIndicesAsync(options: AsyncOptions = {}): Promise<CsrMatrix> {
    return new CsrMatrix(await runSoon(this.sortSteps(false), options));
  }

  /** Entries at one place summed up, and sorted; itself when there is nothing to do. Zeros that come out stay. */
  sumDuplicates(): CsrMatrix {
    return this.hasCanonicalFormat ? this : new CsrMatrix(runNow(this.sortSteps(true)));
  }

  /** As {@link sumDuplicates}, on the pool; always a copy. */
  async sumDuplicatesAsync(options: AsyncOptions = {}): Promise<CsrMatrix> {
    return new CsrMatrix(await runSoon(this.sortSteps(true), options));
  }

  /**
   * The rows one after the other: positions and values of the stored entries, as views that share the matrix's memory.
   *
   * @example
   * ```ts
   * for (const { row, indices, data } of matrix.rows()) console.log(row, indices.length, data[0]);
   * ```
   */
  *rows(): IterableIterator<{ row: number; indices: IndexArray; data: TypedArray }> {
    for (let i = 0; i < this.shape[0]; i++) yield { row: i, ...this.run(i) };
  }

  /**
   * Matrices one below the other, stored by rows; the element type is NumPy's common one, other formats are converted.
   *
   * @throws {AnnDataError} `ERR_SHAPE` when numbers of columns differ, `ERR_ARGUMENT` for an empty list
   */
  static vstack(matrices: readonly AnySparse[]): CsrMatrix {
    return new CsrMatrix(runNow(stackSteps(matrices, 'csr', 0)));
  }

  /** As {@link vstack}, on the pool: the event loop goes on meanwhile. */
  static async vstackAsync(matrices: readonly AnySparse[], options: AsyncOptions = {}): Promise<CsrMatrix> {
    return new CsrMatrix(await runSoon(stackSteps(matrices, 'csr', 0), options));
  }

  /**
   * Matrices side by side, stored by rows; the element type is NumPy's common one, other formats are converted.
   *
   * @throws {AnnDataError} `ERR_SHAPE` when numbers of rows differ, `ERR_ARGUMENT` for an empty list
   */
  static hstack(matrices: readonly AnySparse[]): CsrMatrix {
    return new CsrMatrix(runNow(stackSteps(matrices, 'csr', 1)));
  }

  /** As {@link hstack}, on the pool: the event loop goes on meanwhile. */
  static async hstackAsync(matrices: readonly AnySparse[], options: AsyncOptions = {}): Promise<CsrMatrix> {
    return new CsrMatrix(await runSoon(stackSteps(matrices, 'csr', 1), options));
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
    return CsrMatrix.fromDense(dense.transpose()).transpose();
  }

  /**
   * Given rows and columns, in that order, repeats allowed: `result[i, j] = this[rows[i], columns[j]]`. A copy; null takes all.
   * Entries keep the order in which their column stores them.
   *
   * @throws {AnnDataError} `ERR_ARGUMENT` when a position is outside of the shape; negative ones are
   * @example
   * ```ts
   * matrix.subset([2, 0], null); // third and first row
   * matrix.subset(null, [5, 5, 1]); // three columns
   * ```
   */
  subset(rows: Positions, columns: Positions = null): CscMatrix {
    return new CscMatrix(runNow(this.subsetSteps(rows, columns)));
  }

  /** As {@link subset}, on the pool: the event loop goes on meanwhile. */
  async subsetAsync(rows: Positions, columns: Positions = null, options: AsyncOptions = {}): Promise<CscMatrix> {
    return new CscMatrix(await runSoon(this.subsetSteps(rows, columns), options));
  }

  /** The same matrix stored by columns: itself. */
  toCsc(): CscMatrix {
    return this;
  }

  /** The same matrix stored by columns: itself. */
  async toCscAsync(_options: AsyncOptions = {}): Promise<CscMatrix> {
    return this;
  }

  /** The same matrix stored by rows, sorted; entries at one place stay apart. Cost: two passes over the entries. */
  toCsr(): CsrMatrix {
    return new CsrMatrix(runNow(this.otherFormatSteps()));
  }

  /** As {@link toCsr}, on the pool: the event loop goes on meanwhile. */
  async toCsrAsync(options: AsyncOptions = {}): Promise<CsrMatrix> {
    return new CsrMatrix(await runSoon(this.otherFormatSteps(), options));
  }

  /** Entries sorted by row within each column, those at one place in their old order; itself when they are. */
  sortIndices(): CscMatrix {
    return this.hasSortedIndices ? this : new CscMatrix(runNow(this.sortSteps(false)));
  }

  /** As {@link sortIndices}, on the pool; always a copy. */
  async sortIndicesAsync(options: AsyncOptions = {}): Promise<CscMatrix> {
    return new CscMatrix(await runSoon(this.sortSteps(false), options));
  }

  /** Entries at one place summed up, and sorted; itself when there is nothing to do. Zeros that come out stay. */
  sumDuplicates(): CscMatrix {
    return this.hasCanonicalFormat ? this : new CscMatrix(runNow(this.sortSteps(true)));
  }

  /** As {@link sumDuplicates}, on the pool; always a copy. */
  async sumDuplicatesAsync(options: AsyncOptions = {}): Promise<CscMatrix> {
    return new CscMatrix(await runSoon(this.sortSteps(true), options));
  }

  /**
   * The columns one after the other: positions and values of the stored entries, as views that share the matrix's memory.
   *
   * @example
   * ```ts
   * for (const { column, indices, data } of matrix.toCsc().columns()) console.log(column, indices.length, data[0]);
   * ```
   */
  *columns(): IterableIterator<{ column: number; indices: IndexArray; data: TypedArray }> {
    for (let i = 0; i < this.shape[1]; i++) yield { column: i, ...this.run(i) };
  }

  /**
   * Matrices one below the other, stored by columns; the element type is NumPy's common one, other formats are converted.
   *
   * @throws {AnnDataError} `ERR_SHAPE` when numbers of columns differ, `ERR_ARGUMENT` for an empty list
   */
  static vstack(matrices: readonly AnySparse[]): CscMatrix {
    return new CscMatrix(runNow(stackSteps(matrices, 'csc', 0)));
  }

  /** As {@link vstack}, on the pool: the event loop goes on meanwhile. */
  static async vstackAsync(matrices: readonly AnySparse[], options: AsyncOptions = {}): Promise<CscMatrix> {
    return new CscMatrix(await runSoon(stackSteps(matrices, 'csc', 0), options));
  }

  /**
   * Matrices side by side, stored by columns; the element type is NumPy's common one, other formats are converted.
   *
   * @throws {AnnDataError} `ERR_SHAPE` when numbers of rows differ, `ERR_ARGUMENT` for an empty list
   */
  static hstack(matrices: readonly AnySparse[]): CscMatrix {
    return new CscMatrix(runNow(stackSteps(matrices, 'csc', 1)));
  }

  /** As {@link hstack}, on the pool: the event loop goes on meanwhile. */
  static async hstackAsync(matrices: readonly AnySparse[], options: AsyncOptions = {}): Promise<CscMatrix> {
    return new CscMatrix(await runSoon(stackSteps(matrices, 'csc', 1), options));
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

/** Either of the two formats. */
type AnySparse = CsrMatrix | CscMatrix;

function checkAxis(axis: Axis | undefined): void {
  if (axis !== undefined && axis !== 0 && axis !== 1)
    throw new AnnDataError('ERR_ARGUMENT', `a matrix has the axes 0 and 1, not ${String(axis)}`);
}

/** Matrices along `axis` in one, stored in `format`. */
function* stackSteps(matrices: readonly AnySparse[], format: 'csr' | 'csc', axis: Axis): Steps<SparseParts> {
  const [first] = matrices;
  if (first === undefined) throw new AnnDataError('ERR_ARGUMENT', 'there is nothing to stack');
  const across = (1 - axis) as Axis;
  const different = matrices.find(({ shape }) => shape[across] !== first.shape[across]);
  if (different !== undefined) {
    const names = axis === 0 ? 'columns' : 'rows';
    const text = `matrices with ${first.shape[across]} and ${different.shape[across]} ${names} cannot be stacked`;
    throw new AnnDataError('ERR_SHAPE', text);
  }
  const sources: Compressed[] = [];
  for (const matrix of matrices) {
    const { dtype, data, indices, indptr } = matrix;
    const source = { dtype, data, indices, indptr, minor: matrix.shape[matrix.format === 'csr' ? 1 : 0] };
    sources.push(matrix.format === format ? source : yield* otherFormatSteps(source));
  }
  const major = (axis === 0) === (format === 'csr');
  const { minor: _, ...stacked } = yield* major ? stackMajorSteps(sources) : stackMinorSteps(sources);
  const length = matrices.reduce((sum, { shape }) => sum + shape[axis], 0);
  const shape = axis === 0 ? ([length, first.shape[1]] as const) : ([first.shape[0], length] as const);
  return { ...stacked, shape };
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
