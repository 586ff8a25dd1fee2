// SPDX-License-Identifier: BSD-3-Clause

import { dtypeOf, dtypes, type NumericDType, sizeOf, type TypedArray } from '../arrays/dtype';
import { AnnDataError } from '../errors';
import { type NativeFile, native } from '../native';
import { chunkShape } from './chunk-shape';
import { filterIds, pipelineFor } from './compression';
import { copyTree } from './copy-node';
import { Hdf5Reader } from './hdf5-reader';
import { request } from './request';
import { Staging } from './staging';
import type {
  ArraySpec,
  CopyOptions,
  Selection,
  StorageNode,
  StorageReader,
  StorageWriter,
  Utf8Data,
  WriteAttr,
  WriteType,
} from './storage';

/** What fits into an object header; attributes past it need another layout of the group. */
const headerBytes = 64 * 2 ** 10;

/** A file made by `createHdf5`. */
export class Hdf5Writer implements StorageWriter {
  readonly location: string;
  readonly #file: NativeFile;
  readonly #staging = new Staging();

  constructor(file: NativeFile, location: string) {
    this.#file = file;
    this.location = location;
  }

  async createGroup(key: string, attrBytes = 0): Promise<void> {
    if (key === '') return; // there from the start
    await this.#file.createGroup(key, attrBytes > headerBytes / 2);
  }

  async createArray(key: string, spec: ArraySpec): Promise<void> {
    const { types, names, dims } = flatTypes(spec.type);
    const { shape } = spec;
    const maxShape = spec.resizable && shape?.length ? shape.map((n, axis) => (axis === 0 ? -1 : n)) : null;
    const filters = this.#filters(key, spec);
    const chunked = shape !== null && shape.length > 0 && (maxShape !== null || filters.length > 0 || !!spec.chunks);
    await this.#file.createArray(
      key,
      types,
      names,
      dims,
      shape === null ? null : [...shape],
      maxShape,
      chunked ? fitted(spec.chunks ?? chunkShape(shape, itemBytes(spec.type)), shape, maxShape !== null) : null,
      chunked ? filters : [],
    );
  }

  async writeAttr(key: string, name: string, value: WriteAttr): Promise<void> {
    const { type, shape, data } = attrData(value);
    await this.#file.writeAttr(key, name, type, shape, data);
  }

  staging(dtype: NumericDType, length: number): TypedArray {
    return this.#staging.take(dtype, length);
  }

  async writeNumeric(key: string, data: TypedArray, selection: Selection, field = ''): Promise<void> {
    const { data: own, release } = this.#staging.own(data);
    try {
      await this.#file.write(key, field, selection.start, selection.count, own);
    } finally {
      release();
    }
  }

  async writeStrings(key: string, data: Utf8Data, selection: Selection, field = ''): Promise<void> {
    await this.#file.writeStrings(key, field, selection.start, selection.count, data.offsets, data.bytes);
  }

  async resize(key: string, length: number): Promise<void> {
    await this.#file.resize(key, length);
  }

  async copy(node: StorageNode, source: StorageReader, key: string, options: CopyOptions = {}): Promise<void> {
    const from = fileOf(source);
    await copyTree(
      {
        array: (array, to) =>
          request(options, array.storedBytes, (control) => this.#file.copyArray(from, array.key, to, control)),
        group: (group, to) => this.#file.copyGroup(from, group.key, to),
      },
      node,
      key,
      options,
    );
  }

  async copyAttrs(sourceKey: string, source: StorageReader, key: string): Promise<void> {
    await this.#file.copyAttrs(fileOf(source), sourceKey, key);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async abandon(): Promise<void> {
    await this.#file.abandon();
  }

  /** The pipeline as a flat list: id, number of parameters, parameters … */
  #filters(key: string, { compression, type, sample }: ArraySpec): number[] {
    if (compression === undefined) return [];
    if (!native().filters().includes(filterIds[compression.codec])) {
      throw new AnnDataError('ERR_UNSUPPORTED_FILTER', `compression ${compression.codec} is not built in`, {
        file: this.location,
        key,
      });
    }
    const { shuffle, level } = pipelineFor(compression, type, sample);
    const codec = filterIds[compression.codec];
    return [...(shuffle ? [filterIds.shuffle, 0] : []), codec, ...(level === undefined ? [0] : [1, level])];
  }
}

function fileOf(source: StorageReader): NativeFile {
  if (source instanceof Hdf5Reader) return source.file;
  throw new AnnDataError('ERR_ARGUMENT', 'only objects of an HDF5 file can be copied', { file: source.location });
}

function flatTypes(type: WriteType): { types: string[]; names: string[]; dims: number[][] } {
  if (type.kind !== 'compound') return { types: [type.kind === 'string' ? 'string' : type.dtype], names: [], dims: [] };
  return {
    types: type.fields.map((f) => f.type),
    names: type.fields.map((f) => f.name),
    dims: type.fields.map((f) => f.dims),
  };
}

function itemBytes(type: WriteType): number {
  const bytes = (t: NumericDType | 'string') => (t === 'string' ? 16 : dtypes[t].storedBytes);
  if (type.kind === 'compound') return type.fields.reduce((sum, f) => sum + bytes(f.type) * sizeOf(f.dims), 0);
  return bytes(type.kind === 'string' ? 'string' : type.dtype);
}

/** Chunks as HDF5 takes them: positive, and no larger than an axis that cannot grow. */
function fitted(chunks: readonly number[], shape: readonly number[], resizable: boolean): number[] {
  return chunks.map((n, axis) => {
    const length = shape[axis] as number;
    return Math.max(1, resizable && axis === 0 ? n : Math.min(n, Math.max(length, 1)));
  });
}

function attrData(value: WriteAttr): { type: string; shape: number[]; data: TypedArray | string[] } {
  if (typeof value === 'string') return { type: 'string', shape: [], data: [value] };
  if (typeof value === 'boolean') return { type: 'bool', shape: [], data: Uint8Array.of(value ? 1 : 0) };
  if (Array.isArray(value)) return { type: 'string', shape: [value.length], data: value };
  if ('int64' in value) return { type: 'int64', shape: [], data: BigInt64Array.of(BigInt(value.int64)) };
  return { type: dtypeOf(value), shape: [value.length], data: value };
}
