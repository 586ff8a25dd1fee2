// SPDX-License-Identifier: BSD-3-Clause

import type * as Arrow from 'apache-arrow';
import { AnnDataError } from '../errors';
import type { Utf8Data } from '../storage/storage';
import type { NumericDType, TypedArray } from './dtype';

export type { DataType, Vector } from 'apache-arrow';

type Vector = Arrow.Vector;
type Codes = Int8Array | Int16Array | Int32Array;

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

function validityOf(validity: Uint8Array | null | undefined): Validity {
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

/** A vector of JS strings; null or undefined is missing. */
export function stringVector(strings: Iterable<string | null | undefined>): Vector {
  const parts: Buffer[] = [];
  const ends: number[] = [0];
  const validity: number[] = [];
  let end = 0;
  for (const text of strings) {
    const part = Buffer.from(text ?? '', 'utf8');
    end += part.length;
    parts.push(part);
    ends.push(end);
    validity.push(text === null || text === undefined ? 0 : 1);
  }
  const offsets = end < 2 ** 31 ? Int32Array.from(ends) : BigInt64Array.from(ends, BigInt);
  const bytes = new Uint8Array(end);
  for (let i = 0; i < parts.length; i++) bytes.set(parts[i]!, ends[i]!);
  return utf8Vector({ offsets, bytes }, Uint8Array.from(validity));
}

/** Whether the vector holds text. */
export function isUtf8(vector: Vector): boolean {
  const { DataType } = arrow();
  return DataType.isUtf8(vector.type) || DataType.isLargeUtf8(vector.type);
}

/** Offsets from 0 and UTF-8 bytes of a text vector, whatever its chunks and slices; missing ones are empty. No JS strings are made. */
export function utf8Data(vector: Vector): Utf8Data {
  if (!isUtf8(vector)) throw new AnnDataError('ERR_ARGUMENT', `a vector of text was expected, not ${vector.type}`);
  const parts = vector.data.filter((chunk) => chunk.length > 0);
  const [only] = parts;
  if (parts.length === 1 && only && only.nullCount === 0 && Number(only.valueOffsets[0]) === 0) {
    const offsets = only.valueOffsets.subarray(0, only.length + 1) as unknown as Utf8Data['offsets'];
    return { offsets, bytes: (only.values as Uint8Array).subarray(0, Number(offsets[only.length])) };
  }
  return joinUtf8(vector, parts);
}

function joinUtf8(vector: Vector, parts: readonly Arrow.Data[]): Utf8Data {
  let total = 0;
  for (const part of parts) total += Number(part.valueOffsets[part.length]) - Number(part.valueOffsets[0]);
  const big = total >= 2 ** 31;
  const offsets = big ? new BigInt64Array(vector.length + 1) : new Int32Array(vector.length + 1);
  const bytes = new Uint8Array(total);
  let row = 0;
  let end = 0;
  for (const part of parts) {
    for (let i = 0; i < part.length; i++) {
      if (part.getValid(i)) {
        const from = Number(part.valueOffsets[i]);
        const to = Number(part.valueOffsets[i + 1]);
        bytes.set((part.values as Uint8Array).subarray(from, to), end);
        end += to - from;
      }
      offsets[++row] = (big ? BigInt(end) : end) as never;
    }
  }
  return { offsets, bytes: bytes.subarray(0, end) };
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
  const joined = new (parts[0]!.constructor as new (length: number) => TypedArray)(vector.length);
  let at = 0;
  for (const part of parts) {
    joined.set(part as never, at);
    at += part.length;
  }
  return joined;
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
    for (let i = 0; i < chunk.length; i++) bytes[at++] = chunk.getValid(i) ? 1 : 0;
  }
  return bytes;
}

/**
 * A dictionary vector (a categorical): codes into `dictionary`, −1 where the value is missing. Shares the memory of the codes.
 *
 * @param ordered - whether the categories have an order
 */
export function dictionaryVector(codes: Codes, dictionary: Vector, ordered: boolean): Vector {
  const { Dictionary, Int16, Int32, Int8, makeData, Vector } = arrow();
  const indices = { 1: Int8, 2: Int16, 4: Int32 }[codes.BYTES_PER_ELEMENT as 1 | 2 | 4];
  const type = new Dictionary(dictionary.type, new indices() as never, null, ordered);
  const validity = new Uint8Array(codes.length);
  for (let i = 0; i < codes.length; i++) validity[i] = codes[i]! < 0 ? 0 : 1;
  const data = makeData({ type, length: codes.length, data: codes as never, dictionary, ...validityOf(validity) });
  return new Vector([data]) as Vector;
}

/** Codes (−1 for missing), categories and order of a dictionary vector. Chunks with different dictionaries are brought to one. */
export function dictionaryParts(vector: Vector): { codes: Codes; dictionary: Vector; ordered: boolean } {
  const { DataType } = arrow();
  const type = vector.type as Arrow.DataType;
  if (!DataType.isDictionary(type))
    throw new AnnDataError('ERR_ARGUMENT', `a dictionary vector was expected, not ${type}`);
  const chunks = vector.data.filter((chunk) => chunk.length > 0);
  const dictionaries = new Set(chunks.map((chunk) => chunk.dictionary));
  if (dictionaries.size > 1) return { ...unifyDictionaries(vector), ordered: type.isOrdered };
  const [first] = vector.data;
  const dictionary = (chunks[0] ?? first)?.dictionary as Vector;
  return { codes: codesOf(vector, chunks, dictionary.length), dictionary, ordered: type.isOrdered };
}

function codesOf(vector: Vector, chunks: readonly Arrow.Data[], categories: number): Codes {
  const Codes = codesArray(categories);
  const codes = new Codes(vector.length);
  let at = 0;
  for (const chunk of chunks) {
    for (let i = 0; i < chunk.length; i++) codes[at++] = chunk.getValid(i) ? Number(chunk.values[i]) : -1;
  }
  return codes;
}

/** The narrowest signed integers that hold codes of so many categories, as Python chooses them. */
export function codesArray(categories: number): Int8ArrayConstructor | Int16ArrayConstructor | Int32ArrayConstructor {
  return categories <= 127 ? Int8Array : categories <= 32_767 ? Int16Array : Int32Array;
}

function unifyDictionaries(vector: Vector): { codes: Codes; dictionary: Vector } {
  const seen = new Map<unknown, number>();
  const codes = new Int32Array(vector.length);
  for (let i = 0; i < vector.length; i++) {
    const value = vector.get(i) as unknown;
    if (value === null) {
      codes[i] = -1;
      continue;
    }
    if (!seen.has(value)) seen.set(value, seen.size);
    codes[i] = seen.get(value)!;
  }
  const values = [...seen.keys()];
  const dictionary = values.every((value) => typeof value === 'string')
    ? stringVector(values as string[])
    : (arrow().vectorFromArray(values, (vector.type as Arrow.Dictionary).dictionary) as Vector);
  return { codes: codesArray(values.length).from(codes), dictionary };
}

/** The same values as one chunk that starts at 0 and that nobody else writes to; float16 becomes float32. */
export function normalise(vector: Vector): Vector {
  const { DataType } = arrow();
  if (DataType.isDictionary(vector.type)) {
    const { codes, dictionary, ordered } = dictionaryParts(vector);
    return dictionaryVector(
      codes,
      isUtf8(dictionary) || vectorDType(dictionary) ? normalise(dictionary) : dictionary,
      ordered,
    );
  }
  if (isUtf8(vector)) {
    const { offsets, bytes } = utf8Data(vector);
    return utf8Vector({ offsets: offsets.slice(), bytes: bytes.slice() }, validityBytes(vector));
  }
  const dtype = vectorDType(vector);
  if (dtype === undefined) {
    throw new AnnDataError(
      'ERR_UNWRITEABLE',
      `an Arrow vector of type ${vector.type} has no counterpart in the file format`,
    );
  }
  return numericVector(dtype, vectorNumbers(vector).slice(), validityBytes(vector));
}
