// SPDX-License-Identifier: BSD-3-Clause

import { type DType, memoryBytesOf, sizeOf } from '../arrays/dtype';
import { invalid, sizesAttr, textAttr } from '../elements/node-access';
import { specOf } from '../elements/registry';
import type { StorageNode, StoredType } from '../storage/storage';
import type { HandleKind } from './handle';

/** What is known of an element before it is read. */
export interface About {
  readonly kind: HandleKind;
  /** Null for what has no shape. */
  readonly shape: readonly number[] | null;
  readonly dtype: DType | null;
  readonly format: 'dense' | 'csr' | 'csc' | null;
  readonly nnz: number | null;
  /** Bytes of memory it will take; of text only references are known. */
  readonly bytes: number;
}

/** What a node says of the element it is. */
export function aboutElement(node: StorageNode): About {
  const { encodingType } = specOf(node);
  const old = textAttr(node, 'h5sparse_format');
  if (encodingType === 'csr_matrix' || encodingType === 'csc_matrix' || old !== undefined) return sparse(node);
  const plain = { shape: null, dtype: null, format: null, nnz: null, bytes: bytesBelow(node) };
  if (encodingType === 'awkward-array') return { ...plain, kind: 'awkward', shape: sizesAttr(node, 'length') ?? null };
  if (node.kind !== 'array' || node.shape === null || node.shape.length === 0) return { ...plain, kind: 'other' };
  const { shape, type } = node;
  if (type.kind === 'compound') return { ...plain, kind: shape.length === 1 ? 'records' : 'other', shape };
  const dtype = type.kind === 'numeric' ? (type.dtype === 'longdouble' ? 'float64' : type.dtype) : 'string';
  return { ...plain, kind: 'matrix', shape, dtype, format: 'dense' };
}

function sparse(node: StorageNode): About {
  const encoded = specOf(node).encodingType;
  const format = (encoded === '' ? textAttr(node, 'h5sparse_format') : encoded.slice(0, 3)) as 'csr' | 'csc';
  const shape = sizesAttr(node, encoded === '' ? 'h5sparse_shape' : 'shape');
  if (shape?.length !== 2) throw invalid(node.key, 'a sparse matrix needs an attribute "shape" of two sizes');
  const data = node.kind === 'group' ? node.children?.get('data') : undefined;
  const type = data?.kind === 'array' && data.type.kind === 'numeric' ? data.type.dtype : 'float64';
  const nnz = data?.kind === 'array' ? (data.shape?.[0] ?? 0) : 0;
  const dtype = type === 'longdouble' ? 'float64' : type;
  return { kind: 'matrix', shape, dtype, format, nnz, bytes: bytesBelow(node) };
}

/** Bytes of memory that the arrays of a node will take. */
export function bytesBelow(node: StorageNode): number {
  if (node.kind === 'refused') return 0;
  if (node.kind === 'array') return node.shape === null ? 0 : sizeOf(node.shape) * memoryBytes(node.type);
  let sum = 0;
  for (const member of node.children?.values() ?? []) sum += bytesBelow(member);
  return sum;
}

/** Bytes of memory that an element of a stored type takes; of variable-length text only the reference is known. */
export function memoryBytes(type: StoredType): number {
  if (type.kind === 'numeric') return memoryBytesOf(type.dtype === 'longdouble' ? 'float64' : type.dtype);
  if (type.kind === 'string') return type.variable ? 16 : type.size;
  if (type.kind !== 'compound') return 0;
  return type.fields.reduce((sum, field) => sum + memoryBytes(field.type) * sizeOf(field.dims), 0);
}
