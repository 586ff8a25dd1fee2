// SPDX-License-Identifier: BSD-3-Clause

import { positionsOf } from '../arrays/axis-index';
import { isDenseArray } from '../arrays/dense-array';
import { dtypes, type IndexArray, memoryBytesOf, type NumericDType, sizeOf } from '../arrays/dtype';
import type { Matrix } from '../arrays/matrix';
import { runSoon } from '../arrays/sparse/passes';
import type { StoredWidths } from '../arrays/sparse-matrix';
import { isSparse } from '../arrays/sparse-matrix';
import { upperBound } from '../arrays/upper-bound';
import type { Hint } from '../elements/registry';
import type { About } from './about';
import { applyEdits } from './apply-edits';
import { type Cut, cutAgain, cutShape, positionsOrNull } from './cut';
import { type Edit, editBytes } from './edits';
import { inPieces } from './in-pieces';
import type { ReadRequest } from './request';
import type { StoredElement } from './stored';

/** Bytes of memory that a line takes: a row (axis 0) or a column (axis 1). */
export type LineBytes = (line: number) => number;

/**
 * Where the values of a handle come from: an element of a file, a part of another source, one with changed blocks, or several
 * below each other. A source never changes, and any part of it can be read.
 */
export interface Source {
  readonly about: About;
  /** What can be carried over to another file as it is stored; null when there is no such thing. */
  readonly stored: StoredElement | null;
  /** Integer widths of a sparse matrix in its file, if it lies in one. */
  readonly widths: StoredWidths | undefined;
  /** Stored entries of a sparse matrix, as well as is known. */
  readonly entries: number;
  /** Lines of an axis that are best read together: those of a chunk. */
  linesTogether(axis: 0 | 1): number;
  /** Rows, ascending, at which chunks begin, 0 left out; null (or no such method) where every row can be read alone. */
  chunkEdges?(request: ReadRequest): Promise<IndexArray | null>;
  /** What the lines of an axis take in memory, when the other axis is taken whole. */
  lineBytes(axis: 0 | 1, request: ReadRequest): Promise<LineBytes>;
  /** Reads a part: memory of the caller's. */
  read(cut: Cut, request: ReadRequest): Promise<{ value: unknown; hint?: Hint | undefined }>;
}

/** Anything with rows and columns. */
export interface Subsettable {
  subset(rows: IndexArray | null, columns?: IndexArray | null): unknown;
  subsetAsync?(
    rows: IndexArray | null,
    columns: IndexArray | null,
    options: { signal?: AbortSignal | undefined },
  ): Promise<unknown>;
  copy(): unknown;
}

/** A part of a value; a copy. */
export function taken(value: Subsettable, { rows, columns }: Cut): unknown {
  const [byRow, byColumn] = [positionsOrNull(rows), positionsOrNull(columns)];
  // Records and awkward arrays have rows only.
  if (isDenseArray(value) || isSparse(value)) return value.subset(byRow, byColumn);
  return byRow === null ? value.copy() : value.subset(byRow);
}

/** As {@link taken}, on the pool where the value can. */
export async function takenSoon(value: Subsettable, cut: Cut, request: ReadRequest): Promise<unknown> {
  const [rows, columns] = [positionsOrNull(cut.rows), positionsOrNull(cut.columns)];
  return value.subsetAsync?.(rows, columns, request) ?? taken(value, cut);
}

/** Bytes of each line of an axis when all are alike. */
export function evenLines({ bytes, shape }: About, axis: 0 | 1): LineBytes {
  const each = bytes / Math.max(1, shape?.[axis] ?? 1);
  return () => each;
}

/** Bytes a part will take, as well as is known before it is read. */
export function partBytes(about: About, cut: Cut): number {
  const full = sizeOf(about.shape ?? []);
  return full === 0 ? 0 : Math.round((about.bytes * sizeOf(cutShape(about.shape ?? [], cut))) / full);
}

/** Stored entries of a sparse matrix, as well as is known. */
export function entriesOf(about: About): number {
  return about.nnz ?? about.bytes / elementBytes(about);
}

/** Bytes of an element, or of a stored entry of a sparse matrix with its position. */
export function elementBytes({ dtype, format }: About): number {
  return memoryBytesOf(dtype as NumericDType) + (format === 'dense' ? 0 : 4);
}

/** A matrix in memory. */
export class ValueSource implements Source {
  readonly about: About;
  readonly stored = null;

  constructor(
    about: About,
    private readonly value: Subsettable,
  ) {
    this.about = { ...about, bytes: matrixBytes(value as unknown as Matrix) };
  }

  /** One that stands alone. */
  static of(matrix: Matrix): ValueSource {
    const { shape, dtype } = matrix;
    const format = isSparse(matrix) ? matrix.format : 'dense';
    return new ValueSource({ kind: 'matrix', shape, dtype, format, nnz: null, bytes: 0 }, matrix);
  }

  get entries(): number {
    return entriesOf(this.about);
  }

  get widths(): StoredWidths | undefined {
    return isSparse(this.value) ? this.value.stored : undefined;
  }

  linesTogether(): number {
    return 1;
  }

  async lineBytes(axis: 0 | 1): Promise<LineBytes> {
    if (!isSparse(this.value) || axis !== (this.value.format === 'csr' ? 0 : 1)) return evenLines(this.about, axis);
    const { indptr, nnz } = this.value;
    return (line) => ((indptr[line + 1]! - indptr[line]!) * this.about.bytes) / Math.max(1, nnz);
  }

  async read(cut: Cut, request: ReadRequest): Promise<{ value: unknown }> {
    return { value: await takenSoon(this.value, cut, request) };
  }
}

/** Bytes of the elements of a matrix in memory, the pointers of a sparse one left out. */
function matrixBytes(value: Matrix): number {
  if (isSparse(value)) return value.data.byteLength + value.indices.byteLength;
  const { BYTES_PER_ELEMENT: each = 1 } = value.data as Uint8Array;
  return value.size * each * dtypes[value.dtype as NumericDType].slots;
}

/** A part of a source. */
export class CutSource implements Source {
  readonly about: About;
  readonly stored = null;

  constructor(
    readonly whole: Source,
    readonly cut: Cut,
  ) {
    const { about } = whole;
    this.about = { ...about, shape: cutShape(about.shape ?? [], cut), nnz: null, bytes: partBytes(about, cut) };
  }

  get entries(): number {
    const [part, full] = [this.about, this.whole.about].map(({ shape }) => sizeOf(shape ?? []));
    return this.whole.entries * (part! / Math.max(1, full!));
  }

  get widths(): StoredWidths | undefined {
    return this.whole.widths;
  }

  linesTogether(axis: 0 | 1): number {
    return this.#taken(axis) === null ? this.whole.linesTogether(axis) : 1;
  }

  async chunkEdges(request: ReadRequest): Promise<IndexArray | null> {
    const edges = (await this.whole.chunkEdges?.(request)) ?? null;
    return edges === null || this.cut.rows === null ? edges : edgesOfPart(edges, positionsOf(this.cut.rows));
  }

  async lineBytes(axis: 0 | 1, request: ReadRequest): Promise<LineBytes> {
    return cutLines(await this.whole.lineBytes(axis, request), this.whole.about, this.cut, axis);
  }

  read(cut: Cut, request: ReadRequest): Promise<{ value: unknown }> {
    return this.whole.read(cutAgain(this.cut, cut), request);
  }

  #taken(axis: 0 | 1) {
    return axis === 0 ? this.cut.rows : this.cut.columns;
  }
}

/** Rows of a part at which another chunk begins than the row before lies in. */
async function edgesOfPart(edges: IndexArray, rows: IndexArray): Promise<IndexArray> {
  const found = new Float64Array(rows.length);
  let count = 0;
  // The chunk of the row before, as the rows it has: most rows need no search.
  let [from, to] = [0, 0];
  await inPieces(rows.length, (i) => {
    const row = rows[i]!;
    if (row >= from && row < to) return;
    if (i > 0) found[count++] = i;
    const chunk = upperBound(edges, row);
    from = chunk === 0 ? 0 : edges[chunk - 1]!;
    to = chunk === edges.length ? Number.POSITIVE_INFINITY : edges[chunk]!;
  });
  return found.slice(0, count);
}

/**
 * Bytes of the lines of a part. How many of the entries of a line lie in the columns that are taken is not known before
 * they are read: as many as if they were spread evenly for dense ones, all for sparse ones.
 */
function cutLines(whole: LineBytes, about: About, cut: Cut, axis: 0 | 1): LineBytes {
  const [along, across] = axis === 0 ? [cut.rows, cut.columns] : [cut.columns, cut.rows];
  const length = about.shape?.[axis === 0 ? 1 : 0] ?? 1;
  const share = across === null ? 1 : across.length / Math.max(1, length);
  const factor = about.format === 'dense' ? share : Math.max(1, share);
  if (along === null) return (line) => whole(line) * factor;
  if ('step' in along) return (line) => whole(along.start + line * along.step) * factor;
  return (line) => whole(along[line]!) * factor;
}

/** A matrix of which blocks were changed. */
export class EditedSource implements Source {
  readonly about: About;
  readonly stored = null;
  readonly #edits: Edit[];
  readonly #count: number;

  private constructor(
    readonly base: Source,
    edits: Edit[],
    bytes: number,
  ) {
    this.#edits = edits;
    this.#count = edits.length;
    this.about = { ...base.about, nnz: null, bytes };
  }

  /** A source after one more change. */
  static of(source: Source, edit: Edit): EditedSource {
    const bytes = source.about.bytes + (source.about.format === 'dense' ? 0 : editBytes(edit));
    if (!(source instanceof EditedSource)) return new EditedSource(source, [edit], bytes);
    // All share one list, of which each knows the first ones.
    const isLast = source.#edits.length === source.#count;
    const edits = isLast ? source.#edits : source.#edits.slice(0, source.#count);
    edits.push(edit);
    return new EditedSource(source.base, edits, bytes);
  }

  /** `source` when `written` has become `now`: with the changes it has beyond that; what is not made of `written` stays as it is. */
  static moved(source: Source, written: Source, now: Source): Source {
    if (source === written) return now;
    if (!(source instanceof EditedSource)) return source;
    const [base, done] = written instanceof EditedSource ? [written.base, written.#count] : [written, 0];
    return source.base === base ? source.#list().slice(done).reduce(EditedSource.of, now) : source;
  }

  get entries(): number {
    return entriesOf(this.about);
  }

  get widths(): StoredWidths | undefined {
    return this.base.widths;
  }

  linesTogether(axis: 0 | 1): number {
    return this.base.linesTogether(axis);
  }

  async chunkEdges(request: ReadRequest): Promise<IndexArray | null> {
    return (await this.base.chunkEdges?.(request)) ?? null;
  }

  async lineBytes(axis: 0 | 1, request: ReadRequest): Promise<LineBytes> {
    const { format, shape } = this.about;
    const base = await this.base.lineBytes(axis, request);
    if (format === 'dense') return base;
    const [height, width] = shape as [number, number];
    // What is changed may not have been stored before; positions take as much again.
    const added = this.#list().map((edit) => {
      const [along, across, length] = axis === 0 ? [edit.rows, edit.columns, width] : [edit.columns, edit.rows, height];
      const bytes = across.changed(length) * (edit.values.BYTES_PER_ELEMENT * edit.cell + 4);
      return { along, bytes };
    });
    if (added.length > manyEdits) {
      const total = added.reduce((sum, { along, bytes }) => sum + along.changed(shape![axis]!) * bytes, 0);
      const each = total / Math.max(1, shape![axis]!);
      return (line) => base(line) + each;
    }
    return (line) => added.reduce((sum, { along, bytes }) => (along.has(line) ? sum + bytes : sum), base(line));
  }

  async read(cut: Cut, request: ReadRequest): Promise<{ value: unknown }> {
    const { value } = await this.base.read(cut, request);
    const steps = applyEdits(value as Matrix, this.#list(), cut, this.about.shape!);
    return { value: await runSoon(steps, { signal: request.signal }) };
  }

  #list(): Edit[] {
    return this.#edits.length === this.#count ? this.#edits : this.#edits.slice(0, this.#count);
  }
}

/** Beyond so many changes their number in each line is guessed. */
const manyEdits = 256;
