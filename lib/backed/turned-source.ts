// SPDX-License-Identifier: BSD-3-Clause

import { type AxisIndex, isRun, positionsOf, type RangeIndex } from '../arrays/axis-index';
import type { IndexArray } from '../arrays/dtype';
import { freshRoom } from '../arrays/room';
import { joinedInRoom, turnedInRoom } from '../arrays/sparse/in-room';
import { CscMatrix, CsrMatrix, type StoredWidths } from '../arrays/sparse-matrix';
import { upperBound } from '../arrays/upper-bound';
import { ReusedRoom } from '../storage/reused-memory';
import type { Scratch } from '../storage/scratch';
import type { About } from './about';
import { type Cut, positionsOrNull, whole } from './cut';
import { HandleBlocks } from './handle-blocks';
import type { ReadRequest } from './request';
import { elementBytes, entriesOf, evenLines, type LineBytes, type Source, takenSoon } from './source';
import { type SpilledMatrix, spillEach } from './spilled-matrix';

type Sparse = CsrMatrix | CscMatrix;

/** All blocks of the matrix, turned, and how many entries each line has. */
interface Turned {
  readonly pieces: readonly SpilledMatrix[];
  readonly counts: Float64Array;
}

/**
 * A sparse matrix stored by its other axis: csr as csc, csc as csr. When lines are asked for the first time, the whole is read once, in
 * blocks, each of which is turned and put down in a scratch file; a run of lines is then read from all of them. So the matrix is read
 * once, however many runs are asked for. What fits into a block is turned in memory.
 */
export class TurnedSource implements Source {
  readonly about: About;
  readonly stored = null;
  #turned: Promise<Turned> | null = null;

  constructor(
    private readonly source: Source,
    private readonly scratch: Scratch,
  ) {
    this.about = { ...source.about, format: source.about.format === 'csr' ? 'csc' : 'csr' };
  }

  get widths(): StoredWidths | undefined {
    return this.source.widths;
  }

  get entries(): number {
    return entriesOf(this.about);
  }

  linesTogether(): number {
    return 1;
  }

  async lineBytes(axis: 0 | 1, request: ReadRequest): Promise<LineBytes> {
    if (axis !== this.#axis || this.#isSmall) return evenLines(this.about, axis);
    const { counts } = await this.#all(request);
    const each = elementBytes(this.about);
    return (line) => counts[line]! * each;
  }

  async read(cut: Cut, request: ReadRequest): Promise<{ value: Sparse }> {
    if (this.#isSmall) {
      const all = (await this.source.read(whole, request)).value as Sparse;
      const turned = await turnedInRoom(all, freshRoom, request);
      return { value: cut === whole ? turned : ((await takenSoon(turned, cut, request)) as Sparse) };
    }
    const [along, across] = this.#axis === 0 ? [cut.rows, cut.columns] : [cut.columns, cut.rows];
    const { runs, order } = runsOf(along, this.about.shape![this.#axis]!);
    const parts: Sparse[] = [];
    for (const run of runs) parts.push(await this.#lines(run, request));
    const lines = parts.length === 1 ? (parts[0] as Sparse) : await below(parts, request);
    const other = positionsOrNull(across);
    if (order === null && other === null) return { value: lines };
    const [rows, columns] = this.#axis === 0 ? [order, other] : [other, order];
    return { value: await lines.subsetAsync(rows, columns, { signal: request.signal }) };
  }

  /** The axis along which lines lie. */
  get #axis(): 0 | 1 {
    return this.about.format === 'csr' ? 0 : 1;
  }

  get #isSmall(): boolean {
    return this.about.bytes <= this.scratch.bytes;
  }

  #all(request: ReadRequest): Promise<Turned> {
    this.#turned ??= this.#putDown(request.signal).catch((error: unknown) => {
      this.#turned = null;
      throw error;
    });
    return this.#turned;
  }

  async #putDown(signal: AbortSignal | undefined): Promise<Turned> {
    const counts = new Float64Array(this.about.shape![this.#axis]!);
    const spilled = await spillEach(this.scratch, this.#turnedBlocks(counts, signal));
    return { pieces: spilled.map(({ matrix }) => matrix), counts };
  }

  /** The blocks of the matrix, each turned; counts the entries of all lines. */
  async *#turnedBlocks(counts: Float64Array, signal: AbortSignal | undefined) {
    const blocks = new HandleBlocks(this.source, null).blocks({ bytes: this.scratch.bytes, signal, passing: true });
    // One is put down while the other is filled.
    const rooms = [new ReusedRoom(), new ReusedRoom()] as [ReusedRoom, ReusedRoom];
    for await (const { value } of blocks) {
      rooms.reverse();
      rooms[0].renew();
      const matrix = await turnedInRoom(value as Sparse, rooms[0], { signal });
      const { indptr } = matrix;
      for (let i = 0; i < counts.length; i++) counts[i]! += indptr[i + 1]! - indptr[i]!;
      yield { matrix, about: null };
    }
  }

  /** A run of lines: from each piece its part, side by side. */
  async #lines({ start, length }: RangeIndex, request: ReadRequest): Promise<Sparse> {
    const { pieces } = await this.#all(request);
    const room = request.room ?? freshRoom;
    const parts = (await Promise.all(pieces.map((piece) => piece.read(start, start + length, room)))) as Sparse[];
    request.signal?.throwIfAborted();
    return parts.length === 1 ? (parts[0] as Sparse) : joinedInRoom(parts, room, request);
  }
}

/** Lines below each other (csc: side by side). */
function below(parts: Sparse[], { signal }: ReadRequest): Promise<Sparse> {
  return parts[0]!.format === 'csr'
    ? CsrMatrix.vstackAsync(parts, { signal })
    : CscMatrix.hstackAsync(parts, { signal });
}

/** Lines so close to each other are read together with what lies between. */
const nearby = 32;

/** Lines to read, as runs, and where those that are wanted lie in them; null when they are what is wanted. */
function runsOf(index: AxisIndex | null, length: number): { runs: readonly RangeIndex[]; order: IndexArray | null } {
  if (index === null) return { runs: [{ start: 0, step: 1, length }], order: null };
  if (isRun(index)) return { runs: [index], order: null };
  const wanted = positionsOf(index);
  const runs: { start: number; step: number; length: number }[] = [];
  /** Of each run, the lines of those before it. */
  const before: number[] = [];
  for (const line of wanted.slice().sort()) {
    const last = runs.at(-1);
    if (last !== undefined && line < last.start + last.length + nearby) {
      last.length = Math.max(last.length, line - last.start + 1);
    } else {
      before.push((before.at(-1) ?? 0) + (last?.length ?? 0));
      runs.push({ start: line, step: 1, length: 1 });
    }
  }
  if (runs.length === 0) return { runs: [{ start: 0, step: 1, length: 0 }], order: null };
  const starts = runs.map(({ start }) => start);
  const order = wanted.map((line) => {
    const run = upperBound(starts, line) - 1;
    return before[run]! + line - runs[run]!.start;
  });
  return { runs, order };
}
