// SPDX-License-Identifier: BSD-3-Clause

import type { Vector } from '../arrays/arrow';
import { positionsOf } from '../arrays/axis-index';
import { DenseArray, isDenseArray } from '../arrays/dense-array';
import { type IndexArray, memoryBytesOf, type NumericDType } from '../arrays/dtype';
import type { Room } from '../arrays/room';
import type { StoredWidths } from '../arrays/sparse-matrix';
import { type Hint, type ReadContext, readElement } from '../elements/registry';
import { sparseNodes } from '../elements/sparse';
import type { ArrayNode, StorageNode, StorageReader } from '../storage/storage';
import { type About, aboutElement } from './about';
import type { BackedFile } from './backed-file';
import { type Cut, isWhole, pickOf } from './cut';
import { cutElement } from './cut-node';
import { inPieces } from './in-pieces';
import { checkSize, type ReadRequest } from './request';
import { entriesOf, evenLines, type LineBytes, partBytes, type Source, type Subsettable, taken } from './source';
import { readIndptr, readSparsePart } from './sparse-part';
import { type Origin, type StoredElement, storedElement } from './stored';

/** The entries of a compressed sparse matrix, where they lie. */
export interface StoredEntries {
  readonly indices: ArrayNode;
  readonly data: ArrayNode;
  readonly indptr: IndexArray;
  readonly storage: StorageReader;
  readonly signal: AbortSignal | undefined;
  readonly onBytes: ((bytes: number) => void) | undefined;
}

/** An element of a file. */
export class StoredSource implements Source {
  readonly about: About;
  readonly #origin: Origin;
  /** Whether an array of one axis stands for one column. */
  readonly #asColumn: boolean;
  #indptr: Promise<IndexArray> | null = null;

  constructor(file: BackedFile, node: StorageNode, asColumn = false) {
    const about = aboutElement(node);
    this.#asColumn = asColumn && about.format === 'dense' && about.shape?.length === 1;
    this.about = this.#asColumn ? { ...about, shape: [about.shape![0]!, 1] } : about;
    this.#origin = { file, key: node.key, generation: file.generation };
  }

  get stored(): StoredElement | null {
    return storedElement(this.#origin);
  }

  get widths(): StoredWidths | undefined {
    const [indices, indptr] = ['indices', 'indptr'].map((name) => this.#member(name));
    const [a, b] = [indices?.type, indptr?.type];
    if (a?.kind !== 'numeric' || b?.kind !== 'numeric') return undefined;
    return { indices: a.dtype as NumericDType, indptr: b.dtype as NumericDType };
  }

  get entries(): number {
    return entriesOf(this.about);
  }

  linesTogether(axis: 0 | 1): number {
    const node = this.#node();
    return node?.kind === 'array' ? (node.chunks?.[axis] ?? 1) : 1;
  }

  async chunkEdges(request: ReadRequest): Promise<IndexArray | null> {
    const { format, shape } = this.about;
    if (format === 'csc') return null;
    if (format === 'dense') return evenEdges(shape![0]!, this.linesTogether(0));
    // Indices are what takes long to decode; values mostly have the same chunks.
    const chunk = this.#member('indices')?.chunks?.[0];
    if (chunk === undefined) return null;
    const { file, key, generation } = this.#origin;
    const node = file.need(key, generation);
    return rowsNearChunks(await file.use(key, request, (ctx) => this.#pointers(node, ctx)), chunk);
  }

  async lineBytes(axis: 0 | 1, request: ReadRequest): Promise<LineBytes> {
    const { dtype, format, nnz } = this.about;
    if (axis !== (format === 'csr' ? 0 : format === 'csc' ? 1 : null)) return evenLines(this.about, axis);
    const { file, key, generation } = this.#origin;
    const node = file.need(key, generation);
    const indptr = await file.use(key, request, (ctx) => this.#pointers(node, ctx));
    const entry = memoryBytesOf(dtype as NumericDType) + ((nnz ?? 0) < 2 ** 31 ? 4 : 8);
    return (line) => (indptr[line + 1]! - indptr[line]!) * entry;
  }

  async read(cut: Cut, request: ReadRequest): Promise<{ value: unknown; hint?: Hint | undefined }> {
    const { file, key, generation } = this.#origin;
    const { about } = this;
    const limit = request.maxBytes ?? file.maxBytes;
    const node = file.need(key, generation);
    const all = isWhole(cut);
    return file.use(key, request, async (fresh) => {
      const ctx = request.room === undefined ? fresh : within(fresh, request.room);
      if (about.nnz !== null && !all) {
        // Pointers are kept, so they get memory of their own.
        return { value: await readSparsePart(node, about, cut, await this.#pointers(node, fresh), ctx, limit) };
      }
      checkSize(key, partBytes(about, cut), limit, 'take a part of it: subset(rows, columns).read()');
      const isCut = !all && (about.kind === 'matrix' || about.kind === 'records');
      const cuts = [cut.rows, cut.columns];
      const part = isCut
        ? cutElement(ctx.storage, node, (shape) => shape.map((n, axis) => pickOf(cuts[axis] ?? null, n)))
        : { node, storage: ctx.storage };
      const read = await readElement(part.node, { ...ctx, storage: part.storage });
      const value = this.#shaped(read.value, cut);
      if (all) return { value, hint: read.hint };
      return { value: isCut ? value : taken(value as Subsettable, cut) };
    });
  }

  /** Calls `work` with where the entries of a compressed sparse matrix lie; null for other elements. */
  withEntries<T>(request: ReadRequest, work: (entries: StoredEntries) => Promise<T>): Promise<T> | null {
    if (this.about.nnz === null) return null;
    const { file, key, generation } = this.#origin;
    const node = file.need(key, generation);
    return file.use(key, request, async (ctx) => {
      const { signal, onBytes, storage } = ctx;
      const { indices, data } = sparseNodes(node, ctx);
      return work({ indices, data, indptr: await this.#pointers(node, ctx), storage, signal, onBytes });
    });
  }

  #pointers(node: StorageNode, ctx: Parameters<typeof readIndptr>[2]): Promise<IndexArray> {
    this.#indptr ??= readIndptr(node, this.about, ctx).catch((error: unknown) => {
      this.#indptr = null;
      throw error;
    });
    return this.#indptr;
  }

  #node(): StorageNode | undefined {
    const { file, key, generation } = this.#origin;
    return file.find(key, generation);
  }

  #member(name: string): ArrayNode | undefined {
    const node = this.#node();
    const member = node?.kind === 'group' ? node.children?.get(name) : undefined;
    return member?.kind === 'array' ? member : undefined;
  }

  /** Arrays of one axis are vectors when they are text; along an axis they are columns. */
  #shaped(value: unknown, { columns }: Cut): unknown {
    if (!this.#asColumn) return value;
    const array = isDenseArray(value) ? value : new DenseArray(value as Vector, [(value as Vector).length]);
    const column = array.reshape([array.size, 1]);
    return columns === null ? column : column.subset(null, positionsOf(columns));
  }
}

/** The same, with numbers put into given memory, where the storage can do that. */
function within(ctx: ReadContext, room: Room): ReadContext {
  return { ...ctx, storage: ctx.storage.within?.(room) ?? ctx.storage };
}

/** Rows at which chunks of `step` rows begin; null for chunks of one row, and where there are none. */
function evenEdges(length: number, step: number): IndexArray | null {
  if (step === 1) return null;
  return Float64Array.from({ length: Math.max(0, Math.ceil(length / step) - 1) }, (_, i) => (i + 1) * step);
}

/** The row boundary nearest to the beginning of each chunk of entries; null when there is one chunk. */
async function rowsNearChunks(indptr: IndexArray, chunk: number): Promise<IndexArray | null> {
  const rows = indptr.length - 1;
  const edges = new Float64Array(Math.min(rows, Math.floor(indptr[rows]! / chunk)));
  let count = 0;
  let at = chunk;
  await inPieces(rows, (row) => {
    const [start, end] = [indptr[row]!, indptr[row + 1]!];
    if (end < at) return;
    const edge = at - start < end - at ? row : row + 1;
    const isNew = edge > 0 && edge < rows && (count === 0 || edge > edges[count - 1]!);
    if (isNew) edges[count++] = edge;
    at = (Math.floor(end / chunk) + 1) * chunk;
  });
  return count === 0 ? null : edges.slice(0, count);
}
