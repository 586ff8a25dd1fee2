// SPDX-License-Identifier: BSD-3-Clause

import type { IndexArray, TypedArray } from '../arrays/dtype';
import { childrenOf } from '../elements/node-access';
import { specOf } from '../elements/registry';
import { lengthOfPick } from '../storage/runs';
import type {
  ArrayNode,
  AxisPick,
  Codes,
  Gathered,
  ReadOptions,
  SparseGather,
  SparseRuns,
  StorageNode,
  StorageReader,
  Utf8Data,
} from '../storage/storage';

/** Members that lie along the rows of an element; of others the element itself does. */
const rowMembers: Readonly<Record<string, readonly string[]>> = {
  categorical: ['codes'],
  'nullable-integer': ['values', 'mask'],
  'nullable-boolean': ['values', 'mask'],
  'nullable-string-array': ['values', 'mask'],
};

/**
 * A part of an element, made to look like a whole one: the node tells the lengths of the part, and the storage reads just
 * that. So whatever reads an element reads a part of it, too.
 */
export function cutElement(
  storage: StorageReader,
  node: StorageNode,
  picksFor: (shape: readonly number[]) => AxisPick[],
): { node: StorageNode; storage: StorageReader } {
  const cuts = new Map<string, { node: ArrayNode; picks: AxisPick[] }>();
  const cutArray = (array: ArrayNode): ArrayNode => {
    if (array.shape === null || array.shape.length === 0) return array;
    const picks = picksFor(array.shape);
    cuts.set(array.key, { node: array, picks });
    return { ...array, shape: picks.map(lengthOfPick) };
  };
  if (node.kind === 'array') return { node: cutArray(node), storage: new CutStorage(storage, cuts) };
  const names = rowMembers[specOf(node).encodingType] ?? [];
  const children = new Map(childrenOf(node));
  for (const name of names) {
    const member = children.get(name);
    if (member?.kind === 'array') children.set(name, cutArray(member));
  }
  return { node: { ...node, children } as StorageNode, storage: new CutStorage(storage, cuts) };
}

/** Reads parts of some arrays where the whole is asked for. */
class CutStorage implements StorageReader {
  readonly location: string;
  readonly limits: StorageReader['limits'];

  constructor(
    private readonly inner: StorageReader,
    private readonly cuts: ReadonlyMap<string, { node: ArrayNode; picks: AxisPick[] }>,
  ) {
    this.location = inner.location;
    this.limits = inner.limits;
  }

  describe(key: string, options?: { depth?: number; signal?: AbortSignal | undefined }): Promise<StorageNode> {
    return this.inner.describe(key, options);
  }

  readNumeric(node: ArrayNode, options?: ReadOptions): Promise<TypedArray> {
    return this.inner.readNumeric(...this.cut(node, options));
  }

  readIndices(node: ArrayNode, options?: ReadOptions & { min?: number }): Promise<IndexArray> {
    return this.inner.readIndices(...this.cut(node, options));
  }

  readStrings(node: ArrayNode, options?: ReadOptions): Promise<Utf8Data> {
    return this.inner.readStrings(...this.cut(node, options));
  }

  readCodes(node: ArrayNode, options?: Omit<ReadOptions, 'field'>): Promise<Codes> {
    return this.inner.readCodes(...this.cut(node, options));
  }

  readRuns(request: SparseRuns): Promise<{ indices: IndexArray; data: TypedArray }> {
    return this.inner.readRuns(request);
  }

  gatherSparse(request: SparseGather): Promise<Gathered> {
    return this.inner.gatherSparse(request);
  }

  async close(): Promise<void> {
    // The storage belongs to whoever opened it.
  }

  private cut<O extends ReadOptions>(node: ArrayNode, options?: O): [ArrayNode, O | undefined] {
    const cut = this.cuts.get(node.key);
    return cut === undefined ? [node, options] : [cut.node, { ...options, picks: cut.picks } as unknown as O];
  }
}
