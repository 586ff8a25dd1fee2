// SPDX-License-Identifier: BSD-3-Clause

import { dtypes, sizeOf } from '../arrays/dtype';
import type { ArrayNode, StorageNode, StoredFilter, StoredType } from '../storage/storage';

const codecs: Readonly<Record<number, string>> = {
  1: 'gzip',
  32000: 'lzf',
  32001: 'blosc',
  32004: 'lz4',
  32015: 'zstd',
};
const preparing = new Set([2, 3]); // shuffle, fletcher32: they do not compress

/** Name of a stored type: `float32`, `string`, `S16` for text of fixed width, `record`. */
export function typeName(type: StoredType): string {
  switch (type.kind) {
    case 'numeric':
      return type.dtype;
    case 'string':
      return type.variable ? 'string' : `S${type.size}`;
    case 'compound':
      return 'record';
    case 'reference':
      return 'reference';
    case 'unsupported':
      return type.description;
  }
}

/** The codec an array is compressed with; null when it is not. */
export function compressionOf(node: ArrayNode): { codec: string; level: number | null } | null {
  const filter = node.filters.find((each) => !preparing.has(each.id));
  return filter === undefined
    ? null
    : { codec: codecs[filter.id] ?? filter.name ?? `filter ${filter.id}`, level: levelOf(filter) };
}

function levelOf(filter: StoredFilter): number | null {
  if (filter.id === 1 || filter.id === 32015) return filter.params[0] ?? null;
  return filter.id === 32001 ? (filter.params[4] ?? null) : null;
}

/** Bytes the values take in memory when read whole; strings count as references. */
export function declaredBytes(node: ArrayNode): number {
  return node.shape === null ? 0 : sizeOf(node.shape) * itemBytes(node.type);
}

/** The same for all arrays at and below a node. */
export function bytesBelow(node: StorageNode): number {
  if (node.kind !== 'group') return node.kind === 'array' ? declaredBytes(node) : 0;
  let sum = 0;
  for (const child of node.children?.values() ?? []) sum += bytesBelow(child);
  return sum;
}

function itemBytes(type: StoredType): number {
  switch (type.kind) {
    case 'numeric':
      return type.dtype === 'longdouble' ? 16 : dtypes[type.dtype].storedBytes;
    case 'string':
      return type.variable ? 16 : type.size;
    case 'compound':
      return type.fields.reduce((sum, field) => sum + itemBytes(field.type) * sizeOf(field.dims), 0);
    default:
      return 8;
  }
}
