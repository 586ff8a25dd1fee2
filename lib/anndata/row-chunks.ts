// SPDX-License-Identifier: BSD-3-Clause

import { DenseArray, isDenseArray } from '../arrays/dense-array';
import { dtypes, type IndexArray } from '../arrays/dtype';
import { CsrMatrix } from '../arrays/sparse-matrix';
import { AnnDataError } from '../errors';
import type { Matrix } from './types';

/** A run of rows of a matrix. */
export interface RowChunk<M extends Matrix = Matrix> {
  /** The rows, in the format of the matrix. */
  readonly chunk: M;
  /** The first row. */
  readonly start: number;
  /** The row after the last. */
  readonly end: number;
}

/** Rows in runs of `size`, the last one shorter. Dense and CSR chunks share the memory of the matrix. */
export function* rowChunks<M extends Matrix>(matrix: M, size: number): Generator<RowChunk<M>, void, undefined> {
  const [rows] = matrix.shape as readonly number[] as [number];
  for (let start = 0; start < rows; start += size) {
    const end = Math.min(rows, start + size);
    yield { chunk: rowSlice(matrix, start, end) as M, start, end };
  }
}

/** @throws {AnnDataError} `ERR_ARGUMENT` for anything but a positive integer */
export function checkChunkSize(size: number): void {
  if (Number.isSafeInteger(size) && size > 0) return;
  throw new AnnDataError('ERR_ARGUMENT', `chunks have a positive number of rows, not ${String(size)}`);
}

/** Rows [start, end), which share the memory of a dense or CSR matrix. */
export function rowSlice(matrix: Matrix, start: number, end: number): Matrix {
  if (isDenseArray(matrix)) {
    const { data, dtype, shape, stride, offset } = matrix;
    const first = offset + start * (stride[0] as number);
    return new DenseArray(data, [end - start, ...shape.slice(1)], { dtype, stride, offset: first });
  }
  if (matrix.format === 'csr') return csrSlice(matrix, start, end);
  return matrix.subset(Int32Array.from({ length: end - start }, (_, i) => start + i));
}

function csrSlice({ data, dtype, indices, indptr, shape, stored }: CsrMatrix, start: number, end: number): CsrMatrix {
  const { slots } = dtypes[dtype];
  const [from, to] = [indptr[start] as number, indptr[end] as number];
  return new CsrMatrix({
    shape: [end - start, shape[1]],
    dtype,
    stored,
    data: data.subarray(from * slots, to * slots),
    indices: indices.subarray(from, to),
    indptr: (indptr.slice(start, end + 1) as Float64Array).map((at) => at - from) as IndexArray,
  });
}
