// SPDX-License-Identifier: BSD-3-Clause

import { arrow, isUtf8, numericVector, utf8Data, utf8Vector, type Vector, vectorDType, vectorNumbers } from './arrow';
import type { TypedArray } from './dtype';

/** The given rows of a vector of text, numbers or booleans; see `takeVector`. */
export function takePlain(vector: Vector, rows: ArrayLike<number>): Vector {
  if (isUtf8(vector)) return takeStrings(vector, rows);
  const numbers = arrow().DataType.isBool(vector.type)
    ? takeBits(vector, rows)
    : takeNumbers(vectorNumbers(vector), rows);
  return numericVector(vectorDType(vector)!, numbers, takeValidity(vector, rows));
}

/** The given entries of a typed array. */
export function takeNumbers<T extends TypedArray>(from: T, rows: ArrayLike<number>): T {
  const out = new (from.constructor as new (length: number) => T)(rows.length);
  for (let i = 0; i < rows.length; i++) out[i] = from[rows[i]!] as never;
  return out;
}

function takeBits(vector: Vector, rows: ArrayLike<number>): Uint8Array {
  const [chunk] = vector.data;
  if (vector.data.length > 1 || chunk === undefined) return takeNumbers(vectorNumbers(vector), rows) as Uint8Array;
  const bits = chunk.values as Uint8Array;
  const out = new Uint8Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const bit = chunk.offset + rows[i]!;
    out[i] = (bits[bit >> 3]! >> (bit & 7)) & 1;
  }
  return out;
}

function takeValidity(vector: Vector, rows: ArrayLike<number>): Uint8Array | null {
  if (vector.nullCount === 0) return null;
  const valid = new Uint8Array(rows.length);
  for (let i = 0; i < rows.length; i++) valid[i] = vector.isValid(rows[i]!) ? 1 : 0;
  return valid;
}

/** The given rows of a vector of text; see `takeVector`. */
export function takeStrings(vector: Vector, rows: ArrayLike<number>): Vector {
  const { offsets, bytes } = rawText(vector);
  let total = 0;
  for (let i = 0; i < rows.length; i++) total += Number(offsets[rows[i]! + 1]) - Number(offsets[rows[i]!]);
  const ends = total < 2 ** 31 ? new Int32Array(rows.length + 1) : new BigInt64Array(rows.length + 1);
  const out = new Uint8Array(total);
  const big = ends.BYTES_PER_ELEMENT === 8;
  let end = 0;
  for (let i = 0; i < rows.length; i++) {
    const from = Number(offsets[rows[i]!]);
    const to = Number(offsets[rows[i]! + 1]);
    // A view costs more than to copy a few bytes by hand.
    if (to - from > 32) out.set(bytes.subarray(from, to), end);
    else for (let k = from; k < to; k++) out[end + k - from] = bytes[k]!;
    end += to - from;
    ends[i + 1] = (big ? BigInt(end) : end) as never;
  }
  return utf8Vector({ offsets: ends, bytes: out }, takeValidity(vector, rows));
}

/** Offsets and bytes of a text: of a single chunk as they are, without moving the offsets to 0. */
function rawText(vector: Vector): { offsets: ArrayLike<number | bigint>; bytes: Uint8Array } {
  const [chunk] = vector.data;
  if (vector.data.length > 1 || chunk === undefined || chunk.length === 0) return utf8Data(vector);
  return { offsets: chunk.valueOffsets as unknown as Int32Array, bytes: chunk.values as Uint8Array };
}
