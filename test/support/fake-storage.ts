// SPDX-License-Identifier: BSD-3-Clause

import { dtypeOf, type IndexArray, type NumericDType, sizeOf, type TypedArray } from '../../lib/arrays/dtype';
import { AnnDataError } from '../../lib/errors';
import type {
  ArrayNode,
  AttrValue,
  GroupNode,
  Limits,
  ReadOptions,
  RefusedNode,
  StorageNode,
  StorageReader,
  StoredAttr,
  StoredType,
  Utf8Data,
} from '../../lib/storage/storage';
import { defaultLimits } from '../../lib/storage/storage';

/** Storage in memory: what readers see of a file, without a file. Counts what is read. */
type Attrs = Record<string, AttrValue>;
type Values = TypedArray | string[];

const contents = new WeakMap<ArrayNode, Values>();

/** A group; the keys below it are set when it becomes part of a `FakeStorage`. */
export function group(attrs: Attrs, children: Record<string, StorageNode> = {}): GroupNode {
  return { kind: 'group', key: '', attrs: toAttrs(attrs), children: new Map(Object.entries(children)) };
}

export function array(
  values: TypedArray,
  options: Partial<ArrayNode> & { dtype?: NumericDType; attributes?: Attrs } = {},
): ArrayNode {
  const { dtype = dtypeOf(values), attributes = {}, ...rest } = options;
  return fill({ kind: 'numeric', dtype, bigEndian: false }, values, attributes, rest);
}

export function strings(values: string[], options: Partial<ArrayNode> & { attributes?: Attrs } = {}): ArrayNode {
  const { attributes = {}, ...rest } = options;
  return fill({ kind: 'string', variable: true, size: 0, utf8: true }, values, attributes, rest);
}

export function refused(reason: string, unsafe: boolean): RefusedNode {
  return { kind: 'refused', key: '', reason, unsafe };
}

function fill(type: StoredType, values: Values, attributes: Attrs, rest: Partial<ArrayNode>): ArrayNode {
  const node: ArrayNode = {
    kind: 'array',
    key: '',
    attrs: toAttrs(attributes),
    type,
    shape: [values.length],
    maxShape: null,
    layout: 'contiguous',
    chunks: null,
    filters: [],
    storedBytes: values.length * 8,
    ...rest,
  } as ArrayNode;
  contents.set(node, values);
  return node;
}

function toAttrs(attrs: Attrs): Map<string, StoredAttr> {
  const type: StoredType = { kind: 'string', variable: true, size: 0, utf8: true };
  return new Map(Object.entries(attrs).map(([name, value]) => [name, { type, shape: [], value }]));
}

export class FakeStorage implements StorageReader {
  readonly location = 'fake.h5ad';
  /** The largest number of elements asked for at once. */
  largestRead = 0;

  constructor(
    readonly root: GroupNode,
    readonly limits: Limits = defaultLimits,
  ) {
    setKeys(root, '');
  }

  async describe(): Promise<StorageNode> {
    return this.root;
  }

  async readNumeric(node: ArrayNode, options: ReadOptions = {}): Promise<TypedArray> {
    return this.pick(node, options) as TypedArray;
  }

  async readIndices(node: ArrayNode, options: ReadOptions & { min?: number } = {}): Promise<IndexArray> {
    const values = Float64Array.from(this.pick(node, options) as Int32Array, Number);
    const bad = values.find((value) => value < (options.min ?? 0));
    if (bad !== undefined) throw new AnnDataError('ERR_INVALID_FILE', `found ${bad}`, { key: node.key });
    return values;
  }

  async readStrings(node: ArrayNode, options: ReadOptions = {}): Promise<Utf8Data> {
    const texts = this.pick(node, options) as string[];
    const offsets = new Int32Array(texts.length + 1);
    for (const [i, text] of texts.entries()) offsets[i + 1] = (offsets[i] ?? 0) + Buffer.byteLength(text);
    return { offsets, bytes: Buffer.from(texts.join('')) };
  }

  readCodes(): Promise<never> {
    throw new Error('nobody reads codes here');
  }

  readRuns(): Promise<never> {
    throw new Error('nobody reads runs here');
  }

  gatherSparse(): Promise<never> {
    throw new Error('nobody gathers here');
  }

  async close(): Promise<void> {}

  private pick(node: ArrayNode, { selection }: ReadOptions): Values {
    const values = contents.get(node);
    if (values === undefined) throw new Error(`nothing is known of ${node.key}`);
    this.largestRead = Math.max(this.largestRead, selection === undefined ? values.length : sizeOf(selection.count));
    if (selection === undefined || node.shape?.length !== 1) return values;
    const [start = 0] = selection.start;
    return values.slice(start, start + (selection.count[0] ?? 0)) as Values;
  }
}

function setKeys(node: StorageNode, key: string): void {
  (node as { key: string }).key = key;
  if (node.kind !== 'group') return;
  for (const [name, child] of node.children ?? []) setKeys(child, key === '' ? name : `${key}/${name}`);
}
