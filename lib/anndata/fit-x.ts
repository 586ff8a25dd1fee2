// SPDX-License-Identifier: BSD-3-Clause

import { DenseArray, isDenseArray } from '../arrays/dense-array';
import { allocate, type DType, dtypes, isInteger, isTypedArray, type NumericDType, sizeOf } from '../arrays/dtype';
import { warn } from '../warnings';
import type { Matrix, XInput } from './types';
import { admitX, misshapen, shapeText } from './validate';

/**
 * What is assigned to X, as a matrix of `shape`: a scalar fills it, a dense array of as many elements is reshaped. Both
 * warn, as Python has announced to stop it. A scalar takes the dtype of the X it replaces when both are integers and it
 * fits; otherwise numbers become float64, bigints int64, booleans bool.
 *
 * @param current - the X that is replaced
 * @throws {AnnDataError} `ERR_SHAPE` for another size, `ERR_ARGUMENT` for what is no matrix
 */
export function fitX(value: XInput, shape: readonly [number, number], current: Matrix | null = null): Matrix {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') {
    warn('FutureWarning', 'X is filled with a scalar; upstream will stop allowing it: assign an array');
    return filled(value, shape, current?.dtype);
  }
  if (isTypedArray(value)) return reshaped(new DenseArray(value, [value.length]), shape);
  if (isDenseArray(value) && value.shape.length <= 2) return reshaped(value, shape);
  const matrix = admitX(value, 'X');
  if (isDenseArray(matrix)) return reshaped(matrix, shape);
  if (sameShape(matrix.shape, shape)) return matrix;
  throw misshapen('X', `the sparse matrix has the shape ${shapeText(matrix.shape)}, but must have ${shapeText(shape)}`);
}

type Scalar = number | bigint | boolean;

function filled(value: Scalar, shape: readonly [number, number], current: DType | undefined): DenseArray {
  const dtype = scalarDType(value, current);
  const data = allocate(dtype, sizeOf(shape));
  (data as { fill(value: unknown): unknown }).fill(dtype.endsWith('int64') ? BigInt(value) : Number(value));
  return new DenseArray(data, shape, { dtype });
}

function scalarDType(value: Scalar, current: DType | undefined): NumericDType {
  if (typeof value === 'boolean') return 'bool';
  if (current !== undefined && isInteger(current) && isWithin(value, current as NumericDType)) {
    return current as NumericDType;
  }
  return typeof value === 'bigint' ? 'int64' : 'float64';
}

function isWithin(value: number | bigint, dtype: NumericDType): boolean {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return false;
  const bits = dtypes[dtype].storedBytes * 8;
  const whole = BigInt(value);
  return (dtype.startsWith('u') ? BigInt.asUintN(bits, whole) : BigInt.asIntN(bits, whole)) === whole;
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
