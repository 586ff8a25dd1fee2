// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError } from '../../errors';
import { type DenseArray, isDenseArray } from '../dense-array';
import { allocate, dtypes, type TypedArray } from '../dtype';
import { type Compressed, indexArray } from './source';

/** The entries of a 2-D array that are not 0, row by row. */
export function compress(dense: DenseArray): Compressed {
  if (!isDenseArray(dense) || dense.nDim !== 2 || dense.dtype === 'string') {
    throw new AnnDataError('ERR_SHAPE', 'a sparse matrix is made of a numeric array with two axes');
  }
  const { slots } = dtypes[dense.dtype];
  const flat = dense.toContiguous().data as TypedArray;
  const [rows, columns] = dense.shape as [number, number];
  const zero = dense.dtype === 'int64' || dense.dtype === 'uint64' ? 0n : 0;
  const isZero = (at: number): boolean => flat[at * slots] === zero && (slots === 1 || flat[at * slots + 1] === zero);
  const indptr = indexArray(rows + 1, rows * columns);
  let nnz = 0;
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) if (!isZero(at++)) nnz++;
    indptr[row + 1] = nnz;
  }
  const data = allocate(dense.dtype, nnz);
  const indices = indexArray(nnz, columns);
  for (let at = 0, k = 0; at < rows * columns; at++) {
    if (isZero(at)) continue;
    for (let slot = 0; slot < slots; slot++) data[k * slots + slot] = flat[at * slots + slot] as never;
    indices[k++] = at % columns;
  }
  return { data, dtype: dense.dtype, indices, indptr, minor: columns };
}
