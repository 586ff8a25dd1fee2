// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError } from '../errors';

/** Element types of numeric data, by NumPy's names. */
export type NumericDType =
  | 'bool'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'float16'
  | 'float32'
  | 'float64'
  | 'complex64'
  | 'complex128';

/** Element types of a {@link DenseArray}. */
export type DType = NumericDType | 'string';

/** The typed arrays that hold numeric data. */
export type TypedArray =
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** Positions inside an array: `Float64Array` past 2³¹ (exact to 2⁵³). */
export type IndexArray = Int32Array | Float64Array;

interface DTypeInfo {
  /** Typed array that holds it in memory. */
  readonly array: new (
    length: number,
  ) => TypedArray;
  /** Typed-array slots an element takes: 2 for complex numbers. */
  readonly slots: 1 | 2;
  /** Bytes an element takes in a file. */
  readonly storedBytes: number;
}

/**
 * How each element type lies in memory. float16 is widened to Float32Array (the same on every
 * runtime); complex numbers are interleaved pairs; booleans are bytes of 0 and 1.
 */
export const dtypes: Readonly<Record<NumericDType, DTypeInfo>> = {
  bool: { array: Uint8Array, slots: 1, storedBytes: 1 },
  int8: { array: Int8Array, slots: 1, storedBytes: 1 },
  int16: { array: Int16Array, slots: 1, storedBytes: 2 },
  int32: { array: Int32Array, slots: 1, storedBytes: 4 },
  int64: { array: BigInt64Array, slots: 1, storedBytes: 8 },
  uint8: { array: Uint8Array, slots: 1, storedBytes: 1 },
  uint16: { array: Uint16Array, slots: 1, storedBytes: 2 },
  uint32: { array: Uint32Array, slots: 1, storedBytes: 4 },
  uint64: { array: BigUint64Array, slots: 1, storedBytes: 8 },
  float16: { array: Float32Array, slots: 1, storedBytes: 2 },
  float32: { array: Float32Array, slots: 1, storedBytes: 4 },
  float64: { array: Float64Array, slots: 1, storedBytes: 8 },
  complex64: { array: Float32Array, slots: 2, storedBytes: 8 },
  complex128: { array: Float64Array, slots: 2, storedBytes: 16 },
};

/** Whether the elements are whole numbers (bool is none). */
export function isInteger(dtype: string): boolean {
  return /^u?int/.test(dtype);
}

/** Bytes of memory an element takes. */
export function memoryBytesOf(dtype: NumericDType): number {
  const { array, slots } = dtypes[dtype];
  return slots * (array as unknown as { BYTES_PER_ELEMENT: number }).BYTES_PER_ELEMENT;
}

/** Allocates zeroed memory for `length` elements of `dtype`. */
export function allocate(dtype: NumericDType, length: number): TypedArray {
  const { array, slots } = dtypes[dtype];
  return new array(length * slots);
}

const byTag: Readonly<Record<string, NumericDType>> = {
  Int8Array: 'int8',
  Int16Array: 'int16',
  Int32Array: 'int32',
  BigInt64Array: 'int64',
  Uint8Array: 'uint8',
  Uint8ClampedArray: 'uint8',
  Uint16Array: 'uint16',
  Uint32Array: 'uint32',
  BigUint64Array: 'uint64',
  Float32Array: 'float32',
  Float64Array: 'float64',
};

/** Whether `value` is a typed array of any realm (so no `instanceof`); a Buffer counts, a DataView does not. */
export function isTypedArray(value: unknown): value is TypedArray {
  return ArrayBuffer.isView(value) && tagOf(value) in byTag;
}

/** The element type a typed array naturally holds. */
export function dtypeOf(array: TypedArray): NumericDType {
  const dtype = byTag[tagOf(array)];
  if (dtype === undefined) {
    throw new AnnDataError('ERR_ARGUMENT', `a typed array was expected, not ${tagOf(array)}`);
  }
  return dtype;
}

/** Whether `array` is the kind of typed array that holds `dtype` in memory. */
export function holds(array: TypedArray, dtype: NumericDType): boolean {
  return tagOf(array) === dtypes[dtype].array.name;
}

/** The same numbers in memory of their own: a Buffer's `slice` would share it. */
export function copyOf<T extends TypedArray>(array: T): T {
  return new (dtypes[dtypeOf(array)].array as unknown as new (from: T) => T)(array);
}

/** Whether both hold the same numbers; NaN equals NaN, 0 equals −0. One pass. */
export function sameNumbers(a: TypedArray, b: TypedArray): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    const x = a[i]!;
    const y = b[i]!;
    // Only NaN differs from itself.
    // biome-ignore lint/suspicious/noSelfCompare: the fast test for NaN, valid for bigints too
    if (x !== y && (x === x || y === y)) return false;
  }
  return true;
}

/** Number of elements of a shape; 1 for a scalar. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

function tagOf(value: ArrayBufferView): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}
