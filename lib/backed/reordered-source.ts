// SPDX-License-Identifier: BSD-3-Clause

import { type AxisIndex, isRange, isRun, positionsOf } from '../arrays/axis-index';
import { DenseArray } from '../arrays/dense-array';
import { type IndexArray, type NumericDType, sizeOf, type TypedArray } from '../arrays/dtype';
import { joinArrays } from '../arrays/join-arrays';
import type { Matrix } from '../arrays/matrix';
import { dataArray } from '../arrays/sparse/source';
import { CsrMatrix, isSparse, type StoredWidths } from '../arrays/sparse-matrix';
import { upperBound } from '../arrays/upper-bound';
import { ReusedRoom } from '../storage/reused-memory';
import type { Scratch } from '../storage/scratch';
import type { About } from './about';
import { type Cut, cutShape, positionsOrNull } from './cut';
import type { ReadRequest } from './request';
import { CutSource, entriesOf, type LineBytes, partBytes, type Source } from './source';
import { type SpilledMatrix, spillEach } from './spilled-matrix';

/** A block of rows, and where they go: places in the new order, ascending. */
interface Piece {
  readonly places: Int32Array;
  readonly rows: SpilledMatrix;
}

/**
 * The rows of a csr or dense matrix in another order, repeats allowed. When rows are asked for the first time all are read once, in
 * the order of the file, in blocks whose rows are ordered and put down in a scratch file; a run of new rows is then read from all
 * of them. So each chunk is decoded once, however the rows are mixed.
 */
class ReorderedSource implements Source {
  readonly about: About;
  readonly stored = null;
  #pieces: Promise<readonly Piece[]> | null = null;

  /** @param order - the old row of each new one */
  constructor(
    private readonly source: Source,
    private readonly order: IndexArray,
    private readonly scratch: Scratch,
  ) {
    const { about } = source;
    const cut = { rows: order, columns: null };
    this.about = { ...about, shape: cutShape(about.shape ?? [], cut), nnz: null, bytes: partBytes(about, cut) };
  }

  get widths(): StoredWidths | undefined {
    return this.source.widths;
  }

  get entries(): number {
    return entriesOf(this.about);
  }

  linesTogether(axis: 0 | 1): number {
    return axis === 0 ? 1 : this.source.linesTogether(1);
  }

  async lineBytes(axis: 0 | 1, request: ReadRequest): Promise<LineBytes> {
    const old = await this.source.lineBytes(axis, request);
    return axis === 0 ? (line) => old(this.order[line]!) : old;
  }

  async read(cut: Cut, request: ReadRequest): Promise<{ value: Matrix }> {
    const pieces = await this.#all(request);
    const { from, to } = spanOf(cut.rows, this.order.length);
    const places = new Int32Array(to - from);
    const parts: Matrix[] = [];
    let row = 0;
    for (const piece of pieces) {
      const [first, last] = [from, to].map((place) => upperBound(piece.places, place - 1)) as [number, number];
      if (first === last) continue;
      for (let i = first; i < last; i++) places[piece.places[i]! - from] = row++;
      parts.push(await piece.rows.read(first, last, request.room));
      request.signal?.throwIfAborted();
    }
    const rows =
      cut.rows === null || isRun(cut.rows) ? places : positionsOf(cut.rows).map((place) => places[place - from]!);
    if (parts.length === 0)
      parts.push((await this.source.read({ rows: places, columns: null }, request)).value as Matrix);
    const below = await stacked(parts, request);
    return { value: await below.subsetAsync(rows, positionsOrNull(cut.columns), { signal: request.signal }) };
  }

  #all(request: ReadRequest): Promise<readonly Piece[]> {
    this.#pieces ??= this.#putDown(request).catch((error: unknown) => {
      this.#pieces = null;
      throw error;
    });
    return this.#pieces;
  }

  async #putDown(request: ReadRequest): Promise<readonly Piece[]> {
    const spilled = await spillEach(this.scratch, this.#orderedBlocks(request));
    return spilled.map(({ matrix, about }) => ({ places: about, rows: matrix }));
  }

  /** All rows, in blocks in the order of the file; those of a block in the new order, with their new places. */
  async *#orderedBlocks(request: ReadRequest) {
    const { order } = this;
    const byRow = sortedPlaces(order);
    const lineBytes = await this.source.lineBytes(0, request);
    const room = new ReusedRoom();
    for (let from = 0; from < byRow.length; ) {
      let [to, bytes] = [from, 0];
      while (to < byRow.length && (to === from || bytes < this.scratch.bytes)) bytes += lineBytes(order[byRow[to++]!]!);
      const places = byRow.slice(from, to).sort();
      const rows = places.map((place) => order[place]!);
      room.renew();
      yield { matrix: await this.#inFileOrder(rows, { ...request, room }), about: places };
      from = to;
    }
  }

  /** Reads rows in the order of the file, and puts them into the one that is wanted. */
  async #inFileOrder(rows: Int32Array, request: ReadRequest): Promise<Matrix> {
    const sorted = rows.slice().sort();
    const { value } = await this.source.read({ rows: sorted, columns: null }, request);
    const next = new Map<number, number>();
    for (let i = sorted.length - 1; i >= 0; i--) next.set(sorted[i]!, i);
    const order = rows.map((row) => next.get(row)!);
    return (value as Matrix).subsetAsync(order, null, { signal: request.signal });
  }
}

/** A source whose rows can be read in their order; `scratch` takes those of a large part that are mixed. */
export function inRowOrder(source: Source, scratch: Scratch): Source {
  if (!(source instanceof CutSource)) return source;
  const { whole, cut, about } = source;
  const { rows, columns } = cut;
  if (rows === null || isRange(rows) || about.format === 'csc' || about.bytes <= scratch.bytes) return source;
  let descents = 0;
  for (let i = 1; i < rows.length; i++) if (rows[i]! < rows[i - 1]!) descents++;
  // Read as they come, each run of ascending rows may decode the matrix anew; put down, each row that is wanted is moved once more.
  if ((descents + 1) * whole.about.bytes <= whole.about.bytes + about.bytes) return source;
  return new ReorderedSource(columns === null ? whole : new CutSource(whole, { rows: null, columns }), rows, scratch);
}

function spanOf(index: AxisIndex | null, length: number): { from: number; to: number } {
  if (index === null) return { from: 0, to: length };
  if (isRun(index)) return { from: index.start, to: index.start + index.length };
  let [from, to] = [length, 0];
  for (const place of positionsOf(index)) {
    from = Math.min(from, place);
    to = Math.max(to, place + 1);
  }
  return from < to ? { from, to } : { from: 0, to: 0 };
}

/** Places in the order of their old rows. */
function sortedPlaces(order: IndexArray): Int32Array {
  const n = order.length;
  // One number for both, which is exact below 2⁵³, sorts without calling back.
  const keys = Float64Array.from(order, (row, place) => row * n + place).sort();
  return Int32Array.from(keys, (key) => key % n);
}

/** Matrices of one kind below each other. */
async function stacked(parts: readonly Matrix[], { signal }: ReadRequest): Promise<Matrix> {
  const [first] = parts as [Matrix];
  if (parts.length === 1) return first;
  if (isSparse(first)) return CsrMatrix.vstackAsync(parts as CsrMatrix[], { signal });
  const dtype = first.dtype as NumericDType;
  const rows = parts.reduce((sum, { shape }) => sum + shape[0]!, 0);
  const shape = [rows, ...first.shape.slice(1)];
  const values = (parts as DenseArray[]).map((part) => part.data as TypedArray);
  return new DenseArray(joinArrays(values, dataArray(dtype, sizeOf(shape))), shape, { dtype });
}
