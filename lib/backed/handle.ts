// SPDX-License-Identifier: BSD-3-Clause

import type { AwkwardArray } from '../arrays/awkward-array';
import type { DType } from '../arrays/dtype';
import type { Matrix } from '../arrays/matrix';
import type { Positions } from '../arrays/positions';
import type { RecordArray } from '../arrays/record-array';
import type { Progress } from '../elements';
import type { DataFrame } from '../frame/data-frame';
import type { BlockValues } from './edits';

/** How something is read from a backed object. */
export interface ReadHandleOptions {
  /** Ends the read with its reason. */
  signal?: AbortSignal | undefined;
  /** Told how many of the expected bytes of memory are filled. */
  onProgress?: ((progress: Progress) => void) | undefined;
  /** Bytes of memory the result may take; by default what the file was opened with (`limits.maxBytes`). */
  maxBytes?: number | undefined;
}

/** What kind of element a handle stands for. */
export type HandleKind = 'matrix' | 'dataframe' | 'records' | 'awkward' | 'column' | 'other';

/** The mark of handles. */
export const handleBrand: unique symbol = Symbol.for('anndata.Handle') as never;

/**
 * Stands for an element that lies in a file. What it is is known at once; the values come with {@link Handle.read}, which
 * keeps nothing, or {@link Handle.load}, after which {@link Handle.value} is there for good.
 *
 * @example
 * ```ts
 * const backed = await readH5ad('cells.h5ad', { backed: 'r' });
 * backed.X?.shape; // [700, 765]
 * const few = await backed.X?.subset([0, 1, 2], [5]).read(); // reads the chunks of three rows
 * await backed.close();
 * ```
 */
export interface Handle<T = unknown> {
  readonly [handleBrand]: true;
  /** What kind of element it is. */
  readonly kind: HandleKind;
  /** Where the element lies, such as `obsm/X_umap`. */
  readonly key: string;
  /** Whether the value is in memory. */
  readonly isLoaded: boolean;
  /** The value. @throws {NotLoadedError} naming the call that loads it */
  readonly value: T;
  /**
   * Reads the value; what is in memory already is returned as it is.
   *
   * @throws {AnnDataError} `ERR_LIMIT` when it would take more than `maxBytes`, `ERR_CLOSED` after the file was closed, the
   * signal's reason when aborted
   */
  read(options?: ReadHandleOptions): Promise<T>;
  /** Reads the value and keeps it. */
  load(options?: ReadHandleOptions): Promise<T>;
  /** The same for the owner of a copy: values in memory are copied, what lies in the file is shared. */
  copy(): Handle<T>;
}

/** A dense or sparse array that lies in a file. */
export interface MatrixHandle extends Handle<Matrix> {
  /** A matrix. */
  readonly kind: 'matrix';
  /** Rows and columns, and what further axes a dense array has. */
  readonly shape: readonly number[];
  /** Of the values in memory. */
  readonly dtype: DType;
  /** How it is stored. */
  readonly format: 'dense' | 'csr' | 'csc';
  /** Stored entries of a sparse matrix; null for dense ones, and where a part would have to be read to know. */
  readonly nnz: number | null;
  /**
   * Given rows and columns, in that order, repeats allowed; null takes all. Nothing is read before `read`, and then only
   * the chunks that are needed. The result equals that of the matrix in memory to the bit.
   *
   * @throws {AnnDataError} `ERR_ARGUMENT` when a position is outside of the shape; negative ones are
   */
  subset(rows: Positions, columns?: Positions): MatrixHandle;
  /**
   * Sets the values of a block: each of `rows` with each of `columns`; null is all of them. Nothing is read: the change is kept in
   * memory, all reads and views see it, and `commit()` writes it, or `discard()` forgets it. Later changes of the same places
   * win, and so does the last of repeated positions. In a sparse matrix what is set to 0 is no longer stored. A matrix that is
   * loaded is changed at once, a dense one in place.
   *
   * @param values - one number for all, or a matrix or typed array (row after row) with one for each place
   * @throws {AnnDataError} `ERR_ARGUMENT` for positions outside of the shape, for values the dtype cannot hold (fractions
   *   among integers), and for parts of matrices, whose changes would be lost; `ERR_SHAPE` for another number of values
   * @example
   * ```ts
   * const backed = await readH5ad('cells.h5ad', { backed: 'r' });
   * backed.X?.setValues([0, 2], [5], Float32Array.of(1, 2)); // two rows of one column
   * backed.X?.setValues([7], null, 0); // a whole row
   * (await backed.X?.subset([2], [5]).read())?.get(0, 0); // 2
   * await backed.close();
   * ```
   */
  setValues(rows: Positions, columns: Positions, values: BlockValues): MatrixHandle;
}

/** Records or an awkward array with a row for each observation or variable. */
export interface RowsHandle extends Handle<RecordArray | AwkwardArray> {
  /** Records, or an awkward array. */
  readonly kind: 'records' | 'awkward';
  /** Rows first. */
  readonly shape: readonly number[];
  /** Given rows, repeats allowed; null takes all. Nothing is read before `read`. */
  subset(rows: Positions): RowsHandle;
}

/** A frame in `obsm` or `varm`. */
export interface FrameHandle extends Handle<DataFrame> {
  /** A frame. */
  readonly kind: 'dataframe';
  /** Rows and columns. */
  readonly shape: readonly number[];
  /** The frame with columns that are read one by one. */
  readonly frame: DataFrame;
  /** Given rows, repeats allowed; null takes all. Nothing is read before `read`. */
  subset(rows: Positions): FrameHandle;
  /** The same entry with another frame. */
  with(frame: DataFrame): FrameHandle;
}

/** What stands for an entry of `obsm` or `varm`. */
export type AxisHandle = MatrixHandle | RowsHandle | FrameHandle;

/** Whether `value` stands for an element of a file. */
export function isHandle(value: unknown): value is Handle {
  return typeof value === 'object' && value !== null && handleBrand in value;
}

/** Whether `value` stands for a matrix in a file. */
export function isMatrixHandle(value: unknown): value is MatrixHandle {
  return isHandle(value) && value.kind === 'matrix';
}

/** Whether `value` stands for a frame in a file. */
export function isFrameHandle(value: unknown): value is FrameHandle {
  return isHandle(value) && value.kind === 'dataframe';
}

/** Whether `value` stands for something that can lie along an axis. */
export function isAxisHandle(value: unknown): value is AxisHandle {
  return isHandle(value) && value.kind !== 'column' && value.kind !== 'other';
}
