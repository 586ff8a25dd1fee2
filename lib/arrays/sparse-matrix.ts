// SPDX-License-Identifier: BSD-3-Clause

import type { DenseArray } from './dense-array';
import type { IndexArray, TypedArray } from './dtype';
import type { Positions } from './positions';
import { compress } from './sparse/compress';
import { type AnySparse, CompressedMatrix, type SparseParts } from './sparse/compressed-matrix';
import { type AsyncOptions, runNow, runSoon } from './sparse/passes';
import { stackSteps } from './sparse/stack-matrices';

export {
  type Axis,
  CompressedMatrix,
  isSparse,
  type SparseParts,
  type StoredWidths,
  toIndexArray,
} from './sparse/compressed-matrix';

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

  /**
   * A sparse copy of a 2-D array: everything that is not 0. Two passes.
   *
   * @throws {AnnDataError} `ERR_SHAPE` for text or another number of axes
   * @example
   * ```ts
   * CsrMatrix.fromDense(DenseArray.from([[0, 5], [7, 0]])).indices.length; // 2
   * ```
   */
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

  /** As {@link toCsr}: itself. */
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
   * @example
   * ```ts
   * CsrMatrix.vstack([matrix, matrix]).shape; // [6, 6]
   * ```
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
   * @example
   * ```ts
   * CsrMatrix.hstack([matrix, matrix]).shape; // [3, 12]
   * ```
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

  /**
   * A sparse copy of a 2-D array: everything that is not 0. Two passes.
   *
   * @throws {AnnDataError} `ERR_SHAPE` for text or another number of axes
   * @example
   * ```ts
   * CscMatrix.fromDense(DenseArray.from([[0, 5], [7, 0]])).indices.length; // 2
   * ```
   */
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

  /** As {@link toCsc}: itself. */
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
   * @example
   * ```ts
   * CscMatrix.vstack([matrix, matrix]).shape; // [6, 6]
   * ```
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
   * @example
   * ```ts
   * CscMatrix.hstack([matrix, matrix]).shape; // [3, 12]
   * ```
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
