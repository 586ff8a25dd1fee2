// SPDX-License-Identifier: BSD-3-Clause

import { type AxisIndex, isRange, positionsOf, type RangeIndex } from '../arrays/axis-index';
import { dtypes, type IndexArray, memoryBytesOf, type NumericDType, type TypedArray } from '../arrays/dtype';
import { dataArray } from '../arrays/sparse/source';
import { CscMatrix, CsrMatrix, type StoredWidths } from '../arrays/sparse-matrix';
import type { Scratch, ScratchFile } from '../storage/scratch';
import type { About } from './about';
import { type Cut, positionsOrNull, whole } from './cut';
import { HandleBlocks } from './handle-blocks';
import type { ReadRequest } from './request';
import { entriesOf, evenLines, type LineBytes, type Source, takenSoon } from './source';

type Sparse = CsrMatrix | CscMatrix;

/** A part of the matrix, turned: where its arrays lie. */
interface Piece {
  /** Lines the matrix had before the turn that are in it. */
  readonly width: number;
  readonly data: number;
  readonly indices: Numbers;
  readonly indptr: Numbers;
}

interface Numbers {
  readonly at: number;
  readonly isWide: boolean;
}

/** All parts, and how many entries each line has. */
interface Turned {
  readonly file: ScratchFile;
  readonly pieces: readonly Piece[];
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
    const each = memoryBytesOf(this.#dtype) + 4;
    return (line) => counts[line]! * each;
  }

  async read(cut: Cut, request: ReadRequest): Promise<{ value: Sparse }> {
    if (this.#isSmall) {
      const all = (await this.source.read(whole, request)).value as Sparse;
      const turned = await turn(all, request);
      return { value: cut === whole ? turned : ((await takenSoon(turned, cut, request)) as Sparse) };
    }
    const [along, across] = this.#axis === 0 ? [cut.rows, cut.columns] : [cut.columns, cut.rows];
    const { runs, order } = runsOf(along, this.about.shape![this.#axis]!);
    const parts: Sparse[] = [];
    for (const { start, length } of runs) parts.push(await this.#lines(start, start + length, request));
    const lines = parts.length === 1 ? (parts[0] as Sparse) : await this.#stacked(parts, this.#axis, request);
    const rest = order;
    const other = positionsOrNull(across);
    if (rest === null && other === null) return { value: lines };
    const [rows, columns] = this.#axis === 0 ? [rest, other] : [other, rest];
    return { value: await lines.subsetAsync(rows, columns, { signal: request.signal }) };
  }

  #stacked(parts: Sparse[], axis: 0 | 1, { signal }: ReadRequest): Promise<Sparse> {
    const { vstackAsync, hstackAsync } = this.#axis === 0 ? CsrMatrix : CscMatrix;
    return axis === 0 ? vstackAsync(parts, { signal }) : hstackAsync(parts, { signal });
  }

  /** The axis along which lines lie. */
  get #axis(): 0 | 1 {
    return this.about.format === 'csr' ? 0 : 1;
  }

  get #dtype(): NumericDType {
    return this.about.dtype as NumericDType;
  }

  get #isSmall(): boolean {
    return this.about.bytes <= this.scratch.bytes;
  }

  #all(request: ReadRequest): Promise<Turned> {
    this.#turned ??= this.#putDown(request).catch((error: unknown) => {
      this.#turned = null;
      throw error;
    });
    return this.#turned;
  }

  async #putDown({ signal }: ReadRequest): Promise<Turned> {
    const file = await this.scratch.open();
    const pieces: Piece[] = [];
    const counts = new Float64Array(this.about.shape![this.#axis]!);
    // A block is written while the next one is read.
    let writing: Promise<void> = Promise.resolve();
    try {
      for await (const { value } of new HandleBlocks(this.source, null).blocks({
        bytes: this.scratch.bytes,
        signal,
      })) {
        const turned = await turn(value as Sparse, { signal });
        const { indptr } = turned;
        for (let i = 0; i < counts.length; i++) counts[i]! += indptr[i + 1]! - indptr[i]!;
        await writing;
        writing = put(file, turned).then((piece) => void pieces.push(piece));
        writing.catch(() => undefined);
      }
    } finally {
      await writing;
    }
    return { file, pieces, counts };
  }

  /** A run of lines: from each part its own, side by side. */
  async #lines(from: number, to: number, request: ReadRequest): Promise<Sparse> {
    const { file, pieces } = await this.#all(request);
    const parts = await Promise.all(pieces.map((piece) => this.#part(file, piece, from, to)));
    request.signal?.throwIfAborted();
    if (parts.length === 1) return parts[0] as Sparse;
    return this.#stacked(parts, this.#axis === 0 ? 1 : 0, request);
  }

  async #part(file: ScratchFile, piece: Piece, from: number, to: number): Promise<Sparse> {
    const indptr = await readNumbers(file, piece.indptr, from, to + 1);
    const [first, last] = [indptr[0]!, indptr[indptr.length - 1]!];
    const data = dataArray(this.#dtype, last - first);
    const [indices] = await Promise.all([
      readNumbers(file, piece.indices, first, last),
      file.read(piece.data + first * dtypes[this.#dtype].slots * data.BYTES_PER_ELEMENT, data),
    ]);
    return this.#made(
      to - from,
      piece.width,
      data,
      indices,
      indptr.map((position) => position - first),
    );
  }

  #made(lines: number, width: number, data: TypedArray, indices: IndexArray, indptr: IndexArray): Sparse {
    const dtype = this.#dtype;
    if (this.#axis === 0) return new CsrMatrix({ shape: [lines, width], dtype, data, indices, indptr });
    return new CscMatrix({ shape: [width, lines], dtype, data, indices, indptr });
  }
}

function turn(matrix: Sparse, { signal }: Pick<ReadRequest, 'signal'>): Promise<Sparse> {
  return matrix.format === 'csr' ? matrix.toCscAsync({ signal }) : matrix.toCsrAsync({ signal });
}

async function put(file: ScratchFile, { data, indices, indptr, format, shape }: Sparse): Promise<Piece> {
  const numbers = async (values: IndexArray): Promise<Numbers> => ({
    at: await file.append(values),
    isWide: values.BYTES_PER_ELEMENT === 8,
  });
  return {
    width: shape[format === 'csr' ? 1 : 0],
    data: await file.append(data),
    indices: await numbers(indices),
    indptr: await numbers(indptr),
  };
}

function readNumbers(file: ScratchFile, { at, isWide }: Numbers, from: number, to: number): Promise<IndexArray> {
  const values: IndexArray = isWide ? new Float64Array(to - from) : new Int32Array(to - from);
  return file.read(at + from * values.BYTES_PER_ELEMENT, values);
}

/** Lines to read, as runs, and where those that are wanted lie in them; null when they are what is wanted. */
function runsOf(index: AxisIndex | null, length: number): { runs: RangeIndex[]; order: IndexArray | null } {
  if (index === null) return { runs: [{ start: 0, step: 1, length }], order: null };
  if (isRange(index) && index.step === 1) return { runs: [index], order: null };
  const wanted = positionsOf(index);
  const sorted = wanted.slice().sort();
  const runs: { start: number; step: number; length: number }[] = [];
  for (const line of sorted) {
    const last = runs.at(-1);
    if (last !== undefined && line < last.start + last.length + nearby) {
      last.length = Math.max(last.length, line - last.start + 1);
    } else runs.push({ start: line, step: 1, length: 1 });
  }
  if (runs.length === 0) runs.push({ start: 0, step: 1, length: 0 });
  const before = runs.map((_, i) => runs.slice(0, i).reduce((sum, run) => sum + run.length, 0));
  const order = wanted.map((line) => {
    const run = runs.findLastIndex(({ start }) => start <= line);
    return before[run]! + line - runs[run]!.start;
  });
  return { runs, order };
}

/** Lines so close to each other are read together with what lies between. */
const nearby = 32;
