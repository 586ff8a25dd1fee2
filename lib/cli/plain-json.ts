// SPDX-License-Identifier: BSD-3-Clause

import { isVector } from '../arrays/arrow';
import { isDenseArray } from '../arrays/dense-array';
import { isSparse } from '../arrays/sparse-matrix';
import { isDataFrame } from '../frame/data-frame';

/** Anything an element can be, as JSON can hold it: arrays as lists, integers past 2⁵³ as text, what is no number as null. */
export function jsonOf(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object') return value;
  if (isDataFrame(value)) {
    const index = value.indexColumn.values;
    return value.toRecords().map((record, row) => ({ name: jsonOf(index.get(row)), ...(jsonOf(record) as object) }));
  }
  if (isSparse(value)) {
    const { format, shape, data, indices, indptr } = value;
    return { format, shape, data: jsonOf(data), indices: jsonOf(indices), indptr: jsonOf(indptr) };
  }
  if (isDenseArray(value)) return nested(value.shape, (at) => jsonOf(value.get(...at)));
  if (isVector(value)) return Array.from(value as Iterable<unknown>, jsonOf);
  if (ArrayBuffer.isView(value) || Array.isArray(value))
    return Array.from(value as unknown as Iterable<unknown>, jsonOf);
  const entries = value instanceof Map ? [...value.entries()] : Object.entries(value);
  return Object.fromEntries(entries.map(([name, member]) => [name, jsonOf(member)]));
}

function nested(
  shape: readonly number[],
  at: (place: readonly number[]) => unknown,
  before: readonly number[] = [],
): unknown {
  if (before.length === shape.length) return at(before);
  return Array.from({ length: shape[before.length]! }, (_, i) => nested(shape, at, [...before, i]));
}
