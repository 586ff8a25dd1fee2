// SPDX-License-Identifier: BSD-3-Clause

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IndexArray, NumericDType, TypedArray } from './arrays/dtype';
import type { KernelCall } from './arrays/sparse/kernels';
import { AnnDataError, type ErrorCode } from './errors';
import { loadAddon } from './load-addon';
import type { FinishCall, MomentsCall } from './stats/kernels';

/**
 * The addon's whole surface. Only primitives, typed arrays and wrapped handles cross; JS validates and
 * shapes. Every method that touches a file returns a promise and runs on the addon's own threads;
 * calls on one file take effect in the order they are made.
 */
export interface Native {
  /** Called once per environment: how the addon makes the errors it rejects with. */
  init(makeError: (code: ErrorCode, message: string, file: string, key: string) => Error): void;
  versions(): Record<string, string>;
  /** Filter ids that can be decoded and encoded. */
  filters(): number[];
  /**
   * What was done in this process so far: chunks read and decoded by the addon, stored bytes read for them, calls
   * left to libhdf5.
   */
  counters(): { chunks: number; storedBytes: number; libraryReads: number };
  /** @param name - what errors call the file, when that is not its path */
  open(path: string, name?: string): Promise<NativeFile>;
  /**
   * Takes the advisory lock of a file for a descriptor that is open for writing, without waiting; false when another
   * descriptor has it. It goes with the descriptor, or with the process.
   */
  tryLock(descriptor: number): boolean;
  /** Creates a new file; fails when something exists at that path. */
  create(path: string): Promise<NativeFile>;

  /**
   * Checks the indptr of a compressed sparse matrix of so many entries on the pool. Resolves to null when fine, else to
   * what is wrong first: [`kind`, position, value], kind one of `start` (indptr[0] ≠ 0), `falling`, `end` (last ≠ entries).
   */
  checkIndptr(
    indptr: IndexArray,
    entries: number,
  ): Promise<[kind: 'start' | 'falling' | 'end', position: number, value: number] | null>;
  /** Position of the first code outside [-1, n), or -1. */
  checkCodes(codes: TypedArray, n: number): Promise<number>;

  /** Bytes a codec, by its HDF5 id, makes of an array of elements of that width: as it is, and shuffled before. */
  encodedSizes(array: TypedArray, filter: number, level: number, width: number): [plain: number, shuffled: number];

  /**
   * An index of names, built on the spot, with the number of rows whose name stands at an earlier row, and the first
   * of them or -1. It keeps no text: the same offsets and bytes are passed to the functions that use it.
   *
   * @param validity - one byte a name, 0 where it is missing
   */
  nameIndex(
    offsets: Int32Array | BigInt64Array,
    bytes: Uint8Array,
    validity: Uint8Array | null,
  ): [index: NativeNameIndex, repeats: number, firstRepeat: number];
  /** The same on the pool; nobody may take the memory away meanwhile. */
  nameIndexAsync(
    offsets: Int32Array | BigInt64Array,
    bytes: Uint8Array,
    validity: Uint8Array | null,
  ): Promise<[index: NativeNameIndex, repeats: number, firstRepeat: number]>;
  /** Every row of a name, ascending. */
  nameIndexRows(
    index: NativeNameIndex,
    offsets: Int32Array | BigInt64Array,
    bytes: Uint8Array,
    name: string,
  ): Int32Array;
  /** Fills `rows` with the first row of each wanted name, -1 where there is none; returns how many there are not. */
  nameIndexLookup(
    index: NativeNameIndex,
    offsets: Int32Array | BigInt64Array,
    bytes: Uint8Array,
    wantedOffsets: Int32Array | BigInt64Array,
    wantedBytes: Uint8Array,
    rows: Int32Array,
  ): number;

  /**
   * Runs kernels on matrices (lib/arrays/sparse/kernels, lib/stats/kernels), all at once on this thread and the pool's; returns when
   * done.
   */
  sparse(calls: readonly (KernelCall | MomentsCall | FinishCall)[]): void;
  /** Runs one kernel on the pool. Its arrays must be ours alone: nobody else may transfer their memory meanwhile. */
  sparseAsync(call: KernelCall | MomentsCall): Promise<void>;
  /** Asks for large pages for big fresh memory, before it is touched. */
  hugePages(array: TypedArray): void;
}

/** Memory of the addon; goes with the last reference. */
export type NativeNameIndex = object & { readonly nameIndex: unique symbol };

/** Datatype record. `name` is a dtype name for numbers; see `StoredType`. */
export interface NativeType {
  kind: 'numeric' | 'string' | 'compound' | 'reference' | 'unsupported';
  dtype?: NumericDType | 'longdouble';
  bigEndian?: boolean;
  variable?: boolean;
  size?: number;
  utf8?: boolean;
  fields?: { name: string; type: NativeType; dims: number[] }[];
  description?: string;
}

export interface NativeAttr {
  name: string;
  type: NativeType;
  shape: number[] | null;
  /** string, number, bigint, boolean, string[], typed array, {reference}, {unsupported} or null */
  value: unknown;
}

export interface NativeNode {
  kind: 'group' | 'array' | 'refused';
  /** Name within its parent; '' for the object asked for. */
  name: string;
  attrs?: NativeAttr[];
  /** Groups: ordered by bytes; absent where the walk stopped for depth. */
  children?: NativeNode[];
  type?: NativeType;
  shape?: number[] | null;
  maxShape?: number[] | null;
  layout?: 'contiguous' | 'chunked' | 'compact';
  chunks?: number[] | null;
  filters?: { id: number; name: string; params: number[]; available: boolean }[];
  storedBytes?: number;
  unsafe?: boolean;
  reason?: string;
}

/** An open file. Keys are slash-separated without a leading slash; the root is ''. */
export interface NativeFile {
  describe(key: string, depth: number, maxObjects: number): Promise<NativeNode>;
  /**
   * Reads runs of positions along each axis (their outer product, row by row) into `dest`, whose kind and length must
   * fit the stored dtype (see `dtypes` in arrays/dtype; longdouble → Float64Array). Every chunk is decoded once, on all
   * threads; calls run beside each other. `field` is '' unless the array is a compound.
   *
   * @param starts - one array an axis, in the order of the result, as many as `counts`
   * @param control - [0]: not 0 asks to stop (ERR_ABORTED), [1]: KiB done; keep it while the call runs
   */
  read(
    key: string,
    field: string,
    starts: Float64Array[],
    counts: Float64Array[],
    dest: TypedArray,
    control: Int32Array | null,
  ): Promise<void>;
  /**
   * Reads integers of any width; rejects (ERR_INVALID_FILE) a value outside [min, below) or past 2⁵³. False when one does not fit
   * into an Int32Array; `dest` is then filled in part.
   */
  readIndices(
    key: string,
    field: string,
    starts: Float64Array[],
    counts: Float64Array[],
    min: number,
    below: number,
    dest: IndexArray,
    control: Int32Array | null,
  ): Promise<boolean>;
  /**
   * Reads integers stored as int8, int16 or int32 as `read` does. Resolves to the least and the greatest of them; of none to
   * [0, -1].
   */
  readCodes(
    key: string,
    starts: Float64Array[],
    counts: Float64Array[],
    dest: Int8Array | Int16Array | Int32Array,
    control: Int32Array | null,
  ): Promise<[least: number, greatest: number]>;
  /**
   * Reads runs of the entries of a compressed sparse matrix: `indices` as `readIndices` does, from 0, and `data` as `read` does,
   * beside each other. False as `readIndices`; `data` are complete all the same.
   */
  readRuns(
    indicesKey: string,
    dataKey: string,
    starts: Float64Array[],
    counts: Float64Array[],
    below: number,
    indices: IndexArray,
    data: TypedArray,
    control: Int32Array | null,
  ): Promise<boolean>;
  /** Reads strings; rejects with ERR_LIMIT past `maxBytes`, with ERR_INVALID_FILE on invalid UTF-8. */
  readStrings(
    key: string,
    field: string,
    starts: Float64Array[],
    counts: Float64Array[],
    maxBytes: number,
    control: Int32Array | null,
  ): Promise<{ offsets: Int32Array | BigInt64Array; bytes: Uint8Array }>;
  /**
   * Of some runs of a compressed sparse matrix's entries, those at wanted minor positions, in their order in the file.
   * Null when the arrays are stored in a way that only libhdf5 reads.
   *
   * @param starts - one array: where the runs begin, ascending and without overlap
   * @param map - minor position → position in the result, or -1
   * @param make - called with how many there are, for arrays that are filled: of indices, and of values in the kind they have in memory
   */
  gather(
    indicesKey: string,
    dataKey: string,
    starts: Float64Array[],
    counts: Float64Array[],
    map: Int32Array,
    make: (found: number) => [indices: Int32Array, data: TypedArray],
    control: Int32Array | null,
  ): Promise<{ counts: Int32Array; indices: Int32Array; data: TypedArray } | null>;
  /**
   * Adds the values of a compressed sparse matrix to its lines (see lib/stats/kernels), on the threads that decode them. `disorder`: it
   * is not sorted, or has several entries at one place, and the lines are worth nothing; `elsewhere`: it is stored in a way that only
   * other calls read, and nothing was added.
   *
   * @param along - whether a row (column of csc) is a line; otherwise each of its `length` positions is
   */
  addMoments(
    indicesKey: string,
    dataKey: string,
    indptr: IndexArray,
    length: number,
    along: boolean,
    total: Float64Array,
    lows: TypedArray | null,
    highs: TypedArray | null,
    control: Int32Array | null,
  ): Promise<'done' | 'disorder' | 'elsewhere'>;
  createGroup(key: string, largeAttrs: boolean): Promise<void>;
  /**
   * Creates a dataset. `types`: one dtype name or 'string', or one per field of a compound, then `names` and `dims`
   * are as long (else `names` is empty). `shape` null: null dataspace. `maxShape`: -1 for unlimited.
   * `filters`: flat list id, parameter count, parameters …
   */
  createArray(
    key: string,
    types: string[],
    names: string[],
    dims: number[][],
    shape: number[] | null,
    maxShape: number[] | null,
    chunks: number[] | null,
    filters: number[],
  ): Promise<void>;
  /**
   * Writes a box. `data` is read on other threads until the promise settles: nobody may change it or transfer its memory
   * meanwhile.
   */
  write(key: string, field: string, start: number[], count: number[], data: TypedArray): Promise<void>;
  /** Sets the length of the first axis, which must be unlimited. */
  resize(key: string, length: number): Promise<void>;
  writeStrings(
    key: string,
    field: string,
    start: number[],
    count: number[],
    offsets: Int32Array | BigInt64Array,
    bytes: Uint8Array,
  ): Promise<void>;
  /**
   * `type`: 'string' or a dtype. `shape` [] is a scalar. `data`: typed array of that dtype, or strings. An existing
   * attribute of that name is replaced.
   */
  writeAttr(key: string, name: string, type: string, shape: number[], data: TypedArray | string[]): Promise<void>;
  /**
   * Creates a dataset like one of another file, which is open for reading, with its attributes, and copies what is stored:
   * chunks without decoding them, texts by reading and writing them. What holds references or sequences of varying length
   * is refused (ERR_UNSUPPORTED_TYPE). The other file stays open until this settles.
   */
  copyArray(source: NativeFile, sourceKey: string, key: string, control: Int32Array | null): Promise<void>;
  /** Creates a group (the root is there) with the attributes of one of another file, but not its members. */
  copyGroup(source: NativeFile, sourceKey: string, key: string): Promise<void>;
  /** Copies the attributes that the object at `key` does not have yet. */
  copyAttrs(source: NativeFile, sourceKey: string, key: string): Promise<void>;
  /** Idempotent; waits for calls under way; rejects when the last bytes cannot be written. */
  close(): Promise<void>;
  /** Idempotent; gives up a file being written. Never rejects. */
  abandon(): Promise<void>;
}

let loaded: Native | undefined;

/** The addon, loaded at the first call. */
export function native(): Native {
  loaded ??= load();
  return loaded;
}

function load(): Native {
  const addon = loadAddon<Native>(packageRoot());
  addon.init(
    (code, message, file, key) =>
      new AnnDataError(code, message, { file: file === '' ? undefined : file, key: key === '' ? undefined : key }),
  );
  return addon;
}

/** The folder of package.json, seen from lib/ as well as from dist/. */
export function packageRoot(): string {
  return join(__dirname, '..');
}

/** This package's version. */
export function packageVersion(): string {
  const file = join(packageRoot(), 'package.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : 'unknown';
}
