// SPDX-License-Identifier: BSD-3-Clause

import { DenseArray, isDenseArray } from '../arrays/dense-array';
import { allocate, isTypedArray, sizeOf } from '../arrays/dtype';
import { warn } from '../warnings';
import type { Matrix, XInput } from './types';
import { admitX, misshapen, shapeText } from './validate';

/**
 * What is assigned to X, as a matrix of `shape`: a scalar fills it (a number as float64, a bigint as int64), a dense
 * array of as many elements is reshaped. Both warn, as Python has announced to stop it.
 *
 * @throws {AnnDataError} `ERR_SHAPE` for another size, `ERR_ARGUMENT` for what is no matrix
 */
export function fitX(value: XInput, shape: readonly [number, number]): Matrix {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') {
    warn('FutureWarning', 'X is filled with a scalar; upstream will stop allowing it: assign an array');
    return filled(value, shape);
  }
  if (isTypedArray(value)) return reshaped(new DenseArray(value, [value.length]), shape);
  if (isDenseArray(value) && value.shape.length <= 2) return reshaped(value, shape);
  const matrix = admitX(value, 'X');
  if (isDenseArray(matrix)) return reshaped(matrix, shape);
  if (sameShape(matrix.shape, shape)) return matrix;
  throw misshapen('X', `the sparse matrix has the shape ${shapeText(matrix.shape)}, but must have ${shapeText(shape)}`);
}

function filled(value: number | bigint | boolean, shape: readonly [number, number]): DenseArray {
  const dtype = typeof value === 'number' ? 'float64' : typeof value === 'bigint' ? 'int64' : 'bool';
  const data = allocate(dtype, sizeOf(shape));
  (data as { fill(value: unknown): unknown }).fill(typeof value === 'boolean' ? Number(value) : value);
  return new DenseArray(data, shape, { dtype });
}

function reshaped(array: DenseArray, shape: readonly [number, number]): DenseArray {
  if (sameShape(array.shape, shape)) return array;
  if (sizeOf(array.shape) !== sizeOf(shape)) {
    throw misshapen('X', `the array has the shape ${shapeText(array.shape)}, but must have ${shapeText(shape)}`);
  }
  warn(
    'FutureWarning',
    `X is reshaped from ${shapeText(array.shape)} to ${shapeText(shape)}; upstream will stop doing it`,
  );
  return array.reshape(shape);
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((n, axis) => n === b[axis]);
}
