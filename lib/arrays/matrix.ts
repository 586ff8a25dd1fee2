// SPDX-License-Identifier: BSD-3-Clause

import { type DenseArray, isDenseArray } from './dense-array';
import { type CscMatrix, type CsrMatrix, isSparse } from './sparse-matrix';

/** X and layers. */
export type Matrix = DenseArray | CsrMatrix | CscMatrix;

/** Whether `value` is a matrix in memory: dense or sparse. */
export function isMatrixValue(value: unknown): value is Matrix {
  return isDenseArray(value) || isSparse(value);
}
