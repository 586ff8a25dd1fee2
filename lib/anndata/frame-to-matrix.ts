// SPDX-License-Identifier: BSD-3-Clause

import { commonDType } from '../arrays/common-dtype';
import { DenseArray, isDenseArray } from '../arrays/dense-array';
import { allocate, dtypes, type NumericDType } from '../arrays/dtype';
import { AnnDataError } from '../errors';
import type { DataFrame } from '../frame/data-frame';
import { warn } from '../warnings';

/**
 * The columns of a frame as one array, row-major, with the element type that holds them all; labels are dropped.
 * Missing numbers become NaN.
 *
 * @param name - what it is for, for messages
 * @param columns - names of the columns to take; all by default
 * @throws {AnnDataError} `ERR_ARGUMENT` for columns that are not numbers, or booleans among numbers
 */
export function matrixFromFrame(
  frame: DataFrame,
  name: string,
  columns: readonly string[] = frame.columns,
): DenseArray {
  const sources = columns.map((column) => numbersOf(frame, column, name));
  const dtype = commonDType(sources.map((source) => source.dtype)) ?? mixed(name);
  if (new Set(sources.map((source) => source.dtype)).size > 1) {
    warn('UserWarning', `${name}: the columns have several element types, the array has ${dtype}`);
  }
  const shape = [frame.nRows, columns.length] as const;
  const data = allocate(dtype, shape[0] * shape[1]);
  sources.forEach((source, column) => {
    interleave(data, source, column, shape, dtype);
  });
  return new DenseArray(data, shape, { dtype });
}

interface Numbers {
  readonly dtype: NumericDType;
  /** Element, or part of one: for complex numbers two parts an element. */
  readonly at: (part: number) => number | bigint | boolean | null;
}

function numbersOf(frame: DataFrame, name: string, target: string): Numbers {
  const column = frame.column(name);
  const { values, encoding, dtype } = column;
  const plain = encoding === 'array' || encoding === 'nullable-integer' || encoding === 'nullable-boolean';
  if (!plain || dtype === 'string') {
    throw new AnnDataError('ERR_ARGUMENT', `column ${JSON.stringify(name)} holds no numbers (${encoding})`, {
      key: target,
    });
  }
  if (isDenseArray(values)) {
    const { data, offset } = values;
    const step = (values.stride[0] ?? 1) * dtypes[dtype].slots;
    const { slots } = dtypes[dtype];
    const start = offset * slots;
    return {
      dtype,
      at: (part) => (data as Float64Array)[start + Math.floor(part / slots) * step + (part % slots)] as number,
    };
  }
  if (values.nullCount > 0 && dtype === 'bool') {
    throw new AnnDataError('ERR_ARGUMENT', `column ${JSON.stringify(name)} has missing booleans`, { key: target });
  }
  return { dtype: values.nullCount > 0 ? 'float64' : dtype, at: (part) => values.get(part) };
}

function interleave(
  data: ReturnType<typeof allocate>,
  source: Numbers,
  column: number,
  [rows, columns]: readonly [number, number],
  dtype: NumericDType,
): void {
  const out = data as { [index: number]: number | bigint };
  const parts = dtypes[source.dtype].slots;
  const slots = dtypes[dtype].slots;
  const big = dtype === 'int64' || dtype === 'uint64';
  for (let row = 0; row < rows; row++) {
    for (let part = 0; part < parts; part++) {
      const value = source.at(row * parts + part) ?? Number.NaN;
      out[(row * columns + column) * slots + part] = big ? BigInt(value) : Number(value);
    }
  }
}

function mixed(name: string): never {
  throw new AnnDataError('ERR_ARGUMENT', 'booleans and numbers cannot share an array: convert the columns first', {
    key: name,
  });
}
