// SPDX-License-Identifier: BSD-3-Clause

import { type DenseArray, isDenseArray } from '../arrays/dense-array';
import { allocate, dtypes, isTypedArray, type NumericDType, sizeOf, type TypedArray } from '../arrays/dtype';
import { type Element, slotsOfElement } from '../arrays/element';
import { isMatrixValue, type Matrix } from '../arrays/matrix';
import { checkedPositions, type Positions } from '../arrays/positions';
import { isSparse } from '../arrays/sparse-matrix';
import { AnnDataError, quote } from '../errors';
import { EditedAxis } from './edited-axis';

/** Values for a block of a matrix: one for each place of rows × columns, or one for all. */
export type BlockValues = Matrix | TypedArray | number | bigint | boolean;

/** What is known of the matrix a block lies in. */
export interface EditedMatrix {
  readonly key: string;
  readonly shape: readonly number[];
  readonly dtype: NumericDType;
}

/** A block of a matrix with other values. */
export interface Edit {
  readonly rows: EditedAxis;
  readonly columns: EditedAxis;
  /** Row-major, of the matrix's dtype; one cell when it `isOne`. */
  readonly values: TypedArray;
  /** Slots of a cell: what lies at one place of the first two axes. */
  readonly cell: number;
  readonly isOne: boolean;
}

/** Where the values of a cell begin. */
export function cellOf({ columns, cell, isOne }: Edit, row: number, column: number): number {
  return isOne ? 0 : (row * columns.length + column) * cell;
}

/** Bytes of memory an edit takes; what it changes may be more. */
export function editBytes({ values }: Edit): number {
  return values.byteLength;
}

/**
 * Checks what is to be written to a block, and copies it.
 *
 * @throws {AnnDataError} `ERR_ARGUMENT` for positions outside of the matrix and for values its dtype cannot hold, `ERR_SHAPE`
 * when values are neither one nor as many as the block has places
 */
export function editOf(matrix: EditedMatrix, rows: Positions, columns: Positions, values: BlockValues): Edit {
  const { key, shape, dtype } = matrix;
  try {
    const [height, width = 1] = shape as [number, number?];
    const byRow = new EditedAxis(checkedPositions(rows, height, 'row'), height);
    const byColumn = new EditedAxis(checkedPositions(columns, width, 'column'), width);
    const rest = shape.slice(2);
    const cell = sizeOf(rest) * dtypes[dtype].slots;
    const wanted = [byRow.length, byColumn.length, ...rest];
    const isOne = !isTypedArray(values) && !isMatrixValue(values);
    return { rows: byRow, columns: byColumn, cell, isOne, values: numbersOf(values, isOne, wanted, cell, dtype) };
  } catch (error) {
    throw error instanceof AnnDataError ? error.at({ key }) : error;
  }
}

function numbersOf(
  values: BlockValues,
  isOne: boolean,
  wanted: readonly number[],
  cell: number,
  dtype: NumericDType,
): TypedArray {
  if (isOne) return repeated(held(values as Element, dtype), cell, dtype);
  const array = isMatrixValue(values) && isSparse(values) ? values.toDense() : (values as DenseArray | TypedArray);
  const found = isDenseArray(array) ? array.shape : [array.length];
  const fits = isDenseArray(array)
    ? String(found) === String(wanted)
    : array.length === sizeOf(wanted) * dtypes[dtype].slots;
  if (!fits) {
    const reason = `the block has the shape [${wanted.join(', ')}], the values have [${found.join(', ')}]`;
    throw new AnnDataError('ERR_SHAPE', `${reason}; give as many values as the block has places, or one for all`);
  }
  if (isDenseArray(array) && array.dtype === 'string') throw unheld('text', dtype);
  const source = (isDenseArray(array) ? array.toContiguous().data : array) as TypedArray;
  const own = allocate(dtype, sizeOf(wanted));
  const from = isDenseArray(array) ? (array.dtype as NumericDType) : null;
  // Bytes may be no booleans.
  const isAlike = dtype !== 'bool' && Object.getPrototypeOf(source) === Object.getPrototypeOf(own);
  if (from === dtype || (from === null && isAlike)) {
    own.set(source as never);
    return own;
  }
  const { slots } = dtypes[dtype];
  const pairs = (from === null ? slots : dtypes[from].slots) === 2;
  const count = pairs ? source.length / 2 : source.length;
  for (let i = 0; i < count; i++) {
    const value = pairs ? [source[2 * i], source[2 * i + 1]] : from === 'bool' ? source[i] !== 0 : source[i];
    own.set(held(value as Element, dtype) as never, i * slots);
  }
  return own;
}

/** Booleans count as numbers, as they do in NumPy; numbers are no booleans, unless they are 0 or 1. */
function held(value: Element, dtype: NumericDType): readonly (number | bigint)[] {
  const number = typeof value === 'boolean' && dtype !== 'bool' ? Number(value) : value;
  const known = dtype === 'bool' && (number === 0 || number === 1) ? Boolean(number) : number;
  const slots = slotsOfElement(known, dtype);
  if (slots === undefined) throw unheld(String(value), dtype);
  return slots;
}

function unheld(value: string, dtype: NumericDType): AnnDataError {
  const reason = `${quote(value)} cannot be kept in a matrix of ${dtype}; convert the values, or assign a matrix of another type`;
  return new AnnDataError('ERR_ARGUMENT', reason);
}

function repeated(slots: readonly (number | bigint)[], cell: number, dtype: NumericDType): TypedArray {
  const own = allocate(dtype, cell / dtypes[dtype].slots);
  for (let i = 0; i < cell; i += slots.length) own.set(slots as never, i);
  return own;
}
