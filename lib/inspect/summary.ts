// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError } from '../errors';
import type { ArrayNode, GroupNode, StorageNode, StoredField } from '../storage/storage';
import { booleanAttr, referenceAttr } from './attributes';
import { axisLengths, child, columnNames, descend, extent, identify, indexElement, notAnnData } from './identify';
import { compressionOf, typeName } from './stored';

/** One element of a file as its metadata tells it. Fields that do not apply are null. */
export interface ElementSummary {
  /** Path in the file. */
  key: string;
  /** `version` is null when the file does not state the encoding (older writers). */
  encoding: { type: string; version: string | null };
  /** Element type of the values; of the categories for categoricals; `record` for structured arrays. */
  dtype: string | null;
  shape: number[] | null;
  /** Chunk shape of the array, or of the largest part. */
  chunks: number[] | null;
  compression: { codec: string; level: number | null } | null;
  /** Stored values of a sparse matrix. */
  nnz: number | null;
  categories: number | null;
  ordered: boolean | null;
  /** Columns of a frame, fields of a structured array. */
  columns: number | null;
  /** Bytes its data takes in the file, parts and children included; null for a field that shares its parent's. */
  storedBytes: number | null;
  /** Why the element will not be read; null for the rest. */
  refused: string | null;
  /** Elements below, in order; null for leaves. */
  children: ElementSummary[] | null;
}

export interface Summary {
  encoding: { type: string; version: string | null };
  shape: [nObs: number | null, nVars: number | null];
  storedBytes: number;
  elements: ElementSummary[];
}

const rootOrder = [
  'X',
  'raw',
  'raw.X',
  'raw.var',
  'raw.varm',
  'layers',
  'obs',
  'var',
  'obsm',
  'varm',
  'obsp',
  'varp',
  'uns',
];

/**
 * Describes every element of the AnnData at `root` from metadata alone.
 * @throws AnnDataError `ERR_INVALID_FILE` when `root` is no AnnData.
 */
export function summarise(root: StorageNode): Summary {
  const reason = notAnnData(root);
  if (reason !== null || root.kind !== 'group')
    throw new AnnDataError('ERR_INVALID_FILE', reason ?? 'no group', { key: '' });
  const elements = sortRoot(root).map((node) => summariseNode(node, root));
  return { encoding: identify(root), shape: axisLengths(root), storedBytes: total(elements), elements };
}

function sortRoot(root: GroupNode): StorageNode[] {
  const rank = new Map(rootOrder.map((key, position) => [key, position]));
  const rankOf = (node: StorageNode) => rank.get(node.key) ?? rootOrder.length;
  return [...(root.children?.values() ?? [])].sort((a, b) => rankOf(a) - rankOf(b));
}

function summariseNode(node: StorageNode, root: GroupNode): ElementSummary {
  if (node.kind === 'refused') return { ...blank(node.key), refused: node.reason };
  const { type, version } = identify(node);
  const known: Partial<ElementSummary> = {
    encoding: { type, version },
    shape: extent(node),
    storedBytes: storedBytes(node),
  };
  if (type === 'dataframe') return { ...blank(node.key), ...known, ...summariseFrame(node, root) };
  if (node.kind === 'array') return { ...blank(node.key), ...known, ...summariseArray(node, type, root) };
  return { ...blank(node.key), ...known, ...summariseGroup(node, type, root) };
}

function summariseArray(node: ArrayNode, type: string, root: GroupNode): Partial<ElementSummary> {
  const own = { ...storage(node), dtype: typeName(node.type) };
  if (node.type.kind === 'compound') {
    const { fields } = node.type;
    const children = type === 'dict' ? fields.map((field) => summariseField(node, field)) : null;
    return { ...own, columns: fields.length, children };
  }
  return type === 'categorical'
    ? { ...own, ...categories(descend(root, referenceAttr(node, 'categories') ?? '')) }
    : own;
}

function summariseGroup(node: GroupNode, type: string, root: GroupNode): Partial<ElementSummary> {
  switch (type) {
    case 'csr_matrix':
    case 'csc_matrix': {
      const data = child(node, 'data');
      const nnz = child(node, 'indices') ?? data;
      return { ...partOf(data), nnz: nnz?.kind === 'array' ? (nnz.shape?.[0] ?? null) : null };
    }
    case 'categorical':
      return {
        ...partOf(child(node, 'codes')),
        ...categories(child(node, 'categories')),
        ordered: booleanAttr(node, 'ordered') ?? null,
      };
    case 'nullable-integer':
    case 'nullable-boolean':
    case 'nullable-string-array':
      return partOf(child(node, 'values'));
    case 'awkward-array':
      return {};
    default:
      return { children: [...(node.children?.values() ?? [])].map((each) => summariseNode(each, root)) };
  }
}

function summariseFrame(node: GroupNode | ArrayNode, root: GroupNode): Partial<ElementSummary> {
  const names = columnNames(node);
  if (node.kind === 'array') {
    const fields = node.type.kind === 'compound' ? node.type.fields : [];
    const children = fields.map((field) => ({ ...summariseField(node, field), ...legacyCategories(field, root) }));
    return { ...storage(node), columns: names?.length ?? null, children };
  }
  const index = indexElement(node);
  const columns = (names ?? []).map((name) => child(node, name)).filter((each) => each !== undefined);
  const children = [...(index === undefined ? [] : [index]), ...columns.filter((each) => each !== index)];
  return { columns: names?.length ?? null, children: children.map((each) => summariseNode(each, root)) };
}

/** A field of a compound that older writers used as a frame or a mapping of arrays. */
function summariseField(node: ArrayNode, field: StoredField): ElementSummary {
  const type = field.type.kind === 'string' ? 'string-array' : 'array';
  return {
    ...blank(`${node.key}/${field.name}`),
    encoding: { type, version: null },
    dtype: typeName(field.type),
    shape: [...(node.shape ?? []), ...field.dims],
    storedBytes: null,
  };
}

/** anndata 0.5 and 0.6 kept a column's categories in `uns/<column>_categories`. */
function legacyCategories(field: StoredField, root: GroupNode): Partial<ElementSummary> {
  const found = descend(root, `uns/${field.name}_categories`);
  return found === undefined ? {} : { ...categories(found), encoding: { type: 'categorical', version: null } };
}

function categories(node: StorageNode | undefined): Partial<ElementSummary> {
  if (node === undefined || node.kind === 'refused') return {};
  const summary = { dtype: dtypeOf(node), categories: extent(node)?.[0] ?? null };
  return node.attrs.has('ordered') ? { ...summary, ordered: booleanAttr(node, 'ordered') ?? null } : summary;
}

function dtypeOf(node: GroupNode | ArrayNode): string | null {
  if (node.kind === 'array') return typeName(node.type);
  const values = child(node, 'values');
  return values?.kind === 'array' ? typeName(values.type) : null;
}

function partOf(node: StorageNode | undefined): Partial<ElementSummary> {
  return node?.kind === 'array' ? { ...storage(node), dtype: typeName(node.type) } : {};
}

function storage(node: ArrayNode): Partial<ElementSummary> {
  return { chunks: node.chunks, compression: compressionOf(node) };
}

function storedBytes(node: StorageNode): number {
  if (node.kind === 'array') return node.storedBytes;
  if (node.kind === 'refused') return 0;
  let sum = 0;
  for (const each of node.children?.values() ?? []) sum += storedBytes(each);
  return sum;
}

function total(elements: readonly ElementSummary[]): number {
  return elements.reduce((sum, element) => sum + (element.storedBytes ?? 0), 0);
}

function blank(key: string): ElementSummary {
  return {
    key,
    encoding: { type: 'refused', version: null },
    dtype: null,
    shape: null,
    chunks: null,
    compression: null,
    nnz: null,
    categories: null,
    ordered: null,
    columns: null,
    storedBytes: 0,
    refused: null,
    children: null,
  };
}
