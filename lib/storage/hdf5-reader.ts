// SPDX-License-Identifier: BSD-3-Clause

import { dtypes, type IndexArray, isInteger, sizeOf, type TypedArray } from '../arrays/dtype';
import { AnnDataError } from '../errors';
import type { NativeFile } from '../native';
import { storageNode } from './hdf5-node';
import { slices } from './slices';
import type {
  ArrayNode,
  Limits,
  ReadOptions,
  Selection,
  StorageNode,
  StorageReader,
  StoredType,
  Utf8Data,
} from './storage';

/** Bytes read in one call, between two looks at the signal. */
const sliceBytes = 8 * 2 ** 20;
const maxDepth = 64;

/** A file opened by `openHdf5`. */
export class Hdf5Reader implements StorageReader {
  readonly location: string;
  readonly limits: Limits;
  readonly #file: NativeFile;

  constructor(file: NativeFile, location: string, limits: Limits) {
    this.#file = file;
    this.location = location;
    this.limits = limits;
  }

  async describe(
    key: string,
    options: { depth?: number; signal?: AbortSignal | undefined } = {},
  ): Promise<StorageNode> {
    options.signal?.throwIfAborted();
    const depth = Math.min(options.depth ?? maxDepth + 1, maxDepth + 1);
    const record = await this.#file.describe(key, depth, this.limits.maxObjects);
    options.signal?.throwIfAborted();
    return storageNode(record, key);
  }

  async readNumeric(node: ArrayNode, options: ReadOptions = {}): Promise<TypedArray> {
    const { type, dims } = this.#element(node, options);
    if (type.kind !== 'numeric') throw this.#wrongType(node, 'numbers were expected', type);
    const dtype = type.dtype === 'longdouble' ? 'float64' : type.dtype;
    const selection = this.#selection(node, options);
    const perElement = sizeOf(dims) * dtypes[dtype].slots;
    const data = this.#allocate(node, dtypes[dtype].array, sizeOf(selection.count) * perElement);
    const elements = sliceBytes / (data.BYTES_PER_ELEMENT * Math.max(perElement, 1));
    for (const slice of slices(selection, elements, chunkRows(node))) {
      options.signal?.throwIfAborted();
      const part = data.subarray(slice.from * perElement, slice.to * perElement) as TypedArray;
      await this.#file.read(node.key, options.field ?? '', slice.selection.start, slice.selection.count, part);
      options.onBytes?.(part.byteLength);
    }
    options.signal?.throwIfAborted();
    return data;
  }

  async readIndices(node: ArrayNode, options: ReadOptions & { min?: number } = {}): Promise<IndexArray> {
    const { type } = this.#element(node, options);
    if (type.kind !== 'numeric' || !isInteger(type.dtype)) throw this.#wrongType(node, 'integers were expected', type);
    const selection = this.#selection(node, options);
    const n = sizeOf(selection.count);
    let data: IndexArray = this.#allocate(node, Int32Array, n) as Int32Array;
    for (const slice of slices(selection, sliceBytes / 8, chunkRows(node))) {
      options.signal?.throwIfAborted();
      if (!(await this.#readIndexSlice(node, options, slice, data))) {
        // The first one past 2³¹: from here on in float64, which is exact to 2⁵³.
        const wide = this.#allocate(node, Float64Array, n) as Float64Array;
        wide.set(data.subarray(0, slice.from));
        data = wide;
        await this.#readIndexSlice(node, options, slice, data);
      }
      options.onBytes?.((slice.to - slice.from) * data.BYTES_PER_ELEMENT);
    }
    options.signal?.throwIfAborted();
    return data;
  }

  async readStrings(node: ArrayNode, options: ReadOptions = {}): Promise<Utf8Data> {
    options.signal?.throwIfAborted();
    const { type } = this.#element(node, options);
    if (type.kind !== 'string') throw this.#wrongType(node, 'text was expected', type);
    const { start, count } = this.#selection(node, options);
    const { maxBytes } = this.limits;
    const text = await this.#file.readStrings(node.key, options.field ?? '', start, count, maxBytes);
    options.signal?.throwIfAborted();
    options.onBytes?.(text.bytes.byteLength + text.offsets.byteLength);
    return text;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  #readIndexSlice(
    node: ArrayNode,
    options: ReadOptions & { min?: number },
    slice: { selection: Selection; from: number; to: number },
    data: IndexArray,
  ): Promise<boolean> {
    const { start, count } = slice.selection;
    const part = data.subarray(slice.from, slice.to);
    return this.#file.readIndices(node.key, options.field ?? '', start, count, options.min ?? 0, part);
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

  #selection(node: ArrayNode, options: ReadOptions): Selection {
    if (node.shape === null) {
      throw new AnnDataError('ERR_INVALID_FILE', 'there are no data here (a null dataspace)', this.#at(node));
    }
    return options.selection ?? { start: node.shape.map(() => 0), count: node.shape };
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
      return new kind(length);
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

function chunkRows(node: ArrayNode): number {
  return node.chunks?.[0] ?? 1;
}
