// SPDX-License-Identifier: BSD-3-Clause

import type { IndexArray, NumericDType, TypedArray } from '../arrays/dtype';
import type { Room } from '../arrays/room';

/**
 * The storage interface: groups, arrays and attributes, whatever the file format. Every method that
 * touches a file is a promise. Element code (lib/elements) knows only this file.
 *
 * A key is a path inside the storage without a leading slash: `obs/louvain/codes`; the root is `''`.
 *
 * @module
 */

/** The element type of an array, an attribute, or a field of a compound. */
export type StoredType =
  /** Numbers. `longdouble` is read as float64. */
  | { kind: 'numeric'; dtype: NumericDType | 'longdouble'; bigEndian: boolean }
  /** Text or bytes; `size` is the width of fixed-length strings, 0 for variable-length ones. */
  | { kind: 'string'; variable: boolean; size: number; utf8: boolean }
  /** Records. `dims` is the shape of a sub-array field, `[]` for a plain one. */
  | { kind: 'compound'; fields: StoredField[] }
  | { kind: 'reference' }
  /** Anything else; `description` names it for the error. */
  | { kind: 'unsupported'; description: string };

export interface StoredField {
  name: string;
  type: StoredType;
  dims: number[];
}

/** An attribute's value; references come resolved to the key they point to. */
export type AttrValue =
  | null
  | string
  | number
  | bigint
  | boolean
  | string[]
  | TypedArray
  | { reference: string }
  | { unsupported: string };

export interface StoredAttr {
  type: StoredType;
  /** `null`: no data (a null dataspace); `[]`: a scalar. */
  shape: number[] | null;
  value: AttrValue;
}

export interface StoredFilter {
  id: number;
  name: string;
  params: number[];
  /** Whether this build can decode it. */
  available: boolean;
}

export interface GroupNode {
  kind: 'group';
  key: string;
  attrs: Map<string, StoredAttr>;
  /** Ordered by the bytes of the name; `null` where the walk stopped for depth. */
  children: Map<string, StorageNode> | null;
}

export interface ArrayNode {
  kind: 'array';
  key: string;
  attrs: Map<string, StoredAttr>;
  type: StoredType;
  /** `null`: a null dataspace; `[]`: a scalar. */
  shape: number[] | null;
  /** Infinity for an unlimited axis. */
  maxShape: number[] | null;
  layout: 'contiguous' | 'chunked' | 'compact';
  chunks: number[] | null;
  filters: StoredFilter[];
  /** Bytes the data takes in the file. */
  storedBytes: number;
}

/**
 * Something that is there but is not read: external links, virtual datasets, external raw storage,
 * cycles, dangling links (`unsafe` tells whether it is a threat or only useless), named datatypes.
 */
export interface RefusedNode {
  kind: 'refused';
  key: string;
  unsafe: boolean;
  /** One clause for the message, e.g. `an external link to "other.h5"`. */
  reason: string;
}

export type StorageNode = GroupNode | ArrayNode | RefusedNode;

/** A box of an array: `start` and `count` along each axis. */
export interface Selection {
  start: number[];
  count: number[];
}

/** Positions along one axis, in any order, repeated or not: a run, many runs, or one by one. */
export type AxisPick =
  | { readonly start: number; readonly count: number }
  | { readonly starts: IndexArray; readonly counts: IndexArray }
  | IndexArray;

export interface ReadOptions {
  /** The part to read; the whole array by default. */
  selection?: Selection | undefined;
  /** Instead of `selection`: what to take along each axis; the result has the lengths of the picks. */
  picks?: readonly AxisPick[] | undefined;
  /** For compounds: the field to read. */
  field?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Told the bytes of memory filled since the last call. */
  onBytes?: ((bytes: number) => void) | undefined;
}

/** What positions may be. */
export interface IndexBounds {
  /** 0 by default. */
  min?: number | undefined;
  /** All must be smaller; by default those up to 2⁵³ are taken. */
  below?: number | undefined;
}

/** Entries of some rows (csr; columns for csc) of a compressed sparse matrix. */
export interface SparseRuns {
  indices: ArrayNode;
  data: ArrayNode;
  /** Where each run of entries begins and how many it has; any order, repeats allowed. */
  starts: IndexArray;
  counts: IndexArray;
  /** Length of the other axis. */
  minor: number;
  signal?: AbortSignal | undefined;
  onBytes?: ((bytes: number) => void) | undefined;
}

/** Of these, the entries that lie in wanted positions of the other axis. Runs must not overlap in part. */
export interface SparseGather extends Omit<SparseRuns, 'minor'> {
  /** Position of the other axis → position in the result, or -1 for what is not wanted. */
  minorMap: Int32Array;
}

/** What a gather found, run after run, entries of a run in their stored order. */
export interface Gathered {
  /** Entries found in each run. */
  counts: Int32Array;
  indices: Int32Array;
  data: TypedArray;
}

/** Codes of a categorical as they are stored, and the least and the greatest of them; of none 0 and -1. */
export interface Codes {
  codes: Int8Array | Int16Array | Int32Array;
  least: number;
  greatest: number;
}

/** Strings as Arrow keeps them: n + 1 offsets into UTF-8 bytes. BigInt offsets past 2 GiB. */
export interface Utf8Data {
  offsets: Int32Array | BigInt64Array;
  bytes: Uint8Array;
}

/** Lines of a sparse matrix to be added up; see lib/stats/kernels. */
export interface SparseMoments {
  readonly indices: ArrayNode;
  readonly data: ArrayNode;
  /** Where rows (columns of csc) begin, checked. */
  readonly indptr: IndexArray;
  /** Positions of a row. */
  readonly length: number;
  /** Whether a row is a line; otherwise each of its positions is. */
  readonly along: boolean;
  readonly total: Float64Array;
  readonly lows: TypedArray | null;
  readonly highs: TypedArray | null;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

export interface StorageReader {
  /** Path or address, for messages. */
  readonly location: string;
  /** Limits against hostile files. */
  readonly limits: Limits;
  /** Metadata of the object at `key` and, down to `depth` levels (default: all), of what is below it. */
  describe(key: string, options?: { depth?: number; signal?: AbortSignal | undefined }): Promise<StorageNode>;
  /**
   * Reads numbers into a fresh typed array of the node's dtype in memory (see `dtypes`), sub-array
   * fields flattened after the row axis.
   */
  readNumeric(node: ArrayNode, options?: ReadOptions): Promise<TypedArray>;
  /** Reads integers of any stored width as positions; one that is out of bounds is refused. */
  readIndices(node: ArrayNode, options?: ReadOptions & IndexBounds): Promise<IndexArray>;
  /** Reads integers that are stored as int8, int16 or int32, and tells between what they lie. */
  readCodes(node: ArrayNode, options?: Omit<ReadOptions, 'field'>): Promise<Codes>;
  /** Reads text, fixed- or variable-length. Invalid UTF-8 is refused with the position. */
  readStrings(node: ArrayNode, options?: ReadOptions): Promise<Utf8Data>;
  /** Reads all entries of some runs, one run after the other. An index outside of the other axis is refused. */
  readRuns(request: SparseRuns): Promise<{ indices: IndexArray; data: TypedArray }>;
  /**
   * Reads the entries of some runs that lie in wanted positions. `data` is read only where there is one. An index outside
   * of `minorMap` is refused.
   */
  gatherSparse(request: SparseGather): Promise<Gathered>;
  /** Adds up the values of a whole sparse matrix while it is decoded, as the addon's `addMoments`; storages that cannot have no such method. */
  addMoments?(request: SparseMoments): Promise<'done' | 'disorder' | 'elsewhere'>;
  /** The same storage, whose numbers and positions are put into memory of the caller's, which nobody else may touch meanwhile. */
  within?(room: Room): StorageReader;
  close(): Promise<void>;
}

/** Bounds on what one file may make us do. All can be raised by the caller. */
export interface Limits {
  /** Bytes one array may take in memory. */
  maxBytes: number;
  /** Objects one walk may meet. */
  maxObjects: number;
}

/** 8 GiB for one array and for all that one call reads, a million objects. */
export const defaultLimits: Limits = { maxBytes: 8 * 2 ** 30, maxObjects: 1_000_000 };

/** Type of an array to create. `string` is variable-length UTF-8. */
export type WriteType =
  | { kind: 'numeric'; dtype: NumericDType }
  | { kind: 'string' }
  | { kind: 'compound'; fields: { name: string; type: NumericDType | 'string'; dims: number[] }[] };

export interface ArraySpec {
  type: WriteType;
  /** `null` creates a null dataspace. */
  shape: readonly number[] | null;
  /** Makes the first axis (and only it) unlimited. */
  resizable?: boolean | undefined;
  /** Chunk shape; chosen automatically when filters or `resizable` need one. */
  chunks?: readonly number[] | undefined;
  compression?: Compression | undefined;
  /** Some of the values, as they lie in memory, to choose the filters by. */
  sample?: TypedArray | undefined;
}

export interface Compression {
  codec: 'gzip' | 'lzf' | 'zstd';
  /** gzip 0–9, zstd 1–22; the default is `defaultLevel` in lib/storage/compression.ts. */
  level?: number | undefined;
  /**
   * Puts the bytes of equal weight of all elements of a chunk beside each other before they are compressed; every HDF5
   * reads it. By default what lib/storage/compression.ts finds to pay.
   */
  shuffle?: boolean | undefined;
}

/** An attribute to write. Arrays of numbers go in as typed arrays. */
export type WriteAttr = string | boolean | string[] | TypedArray | { int64: bigint | number };

export interface CopyOptions {
  signal?: AbortSignal | undefined;
  /** Told the stored bytes copied since the last call. */
  onBytes?: ((bytes: number) => void) | undefined;
  /** Told what is not carried over although nothing is wrong with it: named datatypes, links that lead to nothing. */
  onLeftOut?: ((key: string, reason: string) => void) | undefined;
}

/**
 * A new file being written. Calls take effect in the order they are made, also when not awaited one by one.
 * `write*` copy what they need before they return to the event loop.
 */
export interface StorageWriter {
  readonly location: string;
  /** `attrBytes`: what the attributes will take in all; past 64 KiB the group is laid out for large ones. */
  createGroup(key: string, attrBytes?: number): Promise<void>;
  createArray(key: string, spec: ArraySpec): Promise<void>;
  writeAttr(key: string, name: string, value: WriteAttr): Promise<void>;
  /**
   * Memory for so many elements, to be filled and passed to `writeNumeric`, which then makes no copy. From that call on
   * it must not be touched. It is not zeroed.
   */
  staging(dtype: NumericDType, length: number): TypedArray;
  /** Boxes of whole chunks are filtered on several threads; others take longer. */
  writeNumeric(key: string, data: TypedArray, selection: Selection, field?: string): Promise<void>;
  writeStrings(key: string, data: Utf8Data, selection: Selection, field?: string): Promise<void>;
  /** Sets the length of the first axis of an array that was created `resizable`; what is new is zero until written. */
  resize(key: string, length: number): Promise<void>;
  /**
   * Copies an object of another file, and everything below it, as it is stored: nothing is decoded, nothing has to be
   * understood. The copy has the same datatypes, layouts, filters and attributes; links to one object become objects of
   * their own.
   *
   * @param node - as `source.describe` gave it
   * @throws {AnnDataError} `ERR_UNSUPPORTED_TYPE` for references and sequences of varying length (see `referenceIn`),
   * `ERR_UNSAFE_FILE` for what leads out of the file, `ERR_UNSUPPORTED_FILTER`, `ERR_INVALID_FILE`
   */
  copy(node: StorageNode, source: StorageReader, key: string, options?: CopyOptions): Promise<void>;
  /** Copies the attributes of an object of another file that the object at `key` does not have yet. */
  copyAttrs(sourceKey: string, source: StorageReader, key: string): Promise<void>;
  /** Flushes and closes; when this resolves every byte is with the operating system. */
  close(): Promise<void>;
  /** Gives up: releases the descriptor without caring for the content. */
  abandon(): Promise<void>;
}
