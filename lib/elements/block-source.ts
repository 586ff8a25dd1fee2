// SPDX-License-Identifier: BSD-3-Clause

import type { NumericDType } from '../arrays/dtype';
import type { Matrix } from '../arrays/matrix';
import type { StoredWidths } from '../arrays/sparse-matrix';

/** A part of a matrix, and where it lies. */
export interface MatrixBlock {
  readonly row: number;
  readonly column: number;
  readonly value: Matrix;
}

/** How a matrix is cut into blocks. */
export interface BlockOptions {
  /** Memory a block may take, as well as is known before it is read; a single line, or chunk, may take more. */
  readonly bytes: number;
  /** Blocks begin where a chunk of this shape does. */
  readonly chunk?: readonly number[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Whether a block is done with when the next one is asked for: its memory is used again then. The next one is read ahead. */
  readonly passing?: boolean | undefined;
}

/**
 * A matrix that comes block by block while it is written, so that it is never in memory as a whole. Blocks of a sparse matrix
 * are runs of whole lines (rows; columns of csc), those of a dense one are boxes; all of them in the order of the file.
 */
export interface BlockSource {
  readonly shape: readonly number[];
  readonly dtype: NumericDType;
  readonly format: 'dense' | 'csr' | 'csc';
  /** Integer widths of a sparse matrix, to be kept while they fit. */
  readonly widths: StoredWidths | undefined;
  /** Stored entries of a sparse matrix, as well as is known. */
  readonly entries: number;
  /** Bytes of memory that all of it would take, about. */
  readonly bytes: number;
  blocks(options: BlockOptions): AsyncIterable<MatrixBlock>;
}
