// SPDX-License-Identifier: BSD-3-Clause

import { quote } from '../errors';
import type { ArrayNode, GroupNode, StorageNode } from '../storage/storage';
import { referenceAttr, sizesAttr, textAttr, textListAttr } from './attributes';

/** What an object in the file is. */
export interface Identity {
  /** Name of the encoding: stated, or what older writers meant by this layout. */
  type: string;
  /** Stated version; null when the object carries no encoding attributes. */
  version: string | null;
}

const legacyFrames = new Set(['obs', 'var', 'raw.var', 'raw/var']);
const legacyMappings = new Set(['obsm', 'varm', 'raw.varm', 'raw/varm']);

/** Tells an element's encoding from its attributes, or from its layout where it has none. Reads nothing. */
export function identify(node: GroupNode | ArrayNode): Identity {
  const type = textAttr(node, 'encoding-type');
  if (type !== undefined && type !== '') return { type, version: textAttr(node, 'encoding-version') ?? null };
  return { type: node.kind === 'group' ? groupType(node) : arrayType(node), version: null };
}

function groupType(node: GroupNode): string {
  const sparse = textAttr(node, 'h5sparse_format');
  if (sparse !== undefined) return `${sparse}_matrix`;
  if (node.key === '') return 'anndata';
  return node.key === 'raw' ? 'raw' : 'dict';
}

function arrayType(node: ArrayNode): string {
  if (node.shape === null) return 'null';
  const { kind } = node.type;
  if (kind === 'compound') {
    if (legacyFrames.has(node.key)) return 'dataframe';
    return legacyMappings.has(node.key) ? 'dict' : 'rec-array';
  }
  if (referenceAttr(node, 'categories') !== undefined) return 'categorical';
  const scalar = node.shape.length === 0;
  if (kind === 'string') return scalar ? 'string' : 'string-array';
  return scalar ? 'numeric-scalar' : 'array';
}

/** A child by name; undefined when the node is no group or has none of that name. */
export function child(node: StorageNode | undefined, name: string): StorageNode | undefined {
  return node?.kind === 'group' ? node.children?.get(name) : undefined;
}

/** The object at a slash-separated key below `root`. */
export function descend(root: StorageNode, key: string): StorageNode | undefined {
  let node: StorageNode | undefined = root;
  for (const name of key.split('/')) node = child(node, name);
  return node;
}

/** Names of a frame's columns in order; undefined when the attribute is missing or malformed. */
export function columnNames(node: GroupNode | ArrayNode): string[] | undefined {
  if (node.kind === 'group') return textListAttr(node, 'column-order');
  return node.type.kind === 'compound' ? node.type.fields.slice(1).map((field) => field.name) : undefined;
}

/** The element that holds a frame's row names. */
export function indexElement(node: GroupNode): StorageNode | undefined {
  const name = textAttr(node, '_index');
  return name === undefined ? undefined : child(node, name);
}

/**
 * Logical shape of an element: rows and columns of sparse matrices and frames, length of the rest.
 * Null when it has none (a mapping, a null value) or the file does not say.
 */
export function extent(node: StorageNode | undefined): number[] | null {
  if (node === undefined || node.kind === 'refused') return null;
  const { type } = identify(node);
  if (type === 'dataframe') return frameExtent(node);
  if (node.kind === 'array') return node.shape;
  switch (type) {
    case 'csr_matrix':
    case 'csc_matrix':
      return sizesAttr(node, 'shape') ?? sizesAttr(node, 'h5sparse_shape') ?? null;
    case 'categorical':
      return extent(child(node, 'codes'));
    case 'nullable-integer':
    case 'nullable-boolean':
    case 'nullable-string-array':
      return extent(child(node, 'values'));
    case 'awkward-array':
      return sizesAttr(node, 'length') ?? null;
    default:
      return null;
  }
}

function frameExtent(node: GroupNode | ArrayNode): number[] | null {
  const rows = node.kind === 'array' ? node.shape : extent(indexElement(node));
  const columns = columnNames(node);
  return rows?.[0] === undefined || columns === undefined ? null : [rows[0], columns.length];
}

/** Lengths of the two axes of the AnnData at `root`, by the first thing that tells; null where nothing does. */
export function axisLengths(root: StorageNode): [nObs: number | null, nVars: number | null] {
  return [axisLength(root, 0, ['obs', 'obsm', 'obsp']), axisLength(root, 1, ['var', 'varm', 'varp'])];
}

function axisLength(root: StorageNode, axis: 0 | 1, names: readonly [string, string, string]): number | null {
  const [frame, arrays, pairs] = names;
  const own = extent(child(root, frame))?.[0];
  if (own !== undefined) return own;
  const matrices = [child(root, 'X'), ...membersOf(child(root, 'layers'))].map((node) => extent(node)?.[axis]);
  const aligned = [...membersOf(child(root, arrays)), ...membersOf(child(root, pairs))].map(
    (node) => extent(node)?.[0],
  );
  return [...matrices, ...aligned].find((length) => length !== undefined) ?? null;
}

function membersOf(node: StorageNode | undefined): StorageNode[] {
  return node?.kind === 'group' ? [...(node.children?.values() ?? [])] : [];
}

/** Why `root` cannot be an AnnData at all; null when it looks like one. */
export function notAnnData(root: StorageNode): string | null {
  if (root.kind !== 'group') return `the root is ${root.kind === 'array' ? 'an array' : root.reason}, not a group`;
  const { type } = identify(root);
  if (type !== 'anndata') return `the file holds encoding-type ${quote(type)}, "anndata" was expected`;
  if (['X', 'obs', 'var'].some((name) => root.children?.has(name))) return null;
  return 'this HDF5 file is no AnnData: it has neither X nor obs nor var';
}
