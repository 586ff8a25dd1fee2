// SPDX-License-Identifier: BSD-3-Clause

import { type DenseArray, isDenseArray } from '../arrays/dense-array';
import { dtypes, type IndexArray, type NumericDType, type TypedArray } from '../arrays/dtype';
import type { Matrix } from '../arrays/matrix';
import type { Steps } from '../arrays/sparse/passes';
import { asIndptr, dataArray, indexArray } from '../arrays/sparse/source';
import { CscMatrix, CsrMatrix } from '../arrays/sparse-matrix';
import type { Cut } from './cut';
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
  return overrides.size === 0 ? part : yield* replaceEntries(part, overrides);
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

/** What an edit changes in one line of a part: places of the line, and where their values lie in the edit. */
interface Override {
  readonly edit: Edit;
  readonly places: IndexArray;
  at(i: number): number;
}

function* overridesOf(
  { format }: CsrMatrix | CscMatrix,
  edits: Iterable<Edit>,
  cut: Cut,
  shape: readonly number[],
): Steps<Map<number, Override[]>> {
  const byLine = new Map<number, Override[]>();
  for (const edit of edits) {
    const rows = edit.rows.matches(cut.rows, shape[0]!);
    if (rows.to.length === 0) continue;
    const columns = edit.columns.matches(cut.columns, shape[1]!);
    const [lines, places] = format === 'csr' ? [rows, columns] : [columns, rows];
    if (places.to.length === 0) continue;
    for (let i = 0; i < lines.to.length; i++) {
      if (i % pieceSize === pieceSize - 1) yield;
      const line = lines.to[i]!;
      const from = lines.from[i]!;
      const at = (j: number): number =>
        format === 'csr' ? cellOf(edit, from, places.from[j]!) : cellOf(edit, places.from[j]!, from);
      const list = byLine.get(line);
      if (list === undefined) byLine.set(line, [{ edit, places: places.to, at }]);
      else list.push({ edit, places: places.to, at });
    }
  }
  return byLine;
}

function* replaceEntries(
  matrix: CsrMatrix | CscMatrix,
  overrides: ReadonlyMap<number, readonly Override[]>,
): Steps<CsrMatrix | CscMatrix> {
  const { dtype, format, indices, indptr, shape, stored } = matrix;
  const { slots } = dtypes[dtype];
  const [minor, lines] = format === 'csr' ? [shape[1], shape[0]] : shape;
  let most = indices.length;
  for (const list of overrides.values()) for (const { places } of list) most += places.length;
  const out = { data: dataArray(dtype, most) as Float64Array, indices: indexArray(most, minor), length: 0 };
  const ends = new Float64Array(lines + 1);
  const line = new Line(minor, slots, matrix.data.constructor as new (length: number) => TypedArray);
  const source = matrix.data as Float64Array;
  let paused = 0;
  for (let i = 0; i < lines; i++) {
    if (out.length + i - paused > pieceSize) {
      paused = out.length + i;
      yield;
    }
    const [from, to] = [indptr[i]!, indptr[i + 1]!];
    const list = overrides.get(i);
    if (list === undefined) {
      out.indices.set(indices.subarray(from, to), out.length);
      out.data.set(source.subarray(from * slots, to * slots), out.length * slots);
      out.length += to - from;
    } else line.merge(list, indices, source, from, to, out);
    ends[i + 1] = out.length;
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
  readonly #slots: number;
  #turn = 0;

  constructor(minor: number, slots: number, kind: new (length: number) => TypedArray) {
    this.#turns = new Int32Array(minor);
    this.#values = new kind(minor * slots) as Float64Array;
    this.#slots = slots;
  }

  /** Entries that were not changed stay in their order; changed ones go where a sorted line has them. */
  merge(
    overrides: readonly Override[],
    indices: IndexArray,
    data: Float64Array,
    from: number,
    to: number,
    out: Output,
  ): void {
    const slots = this.#slots;
    const changed = this.#collect(overrides);
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
  }

  /** The changed places, rising; the last change of each counts. */
  #collect(overrides: readonly Override[]): IndexArray {
    this.#turn++;
    const slots = this.#slots;
    const found: number[] = [];
    for (const { edit, places, at } of overrides) {
      const values = edit.values as Float64Array;
      for (let j = 0; j < places.length; j++) {
        const place = places[j]!;
        if (this.#turns[place] !== this.#turn) found.push(place);
        this.#turns[place] = this.#turn;
        const start = at(j);
        for (let slot = 0; slot < slots; slot++) this.#values[place * slots + slot] = values[start + slot]!;
      }
    }
    return Float64Array.from(found).sort();
  }
}
