// SPDX-License-Identifier: BSD-3-Clause

import { isAwkwardArray } from '../arrays/awkward-array';
import { DenseArray, isDenseArray } from '../arrays/dense-array';
import { isTypedArray } from '../arrays/dtype';
import { isMatrixValue } from '../arrays/matrix';
import { isRecordArray } from '../arrays/record-array';
import { isAxisHandle, isFrameHandle, isMatrixHandle } from '../backed';
import { describeValue } from '../elements/unwriteable';
import { AnnDataError } from '../errors';
import { type DataFrame, isDataFrame } from '../frame/data-frame';
import type { AlignedParent, Axis } from './aligned-mapping';
import { dims } from './aligned-mapping';
import { matrixFromFrame } from './frame-to-matrix';
import { isMapping } from './mapping';
import { sameNames } from './names';
import type { AxisInput, AxisMappingInput, AxisValue, Mapping, Matrix } from './types';

/**
 * What may lie where in an AnnData, and what it becomes. Every check of a kind, a shape or names against an axis is
 * here. The functions return the value itself where nothing has to change: data are never copied.
 *
 * @module
 */

const matrixKinds = 'a DenseArray, CsrMatrix, CscMatrix or DataFrame';

/** Whether `value` is a matrix, or stands for one in a file: it has a shape, a dtype and parts either way. */
export function isMatrix(value: unknown): value is Matrix {
  return isMatrixValue(value) || isMatrixHandle(value);
}

/** X, of whatever shape: a matrix of two axes. Frames become arrays. */
export function admitX(value: unknown, key: string): Matrix {
  const matrix = asMatrix(value, key);
  if (matrix.shape.length !== 2) {
    throw misshapen(key, `a matrix of 2 axes was expected, not an array of shape ${shapeText(matrix.shape)}`);
  }
  return matrix;
}

/** A layer, or X under its key `null`. */
export function admitLayer(value: unknown, key: string, parent: AlignedParent): Matrix {
  const matrix = admitX(value, key);
  checkAxes(matrix.shape, key, parent, [0, 1]);
  return matrix;
}

/** An entry of `obsp` or `varp`. */
export function admitPairwise(value: unknown, key: string, parent: AlignedParent, axis: Axis): Matrix {
  const matrix = asMatrix(isTypedArray(value) ? new DenseArray(value, [value.length]) : value, key);
  const column = asColumn(matrix);
  checkAxes(column.shape, key, parent, [axis, axis]);
  return column;
}

/** An entry of `obsm` or `varm`. */
export function admitAxisValue(value: AxisInput, key: string, parent: AlignedParent, axis: Axis): AxisValue {
  if (isDataFrame(value)) return admitFrame(value, key, parent, axis);
  if (isFrameHandle(value) && value.frame.isLoaded(null)) admitFrame(value.frame, key, parent, axis);
  if (isAxisHandle(value)) {
    checkAxes(value.shape, key, parent, [axis]);
    return value as unknown as AxisValue;
  }
  if (isAwkwardArray(value) || isRecordArray(value)) {
    checkAxes([value.length], key, parent, [axis]);
    return value;
  }
  const array = isTypedArray(value) ? new DenseArray(value, [value.length]) : value;
  if (!isMatrix(array)) throw wrongKind(key, value, `${matrixKinds}, RecordArray, AwkwardArray or typed array`);
  const column = asColumn(array);
  checkAxes(column.shape, key, parent, [axis]);
  return column;
}

/** What is assigned to `obsm` or `varm` as a whole: records give an entry for each field. */
export function fieldsOf(values: AxisMappingInput, attrname: string): Mapping<AxisInput | null> {
  return isRecordArray(values) ? values.fields : needMapping(values, attrname);
}

/** `value`, which must be a plain object, a Map, or another aligned mapping. */
export function needMapping<T>(value: T, attrname: string): T {
  if (isMapping(value)) return value;
  throw wrongKind(attrname, value, 'a plain object or a Map');
}

/** The number of rows of anything that can lie along an axis; undefined for what cannot. */
export function lengthAlong(value: unknown, axis: number): number | undefined {
  if (isMatrix(value) || isAxisHandle(value)) return value.shape[axis];
  if (axis === 0 && isDataFrame(value)) return value.nRows;
  if (isDataFrame(value)) return value.columns.length;
  if (axis > 0) return undefined;
  if (isAwkwardArray(value) || isRecordArray(value) || isTypedArray(value)) return value.length;
  return undefined;
}

/** A frame is kept as a private copy, so that it can follow its parent's names. */
function admitFrame(frame: DataFrame, key: string, parent: AlignedParent, axis: Axis): DataFrame {
  checkAxes([frame.nRows], key, parent, [axis]);
  const names = axis === 0 ? parent.obsNames : parent.varNames;
  if (!sameNames(frame.index, names)) {
    throw new AnnDataError(
      'ERR_NAME',
      `the frame's index is not equal to the ${dims[axis]} names: give it the same names in the same order`,
      { key },
    );
  }
  return frame.copy();
}

function asMatrix(value: unknown, key: string): Matrix {
  if (isMatrix(value)) return value;
  if (isDataFrame(value)) return matrixFromFrame(value, key);
  throw wrongKind(key, value, matrixKinds);
}

/** One axis becomes two: n values are n rows of one. */
function asColumn(matrix: Matrix): Matrix {
  if (!isDenseArray(matrix) || matrix.shape.length !== 1) return matrix;
  const [length] = matrix.shape as [number];
  const [step] = matrix.stride as [number];
  return new DenseArray(matrix.data, [length, 1], { dtype: matrix.dtype, stride: [step, 1], offset: matrix.offset });
}

function checkAxes(shape: readonly number[], key: string, parent: AlignedParent, axes: readonly Axis[]): void {
  const wanted = axes.map((axis) => parent.shape[axis]);
  if (axes.every((_, i) => shape[i] === wanted[i])) return;
  const along = axes.map((axis) => dims[axis]).join(' × ');
  throw misshapen(
    key,
    `the value has the shape ${shapeText(shape)}, but must begin with ${shapeText(wanted)} (${along})`,
  );
}

export function shapeText(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
}

export function misshapen(key: string, reason: string): AnnDataError {
  return new AnnDataError('ERR_SHAPE', reason, { key });
}

export function wrongKind(key: string, value: unknown, expected: string): AnnDataError {
  const hint = Array.isArray(value) || isTypedArray(value) ? '; wrap it: new DenseArray(data, shape)' : '';
  return new AnnDataError('ERR_ARGUMENT', `${expected} was expected, not ${describeValue(value)}${hint}`, { key });
}
