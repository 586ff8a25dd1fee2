// SPDX-License-Identifier: BSD-3-Clause

import { type DenseArray, isDenseArray } from '../arrays/dense-array';
import { dtypes, type IndexArray, type NumericDType, type TypedArray } from '../arrays/dtype';
import type { Matrix } from '../arrays/matrix';
import type { Steps } from '../arrays/sparse/passes';
import { asIndptr, dataArray, indexArray } from '../arrays/sparse/source';
import { CscMatrix, CsrMatrix } from '../arrays/sparse-matrix';
import type { Cut } from './cut';
import type { Matches } from './edited-axis';
import { cellOf, type Edit } from './edits';

/** Elements that are handled between two places to pause. */
const pieceSize = 2 ** 17;

/**
 * A part of a matrix after changes of the whole, in the order they were made: a dense one is changed in place, a sparse one made
 * anew. What is set to zero in a sparse matrix is no longer stored.
 *
 * @param cut - what the part takes of the whole
 * @param shape - of the whole
 */
export function* applyEdits(part: Matrix, edits: Iterable<Edit>, cut: Cut, shape: readonly number[]): Steps<Matrix> {
  if (isDenseArray(part)) {
    for (const edit of edits) yield* fillBlock(part, edit, cut, shape);
    return part;
  }
  const overrides = yield* overridesOf(part, edits, cut, shape);
  return overrides === null ? part : yield* replaceEntries(part, overrides);
}

function* fillBlock(array: DenseArray, edit: Edit, cut: Cut, shape: readonly number[]): Steps<void> {
  const rows = edit.rows.matches(cut.rows, shape[0] ?? 1);
  if (rows.to.length === 0) return;
  const columns = edit.columns.matches(cut.columns, shape[1] ?? 1);
  const { slots } = dtypes[array.dtype as NumericDType];
  const [rowStep = 1, columnStep = 1] = array.stride;
  const steps = cellSteps(array);
  const data = array.data as Float64Array;
  const values = edit.values as Float64Array;
  const pause = Math.max(1, Math.floor(pieceSize / Math.max(1, columns.to.length * steps.length)));
  for (let i = 0; i < rows.to.length; i++) {
    if (i % pause === pause - 1) yield;
    const row = array.offset + rows.to[i]! * rowStep;
    for (let j = 0; j < columns.to.length; j++) {
      const at = row + columns.to[j]! * columnStep;
      let from = cellOf(edit, rows.from[i]!, columns.from[j]!);
      for (const step of steps) {
        for (let slot = 0; slot < slots; slot++) data[(at + step) * slots + slot] = values[from++]!;
      }
    }
  }
}

/** Where the elements of a cell lie, from its first on: arrays may have more than two axes. */
function cellSteps({ shape, stride }: DenseArray): number[] {
  let steps = [0];
  for (let axis = 2; axis < shape.length; axis++) {
    steps = steps.flatMap((step) => Array.from({ length: shape[axis]! }, (_, i) => step + i * stride[axis]!));
  }
  return steps;
}

/** What an edit changes in a part: its places along the lines, and where their values lie in the edit. */
interface Change {
  readonly edit: Edit;
  readonly lines: Matches;
  readonly places: Matches;
}

/** Which changes meet which lines, in few bytes: there may be many of both. */
interface Overrides {
  readonly changes: readonly Change[];
  /** What line i has lies from `starts[i]` to `starts[i + 1]`. */
  readonly starts: IndexArray;
  /** The changes of a line in the order they were made, and which line of the edit it is. */
  readonly which: Int32Array;
  readonly from: IndexArray;
}

function* overridesOf(
  { format, shape: [height, width] }: CsrMatrix | CscMatrix,
  edits: Iterable<Edit>,
  cut: Cut,
  shape: readonly number[],
): Steps<Overrides | null> {
  const changes: Change[] = [];
  const length = format === 'csr' ? height : width;
  const counts = new Float64Array(length);
  for (const edit of edits) {
    const rows = edit.rows.matches(cut.rows, shape[0]!);
    if (rows.to.length === 0) continue;
    const columns = edit.columns.matches(cut.columns, shape[1]!);
    const [lines, places] = format === 'csr' ? [rows, columns] : [columns, rows];
    if (places.to.length === 0 || lines.to.length === 0) continue;
    changes.push({ edit, lines, places });
    for (let i = 0; i < lines.to.length; i++) counts[lines.to[i]!]!++;
    yield;
  }
  if (changes.length === 0) return null;
  const starts = new Float64Array(length + 1);
  for (let i = 0; i < length; i++) starts[i + 1] = starts[i]! + counts[i]!;
  const next = starts.slice(0, length);
  const which = new Int32Array(starts[length]!);
  const from = new Int32Array(starts[length]!);
  for (const [number, { lines }] of changes.entries()) {
    for (let i = 0; i < lines.to.length; i++) {
      const at = next[lines.to[i]!]!++;
      which[at] = number;
      from[at] = lines.from[i]!;
    }
    yield;
  }
  return { changes, starts, which, from };
}

function* replaceEntries(matrix: CsrMatrix | CscMatrix, overrides: Overrides): Steps<CsrMatrix | CscMatrix> {
  const { dtype, format, indices, indptr, shape, stored } = matrix;
  const { slots } = dtypes[dtype];
  const [minor, lines] = format === 'csr' ? [shape[1], shape[0]] : shape;
  const most = indices.length + addedAtMost(overrides, lines, minor);
  const out = { data: dataArray(dtype, most) as Float64Array, indices: indexArray(most, minor), length: 0 };
  const ends = new Float64Array(lines + 1);
  const kind = matrix.data.constructor as new (length: number) => TypedArray;
  const line = new Line(overrides, format, minor, slots, kind);
  const source = matrix.data as Float64Array;
  let done = 0;
  for (let i = 0; i < lines; i++) {
    const [from, to] = [indptr[i]!, indptr[i + 1]!];
    if (line.isChanged(i)) done += line.merge(i, indices, source, from, to, out);
    else {
      out.indices.set(indices.subarray(from, to), out.length);
      out.data.set(source.subarray(from * slots, to * slots), out.length * slots);
      out.length += to - from;
    }
    ends[i + 1] = out.length;
    done += 1 + to - from;
    if (done > pieceSize) {
      done = 0;
      yield;
    }
  }
  const Made = format === 'csr' ? CsrMatrix : CscMatrix;
  return new Made({
    shape,
    dtype,
    stored,
    data: trimmed(out.data, out.length * slots),
    indices: trimmed(out.indices, out.length),
    indptr: asIndptr(ends),
  });
}

/** Entries that changes may add: of a line as many as it has places, however often they are changed. */
function addedAtMost({ changes, starts, which }: Overrides, lines: number, minor: number): number {
  let most = 0;
  for (let i = 0; i < lines; i++) {
    let added = 0;
    for (let k = starts[i]!; k < starts[i + 1]!; k++) added += changes[which[k]!]!.places.to.length;
    most += Math.min(minor, added);
  }
  return most;
}

/** The first elements; a copy when there is much behind them. */
function trimmed<T extends IndexArray>(array: T, length: number): T {
  return (length > 0.9 * array.length ? array.subarray(0, length) : array.slice(0, length)) as T;
}

interface Output {
  readonly data: Float64Array;
  readonly indices: IndexArray;
  length: number;
}

/** One line with changed places; its memory is used again for each line. */
class Line {
  /** In which turn each place was changed last. */
  readonly #turns: Int32Array;
  readonly #values: Float64Array;
  #turn = 0;

  constructor(
    private readonly overrides: Overrides,
    private readonly format: 'csr' | 'csc',
    minor: number,
    private readonly slots: number,
    kind: new (length: number) => TypedArray,
  ) {
    this.#turns = new Int32Array(minor);
    this.#values = new kind(minor * slots) as Float64Array;
  }

  isChanged(line: number): boolean {
    return this.overrides.starts[line + 1]! > this.overrides.starts[line]!;
  }

  /**
   * Entries that were not changed stay in their order; changed ones go where a sorted line has them.
   *
   * @returns how many places were set, repeats included
   */
  merge(line: number, indices: IndexArray, data: Float64Array, from: number, to: number, out: Output): number {
    const { slots } = this;
    const { changed, count } = this.#collect(line);
    let next = 0;
    const putUntil = (minor: number): void => {
      for (; next < changed.length && changed[next]! < minor; next++) {
        const place = changed[next]!;
        let isZero = true;
        for (let slot = 0; slot < slots; slot++) {
          const value = this.#values[place * slots + slot]!;
          out.data[out.length * slots + slot] = value;
          if (value !== 0 && (value as unknown) !== 0n) isZero = false;
        }
        if (!isZero) out.indices[out.length++] = place;
      }
    };
    for (let k = from; k < to; k++) {
      const minor = indices[k]!;
      putUntil(minor);
      if (this.#turns[minor] === this.#turn) continue;
      for (let slot = 0; slot < slots; slot++) out.data[out.length * slots + slot] = data[k * slots + slot]!;
      out.indices[out.length++] = minor;
    }
    putUntil(Number.POSITIVE_INFINITY);
    return count;
  }

  /** The changed places, rising; the last change of each counts. */
  #collect(line: number): { changed: IndexArray; count: number } {
    this.#turn++;
    const { slots, format } = this;
    const { changes, starts, which, from } = this.overrides;
    const found: number[] = [];
    let count = 0;
    for (let k = starts[line]!; k < starts[line + 1]!; k++) {
      const { edit, places } = changes[which[k]!]!;
      const values = edit.values as Float64Array;
      count += places.to.length;
      for (let j = 0; j < places.to.length; j++) {
        const place = places.to[j]!;
        if (this.#turns[place] !== this.#turn) found.push(place);
        this.#turns[place] = this.#turn;
        const [row, column] = format === 'csr' ? [from[k]!, places.from[j]!] : [places.from[j]!, from[k]!];
        const start = cellOf(edit, row, column);
        for (let slot = 0; slot < slots; slot++) this.#values[place * slots + slot] = values[start + slot]!;
      }
    }
    return { changed: Float64Array.from(found).sort(), count };
  }
}
