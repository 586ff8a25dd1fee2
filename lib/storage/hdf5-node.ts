// SPDX-License-Identifier: BSD-3-Clause

import type { NativeAttr, NativeNode, NativeType } from '../native';
import type { ArrayNode, AttrValue, GroupNode, StorageNode, StoredAttr, StoredType } from './storage';

/** Turns the addon's record of an object, and of all below it, into a storage node at `key`. */
export function storageNode(record: NativeNode, key: string): StorageNode {
  switch (record.kind) {
    case 'group':
      return groupNode(record, key);
    case 'array':
      return arrayNode(record, key);
    default:
      return { kind: 'refused', key, unsafe: record.unsafe === true, reason: record.reason ?? 'something unknown' };
  }
}

function groupNode(record: NativeNode, key: string): GroupNode {
  const children = record.children?.map((child): [string, StorageNode] => {
    return [child.name, storageNode(child, key === '' ? child.name : `${key}/${child.name}`)];
  });
  return { kind: 'group', key, attrs: attributes(record.attrs), children: children ? new Map(children) : null };
}

function arrayNode(record: NativeNode, key: string): ArrayNode {
  return {
    kind: 'array',
    key,
    attrs: attributes(record.attrs),
    type: storedType(record.type),
    shape: record.shape ?? null,
    maxShape: record.maxShape?.map((n) => (n === -1 ? Infinity : n)) ?? null,
    layout: record.layout ?? 'contiguous',
    chunks: record.chunks ?? null,
    filters: record.filters ?? [],
    storedBytes: record.storedBytes ?? 0,
  };
}

function attributes(list: readonly NativeAttr[] = []): Map<string, StoredAttr> {
  return new Map(
    list.map(({ name, type, shape, value }) => [name, { type: storedType(type), shape, value: value as AttrValue }]),
  );
}

function storedType(type: NativeType | undefined): StoredType {
  switch (type?.kind) {
    case 'numeric':
      return { kind: 'numeric', dtype: type.dtype ?? 'int8', bigEndian: type.bigEndian === true };
    case 'string':
      return { kind: 'string', variable: type.variable === true, size: type.size ?? 0, utf8: type.utf8 === true };
    case 'compound': {
      const fields = type.fields ?? [];
      return {
        kind: 'compound',
        fields: fields.map((f) => ({ name: f.name, type: storedType(f.type), dims: f.dims })),
      };
    }
    case 'reference':
      return { kind: 'reference' };
    default:
      return { kind: 'unsupported', description: type?.description ?? 'an unknown datatype' };
  }
}
