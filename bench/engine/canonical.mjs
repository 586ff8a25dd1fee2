// SPDX-License-Identifier: BSD-3-Clause
//
// Results as named parts that every side can make in the same form; canonical.py is the twin.

import { createHash } from 'node:crypto';

const kinds = {
  Int8Array: 'i1',
  Uint8Array: 'u1',
  Int32Array: 'i4',
  Float32Array: 'f4',
  Float64Array: 'f8',
  BigInt64Array: 'i8',
};
const pieceBytes = 2 ** 30;

/** The parts of a sparse matrix: positions as int32, indptr as float64. */
export function sparseParts({ shape, data, indices, indptr }) {
  return { shape: [...shape], data, indices: Int32Array.from(indices), indptr: Float64Array.from(indptr) };
}

/** The parts of an Arrow vector of text. */
export function textParts(vector) {
  const [{ values, valueOffsets, length }] = vector.data;
  const offsets = Float64Array.from(valueOffsets.subarray(0, length + 1), Number);
  return { offsets: offsets.map((o) => o - offsets[0]), bytes: values.subarray(offsets[0], offsets[length]) };
}

/** The parts of an Arrow dictionary: -1 where a value is missing. */
export function categoricalParts(vector) {
  const [{ values, length }] = vector.data;
  const codes = Int32Array.from(values.subarray(0, length));
  if (vector.nullCount > 0) for (let i = 0; i < length; i++) if (!vector.isValid(i)) codes[i] = -1;
  return { codes, categories: [...vector.data[0].dictionary] };
}

/** sha256 over name, type, length and bytes of each part. */
export function digest(parts) {
  const hash = createHash('sha256');
  for (const [name, value] of Object.entries(parts)) {
    if (!ArrayBuffer.isView(value)) {
      hash.update(`${name}:${JSON.stringify(value)}\n`);
      continue;
    }
    hash.update(`${name}:${kinds[value.constructor.name]}:${value.length}\n`);
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    for (let at = 0; at < bytes.length; at += pieceBytes) hash.update(bytes.subarray(at, at + pieceBytes));
  }
  return hash.digest('hex');
}

/** Bytes of arrays in a result, counted once each. */
export function arrayBytes(result, seen = new Set()) {
  if (ArrayBuffer.isView(result)) {
    if (seen.has(result.buffer)) return 0;
    seen.add(result.buffer);
    return result.buffer.byteLength;
  }
  if (result === null || typeof result !== 'object' || seen.has(result)) return 0;
  seen.add(result);
  return Object.values(result).reduce((sum, value) => sum + arrayBytes(value, seen), 0);
}
