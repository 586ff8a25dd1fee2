// SPDX-License-Identifier: BSD-3-Clause

import { setImmediate as nextTurn } from 'node:timers/promises';
import { dtypes, type IndexArray, isInteger, memoryBytesOf, sizeOf, type TypedArray } from '../arrays/dtype';
import type { Room } from '../arrays/room';
import { AnnDataError } from '../errors';
import { type NativeFile, native } from '../native';
import { ascendingRuns, gatherFromRuns, inOrderAsked } from './gather-sparse';
import { storageNode } from './hdf5-node';
import { request } from './request';
import { type AxisRuns, runsOfBox, runsOfPicks } from './runs';
import type {
  ArrayNode,
  Codes,
  Gathered,
  IndexBounds,
  Limits,
  ReadOptions,
  SparseGather,
  SparseMoments,
  SparseRuns,
  StorageNode,
  StorageReader,
  StoredType,
  Utf8Data,
} from './storage';

/** From here on fresh memory is worth large pages. */
const manyBytes = 4 * 2 ** 20;
/** V8 begins to collect once arrays have grown by as much. */
const muchBytes = 64 * 2 ** 20;
const maxDepth = 64;

/** A file opened by `openHdf5`. */
export class Hdf5Reader implements StorageReader {
  readonly location: string;
  readonly limits: Limits;
  /** For copies to a file that is being written. */
  readonly file: NativeFile;

  readonly #room: Room | null;

  constructor(file: NativeFile, location: string, limits: Limits, room: Room | null = null) {
    this.file = file;
    this.location = location;
    this.limits = limits;
    this.#room = room;
  }

  within(room: Room): Hdf5Reader {
    return new Hdf5Reader(this.file, this.location, this.limits, room);
  }

  async describe(
    key: string,
    options: { depth?: number; signal?: AbortSignal | undefined } = {},
  ): Promise<StorageNode> {
    options.signal?.throwIfAborted();
    const depth = Math.min(options.depth ?? maxDepth + 1, maxDepth + 1);
    const record = await this.file.describe(key, depth, this.limits.maxObjects);
    options.signal?.throwIfAborted();
    return storageNode(record, key);
  }

  async readNumeric(node: ArrayNode, options: ReadOptions = {}): Promise<TypedArray> {
    const element = this.#element(node, options);
    const { starts, counts, lengths } = this.#runs(node, options);
    const data = this.#numbers(node, element, sizeOf(lengths));
    await request(options, data.byteLength, (control) =>
      this.file.read(node.key, options.field ?? '', starts, counts, data, control),
    );
    return data;
  }

  async readIndices(node: ArrayNode, options: ReadOptions & IndexBounds = {}): Promise<IndexArray> {
    this.#checkInteger(node, this.#element(node, options).type);
    const { starts, counts, lengths } = this.#runs(node, options);
    const { min = 0, below = 2 ** 53 + 2 } = options;
    return this.#indices(node, sizeOf(lengths), (data) =>
      request(options, data.byteLength, (control) =>
        this.file.readIndices(node.key, options.field ?? '', starts, counts, min, below, data, control),
      ),
    );
  }

  async readCodes(node: ArrayNode, options: Omit<ReadOptions, 'field'> = {}): Promise<Codes> {
    this.#checkInteger(node, node.type);
    const { starts, counts, lengths } = this.#runs(node, options);
    const codes = this.#numbers(node, { type: node.type, dims: [] }, sizeOf(lengths)) as Int8Array;
    const [least, greatest] = await request(options, codes.byteLength, (control) =>
      this.file.readCodes(node.key, starts, counts, codes, control),
    );
    return { codes, least, greatest };
  }

  async readRuns(asked: SparseRuns): Promise<{ indices: IndexArray; data: TypedArray }> {
    const { indices: positions, data: values, minor } = asked;
    this.#checkInteger(positions, positions.type);
    const { starts, counts, lengths } = runsOfPicks([asked]);
    const total = sizeOf(lengths);
    const data = this.#numbers(values, { type: values.type, dims: [] }, total);
    // V8 collects garbage when it is asked for much memory: not twice in one go.
    if (data.byteLength >= muchBytes) await nextTurn();
    // Where int32 does not hold the positions, the values have been read all the same.
    const indices = await this.#indices(positions, total, (array) =>
      array instanceof Int32Array
        ? request(asked, array.byteLength + data.byteLength, (control) =>
            this.file.readRuns(positions.key, values.key, starts, counts, minor, array, data, control),
          )
        : request(asked, array.byteLength, (control) =>
            this.file.readIndices(positions.key, '', starts, counts, 0, minor, array, control),
          ),
    );
    return { indices, data };
  }

  async readStrings(node: ArrayNode, options: ReadOptions = {}): Promise<Utf8Data> {
    const { type } = this.#element(node, options);
    if (type.kind !== 'string') throw this.#wrongType(node, 'text was expected', type);
    const { starts, counts, lengths } = this.#runs(node, options);
    const { maxBytes } = this.limits;
    const text = await request({ signal: options.signal }, 16 * sizeOf(lengths), (control) =>
      this.file.readStrings(node.key, options.field ?? '', starts, counts, maxBytes, control),
    );
    options.onBytes?.(text.bytes.byteLength + text.offsets.byteLength);
    return text;
  }

  async gatherSparse(asked: SparseGather): Promise<Gathered> {
    const { indices, data, starts, counts, minorMap } = asked;
    const runs = ascendingRuns(starts, counts);
    const make = (found: number): [Int32Array, TypedArray] => [
      this.#allocate(indices, Int32Array, found) as Int32Array,
      this.#numbers(data, { type: data.type, dims: [] }, found),
    ];
    const found = await request(asked, 4 * runs.entries, (control) =>
      this.file.gather(indices.key, data.key, [runs.starts], [runs.counts], minorMap, make, control),
    );
    return inOrderAsked(found ?? (await gatherFromRuns(this, asked, runs)), runs);
  }

  async addMoments(asked: SparseMoments): Promise<'done' | 'disorder' | 'elsewhere'> {
    const { indices, data, indptr, length, along, total, lows, highs } = asked;
    const bytes = entriesBytes(data);
    return request(asked, bytes, (control) =>
      this.file.addMoments(indices.key, data.key, indptr, length, along, total, lows, highs, control),
    );
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  /** What is read: the elements themselves or one field of them. */
  #element(node: ArrayNode, options: ReadOptions): { type: StoredType; dims: number[] } {
    if (options.field === undefined) return { type: node.type, dims: [] };
    const fields = node.type.kind === 'compound' ? node.type.fields : [];
    const field = fields.find(({ name }) => name === options.field);
    if (field === undefined) {
      throw new AnnDataError(
        'ERR_ARGUMENT',
        `the records have no field ${JSON.stringify(options.field)}`,
        this.#at(node),
      );
    }
    return field;
  }

  /** Room for elements of numbers. */
  #numbers(node: ArrayNode, { type, dims }: { type: StoredType; dims: number[] }, elements: number): TypedArray {
    if (type.kind !== 'numeric') throw this.#wrongType(node, 'numbers were expected', type);
    const { array, slots } = dtypes[type.dtype === 'longdouble' ? 'float64' : type.dtype];
    return this.#allocate(node, array, elements * sizeOf(dims) * slots);
  }

  /** Most fit; the first that does not sends us on to float64, which is exact to 2⁵³. */
  async #indices(node: ArrayNode, length: number, read: (to: IndexArray) => Promise<boolean>): Promise<IndexArray> {
    for (const kind of [Int32Array, Float64Array]) {
      const indices = this.#allocate(node, kind, length) as IndexArray;
      if (await read(indices)) return indices;
    }
    throw new AnnDataError('ERR_INVALID_FILE', 'there are indices past 2^53', this.#at(node));
  }

  #checkInteger(node: ArrayNode, type: StoredType): void {
    if (type.kind !== 'numeric' || !isInteger(type.dtype)) throw this.#wrongType(node, 'integers were expected', type);
  }

  #runs(node: ArrayNode, { selection, picks }: ReadOptions): AxisRuns {
    if (node.shape === null) {
      throw new AnnDataError('ERR_INVALID_FILE', 'there are no data here (a null dataspace)', this.#at(node));
    }
    if (picks !== undefined) return runsOfPicks(picks);
    return runsOfBox(selection ?? { start: node.shape.map(() => 0), count: node.shape });
  }

  #allocate(node: ArrayNode, kind: new (length: number) => TypedArray, length: number): TypedArray {
    const bytes = length * (kind as unknown as { BYTES_PER_ELEMENT: number }).BYTES_PER_ELEMENT;
    const { maxBytes } = this.limits;
    if (!(bytes <= maxBytes)) {
      throw new AnnDataError(
        'ERR_LIMIT',
        `reading this would take ${bytes} bytes of memory, the limit is ${maxBytes}; limits.maxBytes can be raised`,
        this.#at(node),
      );
    }
    try {
      const array = this.#room?.take(kind, length) ?? new kind(length);
      if (bytes >= manyBytes) native().hugePages(array);
      return array;
    } catch (cause) {
      throw new AnnDataError('ERR_LIMIT', `there is no memory for ${bytes} bytes`, { ...this.#at(node), cause });
    }
  }

  #wrongType(node: ArrayNode, expected: string, type: StoredType): AnnDataError {
    if (type.kind === 'unsupported') {
      return new AnnDataError('ERR_UNSUPPORTED_TYPE', `${expected}, not ${type.description}`, this.#at(node));
    }
    const found = {
      numeric: 'dtype' in type ? type.dtype : '',
      string: 'text',
      compound: 'records',
      reference: 'references',
    };
    return new AnnDataError('ERR_INVALID_FILE', `${expected}, not ${found[type.kind]}`, this.#at(node));
  }

  #at(node: ArrayNode): { file: string; key: string } {
    return { file: this.location, key: node.key };
  }
}

/** Bytes of memory that the entries of a sparse matrix would take, given its values. */
function entriesBytes({ shape, type }: ArrayNode): number {
  const each = type.kind === 'numeric' ? memoryBytesOf(type.dtype === 'longdouble' ? 'float64' : type.dtype) : 0;
  return sizeOf(shape ?? []) * (4 + each);
}
