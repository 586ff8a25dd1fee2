// SPDX-License-Identifier: BSD-3-Clause

import type * as Arrow from 'apache-arrow';
import { AnnDataError } from '../errors';
import type { Utf8Data } from '../storage/storage';
import type { NumericDType, TypedArray } from './dtype';
import { joinArrays } from './join-arrays';

export type { DataType, Table, Vector } from 'apache-arrow';

type Vector = Arrow.Vector;

let loaded: typeof Arrow | undefined;

/** Apache Arrow, loaded at the first call: importing it costs 60–170 ms that `anndata info` need not pay. */
export function arrow(): typeof Arrow {
  loaded ??= require('apache-arrow') as typeof Arrow;
  return loaded;
}

/** Whether `value` is an Arrow vector, of whichever copy of the library. */
export function isVector(value: unknown): value is Vector {
  if (typeof value !== 'object' || value === null) return false;
  const { type, data, length } = value as { type?: { typeId?: unknown }; data?: unknown; length?: unknown };
  return typeof type?.typeId === 'number' && Array.isArray(data) && typeof length === 'number' && 'nullCount' in value;
}

/** One bit a byte that is not 0, padded to whole words as Arrow wants it. */
function packBits(bytes: ArrayLike<number>): Uint8Array {
  const bits = new Uint8Array(Math.ceil(bytes.length / 64) * 8);
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== 0) bits[i >> 3]! |= 1 << (i & 7);
  }
  return bits;
}

interface Validity {
  nullCount: number;
  nullBitmap?: Uint8Array;
}

/** Validity as Arrow wants it: a bit a value, and none at all when nothing is missing. */
export function validityOf(validity: Uint8Array | null | undefined): Validity {
  if (!validity) return { nullCount: 0 };
  let nullCount = 0;
  for (const present of validity) if (present === 0) nullCount++;
  return nullCount === 0 ? { nullCount } : { nullCount, nullBitmap: packBits(validity) };
}

/**
 * A vector of strings over offsets and bytes: Utf8, or LargeUtf8 when the offsets are 64 bits wide. Shares the memory.
 *
 * @param validity - one byte a string, 0 where it is missing
 */
export function utf8Vector({ offsets, bytes }: Utf8Data, validity?: Uint8Array | null): Vector {
  const { LargeUtf8, makeData, Utf8, Vector } = arrow();
  const common = { length: offsets.length - 1, data: bytes, ...validityOf(validity) };
  return 'BYTES_PER_ELEMENT' in offsets && offsets.BYTES_PER_ELEMENT === 8
    ? new Vector([makeData({ type: new LargeUtf8(), valueOffsets: offsets as BigInt64Array, ...common })])
    : new Vector([makeData({ type: new Utf8(), valueOffsets: offsets as Int32Array, ...common })]);
}

/**
 * A vector of JS strings; null or undefined is missing.
 *
 * @throws {AnnDataError} `ERR_ARGUMENT` for what is no string, or has half a surrogate pair and so no UTF-8
 */
export function stringVector(strings: Iterable<string | null | undefined>): Vector {
  const list = Array.isArray(strings) ? (strings as readonly (string | null | undefined)[]) : [...strings];
  let total = 0;
  for (let i = 0; i < list.length; i++) total += byteLength(list[i], i);
  const big = total >= 2 ** 31;
  const offsets = big ? new BigInt64Array(list.length + 1) : new Int32Array(list.length + 1);
  const bytes = new Uint8Array(total);
  const writer = Buffer.from(bytes.buffer);
  const validity = new Uint8Array(list.length);
  let end = 0;
  for (let i = 0; i < list.length; i++) {
    const text = list[i] ?? null;
    if (text !== null) {
      validity[i] = 1;
      if (text.length > 0) end += writer.write(text, end, 'utf8');
    }
    offsets[i + 1] = (big ? BigInt(end) : end) as never;
  }
  return utf8Vector({ offsets, bytes }, validity);
}

function byteLength(text: unknown, i: number): number {
  if (text === null || text === undefined) return 0;
  if (typeof text !== 'string') throw new AnnDataError('ERR_ARGUMENT', `value ${i} is no string but a ${typeof text}`);
  if (!(text as string & { isWellFormed(): boolean }).isWellFormed()) {
    throw new AnnDataError(
      'ERR_ARGUMENT',
      `string ${i} has half a surrogate pair: it has no UTF-8; use toWellFormed()`,
    );
  }
  return Buffer.byteLength(text, 'utf8');
}

/** Whether the vector holds text. */
export function isUtf8(vector: Vector): boolean {
  const { DataType } = arrow();
  return DataType.isUtf8(vector.type) || DataType.isLargeUtf8(vector.type);
}

/** Whether a vector is text in Arrow's newer layout, which Polars writes. Nothing here computes with it: see `normalise`. */
export function isUtf8View(vector: Vector): boolean {
  return arrow().DataType.isUtf8View(vector.type);
}

/**
 * Offsets from 0 and UTF-8 bytes of a text vector, whatever its chunks and slices. No JS strings are made; what lies under
 * missing ones is kept. Shares the memory of a single chunk that starts at 0, and the bytes of any single chunk.
 */
export function utf8Data(vector: Vector): Utf8Data {
  if (!isUtf8(vector)) throw new AnnDataError('ERR_ARGUMENT', `a vector of text was expected, not ${vector.type}`);
  const parts = vector.data.filter((chunk) => chunk.length > 0).map(textOf);
  const [only] = parts;
  return parts.length === 1 && only ? fromZero(only) : joinUtf8(vector.length, parts);
}

/** Offsets and bytes of a chunk; the offsets may begin anywhere. */
function textOf(chunk: Arrow.Data): Utf8Data {
  const offsets = (chunk.valueOffsets as unknown as Int32Array).subarray(0, chunk.length + 1);
  const [first, last] = [Number(offsets[0]), Number(offsets[chunk.length])];
  return { offsets, bytes: (chunk.values as Uint8Array).subarray(first, last) };
}

function fromZero({ offsets, bytes }: Utf8Data): Utf8Data {
  return Number(offsets[0]) === 0 ? { offsets, bytes } : joinUtf8(offsets.length - 1, [{ offsets, bytes }]);
}

function joinUtf8(length: number, parts: readonly Utf8Data[]): Utf8Data {
  const [only] = parts;
  const total = parts.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const big = total >= 2 ** 31;
  const offsets = big ? new BigInt64Array(length + 1) : new Int32Array(length + 1);
  const bytes = parts.length === 1 && only ? only.bytes : new Uint8Array(total);
  let row = 0;
  let end = 0;
  for (const part of parts) {
    const shift = end - Number(part.offsets[0]);
    for (let i = 1; i < part.offsets.length; i++) {
      const offset = Number(part.offsets[i]) + shift;
      offsets[++row] = (big ? BigInt(offset) : offset) as never;
    }
    if (part !== only || parts.length > 1) bytes.set(part.bytes, end);
    end += part.bytes.length;
  }
  return { offsets, bytes };
}

/**
 * A vector of numbers over `data` (see `dtypes` for the typed array each dtype lies in); booleans are packed into bits.
 * Complex numbers have no Arrow type: use a `DenseArray`.
 *
 * @param validity - one byte a value, 0 where it is missing
 */
export function numericVector(dtype: NumericDType, data: TypedArray, validity?: Uint8Array | null): Vector {
  const { makeData, Vector } = arrow();
  const missing = validityOf(validity);
  if (dtype === 'bool') {
    const type = new (arrow().Bool)();
    return new Vector([makeData({ type, length: data.length, data: packBits(data as Uint8Array), ...missing })]);
  }
  const type = arrowType(dtype);
  return new Vector([makeData({ type, length: data.length, data, ...missing } as never)]) as Vector;
}

function arrowType(dtype: NumericDType): Arrow.Int | Arrow.Float {
  const a = arrow();
  switch (dtype) {
    case 'int8':
      return new a.Int8();
    case 'int16':
      return new a.Int16();
    case 'int32':
      return new a.Int32();
    case 'int64':
      return new a.Int64();
    case 'uint8':
      return new a.Uint8();
    case 'uint16':
      return new a.Uint16();
    case 'uint32':
      return new a.Uint32();
    case 'uint64':
      return new a.Uint64();
    case 'float16':
    case 'float32':
      return new a.Float32();
    case 'float64':
      return new a.Float64();
    default:
      throw new AnnDataError('ERR_ARGUMENT', `Arrow has no type for ${dtype}; use a DenseArray`);
  }
}

/** The dtype of a vector of numbers, by the memory it has (`float32` also for what was float16); undefined for other types. */
export function vectorDType(vector: Vector): NumericDType | undefined {
  const { DataType } = arrow();
  const type = vector.type as Arrow.DataType;
  if (DataType.isBool(type)) return 'bool';
  if (DataType.isInt(type)) return `${type.isSigned ? 'int' : 'uint'}${type.bitWidth}` as NumericDType;
  if (DataType.isFloat(type)) return (['float16', 'float32', 'float64'] as const)[type.precision];
  return undefined;
}

/** The numbers of a vector as one typed array, booleans as bytes of 0 and 1. Values under missing ones are as they lie in memory. */
export function vectorNumbers(vector: Vector): TypedArray {
  const dtype = vectorDType(vector);
  if (dtype === undefined)
    throw new AnnDataError('ERR_ARGUMENT', `a vector of numbers was expected, not ${vector.type}`);
  if (dtype === 'bool') return boolBytes(vector);
  if (dtype === 'float16') return Float32Array.from(vector as Iterable<number>);
  const parts = vector.data.map((chunk) => (chunk.values as TypedArray).subarray(0, chunk.length));
  if (parts.length === 1) return parts[0] as TypedArray;
  return joinArrays(parts);
}

function boolBytes(vector: Vector): Uint8Array {
  const bytes = new Uint8Array(vector.length);
  let at = 0;
  for (const chunk of vector.data) {
    for (let i = 0; i < chunk.length; i++) {
      const bit = chunk.offset + i;
      bytes[at++] = ((chunk.values as Uint8Array)[bit >> 3]! >> (bit & 7)) & 1;
    }
  }
  return bytes;
}

/** One byte a value, 0 where it is missing; null when nothing is. */
export function validityBytes(vector: Vector): Uint8Array | null {
  if (vector.nullCount === 0) return null;
  const bytes = new Uint8Array(vector.length);
  let at = 0;
  for (const chunk of vector.data) {
    const bits = chunk.nullCount > 0 ? chunk.nullBitmap : null;
    if (!bits) bytes.fill(1, at, at + chunk.length);
    else
      for (let i = 0, bit = chunk.offset; i < chunk.length; i++, bit++)
        bytes[at + i] = (bits[bit >> 3]! >> (bit & 7)) & 1;
    at += chunk.length;
  }
  return bytes;
}
