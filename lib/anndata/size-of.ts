// SPDX-License-Identifier: BSD-3-Clause

import type { DataType } from 'apache-arrow';
import { isVector, type Vector } from '../arrays/arrow';
import { isAwkwardArray } from '../arrays/awkward-array';
import { isDenseArray } from '../arrays/dense-array';
import { allocate, type NumericDType } from '../arrays/dtype';
import { isRecordArray } from '../arrays/record-array';
import { isSparse } from '../arrays/sparse-matrix';
import { isColumn } from '../frame/column-from';
import { isDataFrame } from '../frame/data-frame';
import type { AnnData } from './anndata';

const members = ['X', 'layers', 'obs', 'var', 'uns', 'obsm', 'varm', 'obsp', 'varp', 'raw'] as const;

/** Bytes of each member of an object; see {@link AnnData.sizeOf}. */
export type MemberSizes = Record<(typeof members)[number], number>;

/** Bytes of each member; what is in several of them counts for the first. */
export function memberSizes(adata: AnnData): MemberSizes {
  const seen = new Set<object>();
  const sizes = members.map((member) => [member, bytesOf(adata[member], seen)] as const);
  return Object.fromEntries(sizes) as MemberSizes;
}

/** Bytes of the numbers and text in a value, at every depth; what has been seen counts nothing. */
function bytesOf(value: unknown, seen: Set<object>): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value !== 'object') return value === undefined || typeof value === 'function' ? 0 : 8;
  if (value === null || seen.has(value)) return 0;
  seen.add(value);
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (isVector(value)) return vectorBytes(value, seen);
  if (isDenseArray(value)) {
    return isVector(value.data) ? bytesOf(value.data, seen) : value.size * bytesOfElement(value.dtype as NumericDType);
  }
  return total(partsOf(value), seen);
}

/** What a container holds. */
function partsOf(value: object): Iterable<unknown> {
  if (isSparse(value)) return [value.data, value.indices, value.indptr];
  if (isColumn(value)) return [value.values];
  if (isDataFrame(value)) return [value.indexColumn, ...value.columns.map((name) => value.column(name))];
  if (isRecordArray(value)) return value.fields.values();
  if (isAwkwardArray(value)) return value.buffers.values();
  if ('varm' in value && 'X' in value) return membersOf(value as AnnData);
  return 'values' in value && typeof value.values === 'function' ? value.values() : Object.values(value);
}

/** Those of an AnnData, or of a Raw, which has a few of them. */
function membersOf(value: AnnData): unknown[] {
  return members.map((member) => value[member]);
}

function bytesOfElement(dtype: NumericDType): number {
  return allocate(dtype, 1).byteLength;
}

function vectorBytes(vector: Vector<DataType>, seen: Set<object>): number {
  let bytes = 0;
  for (const data of vector.data) bytes += data.byteLength + (data.dictionary ? bytesOf(data.dictionary, seen) : 0);
  return bytes;
}

function total(parts: Iterable<unknown>, seen: Set<object>): number {
  let bytes = 0;
  for (const part of parts) bytes += bytesOf(part, seen);
  return bytes;
}
