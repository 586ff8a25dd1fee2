// SPDX-License-Identifier: BSD-3-Clause

import { arrow, isUtf8, isVector, type Vector, validityBytes, vectorDType, vectorNumbers } from '../../arrays/arrow';
import { type AxisIndex, everything, indexArray } from '../../arrays/axis-index';
import { type DenseArray, isDenseArray } from '../../arrays/dense-array';
import { dictionaryParts } from '../../arrays/dictionary';
import { type IndexArray, isTypedArray, type TypedArray } from '../../arrays/dtype';
import { type CscMatrix, type CsrMatrix, isSparse } from '../../arrays/sparse-matrix';
import { takeStrings } from '../../arrays/take-plain';
import { describeValue } from '../../elements/unwriteable';
import { AnnDataError, isAnnDataError } from '../../errors';
import type { DataFrame } from '../../frame/data-frame';
import { NameIndex } from '../../frame/name-index';
import { isWhere, rowsWhere, type Where } from '../../frame/where';
import { isMask, type Mask } from './mask';
import { isSlice, resolveSlice, type Slice } from './slice';

/**
 * What may choose a part of an axis.
 *
 * | form | takes |
 * |---|---|
 * | `null` | all |
 * | a number | that position, from the end when negative; the axis stays, with length 1 |
 * | a string | every row of that name |
 * | `slice(start, stop, step)` | from one position or name to another |
 * | an array or vector of integers, any typed array | those positions, in that order, repeats allowed |
 * | an array or vector of strings | those names, in that order; names of the axis must be unique |
 * | an array or vector of booleans, a `DenseArray` of dtype bool | positions where it is true |
 * | `mask(bytes)` | positions where a byte is not 0 |
 * | `where(column, test)` | rows of `obs` or `var` that pass |
 */
export type AxisSelector =
  | null
  | number
  | bigint
  | string
  | Slice
  | Mask
  | Where
  | readonly (number | bigint)[]
  | readonly string[]
  | readonly boolean[]
  | TypedArray
  | Vector
  | DenseArray
  | CsrMatrix
  | CscMatrix;

/** An axis to choose from. */
export interface SelectableAxis {
  readonly length: number;
  /** Names of its positions; asked for only when a name is to be found. */
  readonly names: () => Vector;
  /** Its annotation; asked for only when a column is to decide. */
  readonly frame: () => DataFrame;
  /** What it is called in errors, such as `obs`. */
  readonly key: string;
}

/**
 * The positions a selector takes of an axis. What is returned is the caller's: selectors may be changed afterwards.
 *
 * @throws {AnnDataError} `ERR_ARGUMENT` for positions outside of the axis and for what is no selector, `ERR_NAME` for
 * names that are missing or not unique, `ERR_SHAPE` for a mask of another length
 */
export function resolveAxis(selector: unknown, axis: SelectableAxis): AxisIndex {
  try {
    return resolve(selector, axis);
  } catch (error) {
    throw isAnnDataError(error) ? error.at({ key: axis.key }) : error;
  }
}

function resolve(selector: unknown, axis: SelectableAxis): AxisIndex {
  const { length } = axis;
  if (selector === null) return everything(length);
  if (typeof selector === 'number' || typeof selector === 'bigint') {
    return { start: position(selector, length), step: 1, length: 1 };
  }
  if (typeof selector === 'string') return rowsNamed(selector, axis);
  if (isSlice(selector)) return resolveSlice(selector, length, (name) => NameIndex.of(axis.names()).row(name));
  if (isMask(selector)) return masked(selector.bytes, length);
  if (isWhere(selector)) return rowsWhere(axis.frame(), selector);
  if (Array.isArray(selector)) return fromList(selector, axis);
  if (isTypedArray(selector)) return positions(selector as ArrayLike<number | bigint>, length);
  if (isVector(selector)) return fromVector(selector, axis);
  if (isDenseArray(selector)) return fromDense(selector, axis);
  if (isSparse(selector)) return fromSparse(selector, axis);
  throw noSelector(describeValue(selector), adviceFor(selector));
}

function rowsNamed(name: string, { names }: SelectableAxis): AxisIndex {
  const index = NameIndex.of(names());
  const rows = index.rows(name);
  return rows.length > 1 ? rows : { start: index.row(name), step: 1, length: 1 };
}

function fromList(list: readonly unknown[], axis: SelectableAxis): AxisIndex {
  const [first] = list;
  const kind = typeof first === 'bigint' ? 'number' : typeof first;
  const fits = (value: unknown): boolean => (typeof value === 'bigint' ? 'number' : typeof value) === kind;
  const odd = list.findIndex((value) => !fits(value));
  // findIndex passes over no holes, they are undefined.
  if (odd >= 0) {
    throw noSelector(`an array with ${describeValue(first)} at 0 and ${describeValue(list[odd])} at ${odd}`);
  }
  switch (list.length === 0 ? 'number' : kind) {
    case 'number':
      return positions(list as (number | bigint)[], axis.length);
    case 'string':
      return NameIndex.of(axis.names()).rowsOf(list as string[]);
    case 'boolean':
      return masked(list as boolean[], axis.length);
    default:
      throw noSelector(`an array of ${describeValue(first)}`, 'wrap what has two axes: DenseArray.from(…)');
  }
}

function fromVector(vector: Vector, axis: SelectableAxis): AxisIndex {
  const valid = validityBytes(vector);
  if (valid !== null) throw noSelector(`a vector with a missing value at ${valid.indexOf(0)}`);
  if (isUtf8(vector)) return NameIndex.of(axis.names()).rowsOf(vector);
  if (arrow().DataType.isDictionary(vector.type)) {
    const { codes, dictionary } = dictionaryParts(vector);
    if (isUtf8(dictionary)) return NameIndex.of(axis.names()).rowsOf(takeStrings(dictionary, codes));
  }
  const dtype = vectorDType(vector);
  if (dtype === undefined) throw noSelector(`a vector of ${vector.type}`);
  const numbers = vectorNumbers(vector);
  const { length } = axis;
  return dtype === 'bool' ? masked(numbers as Uint8Array, length) : positions(numbers, length);
}

/** One axis, or two of which one has length 1. */
function fromDense(array: DenseArray, axis: SelectableAxis): AxisIndex {
  const { length } = axis;
  const [rows, columns] = array.shape;
  const flat = array.nDim === 1 || (array.nDim === 2 && array.size === length && (rows === 1 || columns === 1));
  if (!flat) throw misshapen(array.shape, axis);
  const { data, dtype } = array.toContiguous();
  if (isVector(data)) return fromVector(data, axis);
  if (dtype === 'bool') return masked(data as Uint8Array, length);
  if (dtype === 'complex64' || dtype === 'complex128') throw noSelector(`an array of ${dtype}`);
  return positions(data as ArrayLike<number | bigint>, length);
}

function fromSparse(matrix: CsrMatrix | CscMatrix, axis: SelectableAxis): AxisIndex {
  if (matrix.dtype !== 'bool') throw noSelector(`a sparse matrix of ${matrix.dtype}`, 'a sparse mask is of dtype bool');
  if (!matrix.shape.includes(1)) throw misshapen(matrix.shape, axis);
  return fromDense(matrix.toDense(), axis);
}

function misshapen(shape: readonly number[], { length }: SelectableAxis): AnnDataError {
  return new AnnDataError('ERR_SHAPE', `the selector has the shape [${shape.join(', ')}], the axis ${length}`);
}

function masked(bytes: ArrayLike<number | boolean>, length: number): IndexArray {
  if (bytes.length !== length) {
    throw new AnnDataError('ERR_SHAPE', `the mask has ${bytes.length} values, but the axis has ${length}`);
  }
  let count = 0;
  for (let i = 0; i < length; i++) if (bytes[i]) count++;
  const rows = indexArray(count, length);
  let at = 0;
  for (let i = 0; i < length; i++) if (bytes[i]) rows[at++] = i;
  return rows;
}

function positions(values: ArrayLike<number | bigint>, length: number): IndexArray {
  const rows = indexArray(values.length, length);
  for (let i = 0; i < values.length; i++) rows[i] = position(values[i]!, length);
  return rows;
}

function position(value: number | bigint, length: number): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= -length && number < length) return number < 0 ? number + length : number;
  const reason = Number.isInteger(number)
    ? `the position ${value} is outside of an axis of ${length}`
    : `positions are integers, not ${value}`;
  throw new AnnDataError('ERR_ARGUMENT', reason);
}

function adviceFor(value: unknown): string | undefined {
  if (value === undefined) return 'null takes all';
  if (typeof value === 'boolean') return 'a mask has a value for each position';
  return Object.prototype.toString.call(value) === '[object Set]'
    ? 'a Set has no order: spread it, [...set]'
    : undefined;
}

function noSelector(found: string, advice = 'see AxisSelector for what chooses rows and columns'): AnnDataError {
  return new AnnDataError('ERR_ARGUMENT', `rows or columns cannot be chosen by ${found}: ${advice}`);
}
