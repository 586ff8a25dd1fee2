// SPDX-License-Identifier: BSD-3-Clause

import type { DenseArray } from '../arrays/dense-array';
import type { NumericDType } from '../arrays/dtype';
import type { RecordArray } from '../arrays/record-array';
import type { CscMatrix, CsrMatrix } from '../arrays/sparse-matrix';
import { quote } from '../errors';
import { settings } from '../settings';
import type { ChunkBytes } from '../storage/chunk-shape';
import { referenceIn, storedBytesBelow } from '../storage/copy-node';
import type { Scratch } from '../storage/scratch';
import type { ArraySpec, Compression, StorageNode, StorageReader, WriteAttr } from '../storage/storage';
import { warn } from '../warnings';
import { flattenTexts, specFor, specOfType, storedBytes } from './array-spec';
import type { BlockSource } from './block-source';
import { checkSparse } from './sparse';
import { checkText } from './text';
import { unwriteable } from './unwriteable';

/** What writers may be told. */
export interface WriteOptions {
  compression?: Compression | undefined;
  /** Bytes of a chunk, about (default: 256 KiB). */
  chunkBytes?: ChunkBytes | undefined;
  /**
   * How columns of text are stored: as they were read or plain, nullable where a value is missing (`keep`); all nullable;
   * all plain, with an error where a value is missing. The default is what `settings.allowWriteNullableStrings` says.
   */
  strings?: 'keep' | 'nullable' | 'plain' | undefined;
  /** Whether text columns of obs, var and raw/var with fewer values than rows are stored as categoricals (default: yes). */
  convertStringsToCategoricals?: boolean | undefined;
  /** Matrices to write in another format than they have, by key: `X`, `raw/X`, `layers/…`. */
  formats?: ReadonlyMap<string, MatrixFormat> | undefined;
  /** Where matrices that change their format on the way put down what does not fit into memory. */
  scratch?: Scratch | undefined;
  /** Whether nothing is carried over as it is stored, as another form was asked for. */
  anew?: boolean | undefined;
}

/** How a matrix is stored. */
export type MatrixFormat = 'csr' | 'csc' | 'dense';

export type Attrs = Record<string, WriteAttr>;

export type SparseMatrix = CsrMatrix | CscMatrix;

/** What can become an array of a file; a sparse matrix here is written dense, piece by piece. */
export type ArrayValue = DenseArray | RecordArray | SparseMatrix | null;

export interface ArrayLayout {
  attrs?: Attrs;
  /** Stored dtype when it differs from the array's (index widths). */
  dtype?: NumericDType;
  /** Chunked with an unlimited first axis. */
  resizable?: boolean;
  /** Records that are not a list: the shape of the dataset. */
  shape?: readonly number[];
}

/**
 * A file to be written, as a flat list of operations recorded before anything is touched.
 * Every array in a file is a DenseArray (numeric or string, scalars have shape []), a RecordArray, or null.
 */
export interface WritePlan {
  readonly options: WriteOptions;
  group(key: string, attrs: Attrs): void;
  array(key: string, value: ArrayValue, layout?: ArrayLayout): void;
  /** Records a matrix that is read, block by block, while it is written. */
  stream(key: string, source: BlockSource): void;
  /**
   * Records an element that is made when its turn comes, and let go of when it is written.
   *
   * @param bytes - what it will take, about
   * @param record - makes it and records it at the same key
   */
  later(key: string, bytes: number, record: LateRecord): void;
  /**
   * Records that an object of another file, and all below it, is carried over as it is stored.
   *
   * @param matrix - what it is, to be told where it lies afterwards
   */
  copy(key: string, node: StorageNode, source: StorageReader, matrix?: BlockSource | null): void;
  /** Records that attributes an object has in another file are carried over where the plan sets none of that name. */
  copyAttrs(key: string, sourceKey: string, source: StorageReader): void;
  /** The key of a member; refuses names a file cannot hold. */
  childKey(key: string, name: string): string;
  /** Runs `body`, which records the members of `container`; refuses a container that lies within itself. */
  enter(key: string, container: object, body: () => void): void;
  /** The format that the caller asked for the matrix at `key`. */
  formatOf(key: string): MatrixFormat | undefined;
}

/** Makes an element and records how it is written. */
export type LateRecord = (plan: WritePlan, key: string, options: { signal: AbortSignal | undefined }) => Promise<void>;

/** An element that is made when its turn comes. */
export interface LateOperation {
  kind: 'later';
  key: string;
  bytes: number;
  record: LateRecord;
  /** What it turned out to be; null before. */
  made: readonly PlanOperation[] | null;
}

/** One operation of a plan. */
export type PlanOperation =
  | { kind: 'group'; key: string; attrs: Attrs; attrBytes: number }
  | { kind: 'array'; key: string; attrs: Attrs; spec: ArraySpec; value: ArrayValue; bytes: number }
  | StreamOperation
  | LateOperation
  | { kind: 'copy'; key: string; node: StorageNode; source: StorageReader; matrix: BlockSource | null; bytes: number }
  | { kind: 'copyAttrs'; key: string; sourceKey: string; source: StorageReader };

/** A matrix that comes in blocks. */
export interface StreamOperation {
  kind: 'stream';
  key: string;
  source: BlockSource;
  /** Of a dense array; null for a sparse matrix, which is made of several. */
  spec: ArraySpec | null;
  bytes: number;
}

/** Levels of nesting a file may have; the reader stops there too. */
const maxDepth = 60;

/** Records operations for `executePlan`. */
export class RecordingPlan implements WritePlan {
  readonly options: WriteOptions;
  readonly operations: PlanOperation[] = [];
  /** Uncompressed bytes of all arrays, stored bytes of copies. */
  totalBytes = 0;
  readonly #keys = new Set<string>();
  /** The plan of the file, and the key in it that is filled by this one; null for the plan of the file. */
  #whole: { keys: ReadonlySet<string>; key: string } | null = null;
  readonly #open = new Set<object>();

  constructor(options: WriteOptions = {}) {
    this.options = options;
  }

  group(key: string, attrs: Attrs): void {
    this.#claim(key);
    this.operations.push({ kind: 'group', key, attrs, attrBytes: attrBytes(attrs) });
  }

  array(key: string, value: ArrayValue, layout: ArrayLayout = {}): void {
    this.#claim(key);
    const flat = flattenTexts(value);
    const spec = specFor(key, flat, layout, this.options);
    const bytes = storedBytes(flat, spec);
    this.totalBytes += bytes;
    this.operations.push({ kind: 'array', key, attrs: layout.attrs ?? {}, spec, value: flat, bytes });
  }

  stream(key: string, source: BlockSource): void {
    this.#claim(key);
    const { bytes, dtype, format, shape } = source;
    const isDense = format === 'dense' || this.formatOf(key) === 'dense';
    if (!isDense) checkSparse(key, dtype);
    const spec = isDense ? specOfType({ kind: 'numeric', dtype }, shape, this.options) : null;
    this.totalBytes += bytes;
    this.operations.push({ kind: 'stream', key, source, spec, bytes });
  }

  later(key: string, bytes: number, record: LateRecord): void {
    this.#claim(key);
    this.totalBytes += bytes;
    this.operations.push({ kind: 'later', key, bytes, record, made: null });
  }

  /** A plan for what is recorded at a key when its turn has come, in the same file. */
  beside(key: string): RecordingPlan {
    const plan = new RecordingPlan(this.options);
    plan.#whole = { keys: this.#keys, key };
    return plan;
  }

  copy(key: string, node: StorageNode, source: StorageReader, matrix: BlockSource | null = null): void {
    this.#claim(key);
    const reference = referenceIn(node);
    if (reference !== null) {
      const { what, key: at } = reference;
      throw unwriteable(at, `${what} refers to other objects of its file, so it must be read and written anew`);
    }
    const bytes = storedBytesBelow(node);
    this.totalBytes += bytes;
    this.operations.push({ kind: 'copy', key, node, source, matrix, bytes });
  }

  copyAttrs(key: string, sourceKey: string, source: StorageReader): void {
    this.operations.push({ kind: 'copyAttrs', key, sourceKey, source });
  }

  childKey(key: string, name: string): string {
    const path = key === '' ? name : `${key}/${name}`;
    if (name === '') throw unwriteable(key, 'a member has an empty name');
    if (name === '.') throw unwriteable(key, 'a member is named ".", which stands for the group itself');
    if (name.includes('/')) this.#nest(key, name);
    checkText(path, name);
    return path;
  }

  enter(key: string, container: object, body: () => void): void {
    if (this.#open.has(container)) throw unwriteable(key, 'the value contains itself');
    if (this.#open.size >= maxDepth) throw unwriteable(key, `the value is nested more than ${maxDepth} levels deep`);
    this.#open.add(container);
    try {
      body();
    } finally {
      this.#open.delete(container);
    }
  }

  formatOf(key: string): MatrixFormat | undefined {
    return this.options.formats?.get(key);
  }

  /** Keys for which a format was asked and that the plan does not have. */
  missingFormats(): string[] {
    return [...(this.options.formats?.keys() ?? [])].filter((key) => !this.#keys.has(key));
  }

  /** A name with slashes, where they are allowed, is a path through groups that say nothing about themselves. */
  #nest(key: string, name: string): void {
    const path = key === '' ? name : `${key}/${name}`;
    // A group among arrays that lie along an axis could not be read again.
    if (settings.disallowForwardSlashInH5ad || /^(raw\/)?(layers|(obs|var)[mp])$/.test(key)) {
      throw unwriteable(path, 'the name contains a slash, which separates levels in a file; rename it');
    }
    warn('FutureWarning', `${quote(path)} is written as nested groups; upstream will write slashes in another way`);
    const parts = name.split('/');
    if (parts.some((part) => part === '' || part === '.')) {
      throw unwriteable(path, 'the name has an empty part or "." between its slashes; rename it');
    }
    parts.pop();
    let group = key;
    for (const part of parts) {
      group = group === '' ? part : `${group}/${part}`;
      if (!this.#isTaken(group)) this.group(group, {});
    }
  }

  #claim(key: string): void {
    if (this.#isTaken(key)) throw unwriteable(key, 'two elements have the same key');
    this.#keys.add(key);
  }

  #isTaken(key: string): boolean {
    return this.#keys.has(key) || (key !== this.#whole?.key && this.#whole?.keys.has(key) === true);
  }
}

function attrBytes(attrs: Attrs): number {
  let bytes = 0;
  for (const value of Object.values(attrs)) {
    const texts = Array.isArray(value) ? value : typeof value === 'string' ? [value] : [];
    // A variable-length string takes a reference of 16 bytes beside its text.
    for (const text of texts) bytes += 16 + Buffer.byteLength(text);
    if (ArrayBuffer.isView(value)) bytes += value.byteLength;
  }
  return bytes;
}
