// SPDX-License-Identifier: BSD-3-Clause

import { type DenseArray, isDenseArray } from '../arrays/dense-array';
import { dtypes, type IndexArray, type NumericDType } from '../arrays/dtype';
import type { Room } from '../arrays/room';
import { compressedOf } from '../arrays/sparse/compressed-matrix';
import { type KernelCall, kernelCall, type Rows } from '../arrays/sparse/kernels';
import { lightLanesOf, type Pass } from '../arrays/sparse/passes';
import { asIndptr, dataArray, indexArray } from '../arrays/sparse/source';
import { everyPlace } from '../arrays/sparse/stack';
import { type CscMatrix, CsrMatrix } from '../arrays/sparse-matrix';
import { type Fill, fillParts } from './fill';
import { type Block, type Indexer, missingPlaces } from './indexer';
import { converter } from './stack-dense';
import { pieceSize, type Steps } from './steps';

/**
 * Matrices side by side in one CSR matrix: entries are counted first, so each array is allocated once and filled block by
 * block. Entries of a row stay in the order they had.
 *
 * @param fill - what stands where an object has nothing; anything but 0 is stored explicitly
 * @param room - for the result, of blocks that belong to us alone
 */
export function* stackSparse(
  blocks: readonly Block[],
  shape: readonly [number, number],
  dtype: NumericDType,
  fill: Fill,
  room?: Room,
): Steps<CsrMatrix> {
  const filler = Number(fill) === 0 ? null : fill;
  const indptr = new Float64Array(shape[0] + 1);
  for (const block of blocks) {
    yield* countBlock(block, indptr, room !== undefined);
    if (filler !== null) countFill(block, indptr);
  }
  for (let i = 0; i < shape[0]; i++) indptr[i + 1]! += indptr[i]!;
  const nnz = indptr[shape[0]]!;
  const target: Target = {
    dtype,
    data: dataArray(dtype, nnz, room) as Float64Array,
    indices: indexArray(nnz, shape[1], room),
    next: indptr.slice(0, shape[0]),
  };
  for (const block of blocks) {
    yield* fillBlock(block, target, room !== undefined);
    if (filler !== null) placeFill(block, target, fillParts(filler, dtype));
  }
  const { data, indices } = target;
  return new CsrMatrix({ shape, dtype, data, indices, indptr: asIndptr(indptr) });
}

interface Target {
  readonly dtype: NumericDType;
  readonly data: Float64Array;
  readonly indices: IndexArray;
  /** Where the next entry of each row goes. */
  readonly next: Float64Array;
}

/** Ranges of rows (columns) with about as many entries as one piece of work may have. */
function* pieces(indptr: IndexArray): Generator<[from: number, to: number]> {
  const major = indptr.length - 1;
  let from = 0;
  for (let to = 1; to <= major; to++) {
    if (to === major || indptr[to]! - indptr[from]! >= pieceSize || to - from >= pieceSize) {
      yield [from, to];
      from = to;
    }
  }
}

function* countBlock(block: Block, indptr: Float64Array, owned: boolean): Steps<void> {
  const { array: matrix } = block;
  if (matrix === null) return;
  if (isDenseArray(matrix)) {
    for (let i = 0; i < matrix.shape[0]!; i++) {
      forNonzero(block, matrix, i, (row) => {
        indptr[row + 1]!++;
      });
      if (i % 256 === 255) yield;
    }
    return;
  }
  if (matrix.format === 'csr') {
    yield* countRows(block, matrix, indptr, owned);
    return;
  }
  for (const [from, to] of pieces(matrix.indptr)) {
    countColumns(block, matrix, from, to, indptr);
    yield;
  }
}

/** Rows of a matrix that have a place, null when all have. */
function rowsPlaced({ toNew }: Indexer): Int32Array | null {
  return toNew?.includes(-1) ? Int32Array.from(toNew.keys()).filter((i) => toNew[i]! >= 0) : null;
}

function placeOf({ toNew }: Indexer, row: number): number {
  return toNew === null ? row : toNew[row]!;
}

/** Whether no column is left out, so that a row's entries need not be looked at to be counted. */
function takesAll({ toNew }: Indexer): boolean {
  return toNew === null || !toNew.includes(-1);
}

function* countRows(
  { rows, columns, row: first }: Block,
  matrix: CsrMatrix,
  indptr: Float64Array,
  owned: boolean,
): Steps<void> {
  const picked = rowsPlaced(rows);
  const counts = new Float64Array(picked?.length ?? matrix.shape[0]);
  if (takesAll(columns)) {
    for (let i = 0; i < counts.length; i++) {
      const row = picked === null ? i : picked[i]!;
      counts[i] = matrix.indptr[row + 1]! - matrix.indptr[row]!;
    }
  } else {
    const map = columns.toNew!;
    const call = (part: Rows): KernelCall => kernelCall('countPlaced', part, map, new Int32Array(0), counts);
    yield { ...passOver(matrix, picked, owned), values: false, call };
  }
  for (let i = 0; i < counts.length; i++) {
    const row = picked === null ? i : picked[i]!;
    indptr[first + placeOf(rows, row) + 1]! += counts[i]!;
  }
}

/** @param owned - whether the matrix belongs to us alone */
function passOver(matrix: CsrMatrix, picked: Int32Array | null, owned: boolean): Omit<Pass, 'values' | 'call'> {
  const source = compressedOf(matrix);
  return { source, picked, lanes: lightLanesOf(source, picked?.length ?? matrix.shape[0], owned), light: true, owned };
}

function countColumns(
  { rows, columns, row: first }: Block,
  matrix: CscMatrix,
  from: number,
  to: number,
  indptr: Float64Array,
): void {
  const { indices } = matrix;
  const { toNew } = rows;
  for (let j = from; j < to; j++) {
    if (columns.toNew !== null && columns.toNew[j]! < 0) continue;
    const end = matrix.indptr[j + 1]!;
    for (let k = matrix.indptr[j]!; k < end; k++) {
      const row = toNew === null ? indices[k]! : toNew[indices[k]!]!;
      if (row >= 0) indptr[first + row + 1]!++;
    }
  }
}

function* fillBlock(block: Block, target: Target, owned: boolean): Steps<void> {
  const { array: matrix } = block;
  if (matrix === null) return;
  const copy = copier(matrix.dtype as NumericDType, target);
  if (isDenseArray(matrix)) {
    const source = matrix.data as Float64Array;
    for (let i = 0; i < matrix.shape[0]!; i++) {
      forNonzero(block, matrix, i, (row, column, position) => {
        const at = target.next[row]!++;
        target.indices[at] = column;
        copy(source, position, at, 1);
      });
      if (i % 256 === 255) yield;
    }
    return;
  }
  if (matrix.format === 'csr') {
    yield* fillRows(block, matrix, target, owned);
    return;
  }
  for (const [from, to] of pieces(matrix.indptr)) {
    fillColumns(block, matrix, from, to, target, copy);
    yield;
  }
}

/** Copies `count` elements from element `from` of a source to element `at` of the result. */
type Copy = (source: Float64Array, from: number, at: number, count: number) => void;

function copier(from: NumericDType, { data, dtype }: Target): Copy {
  const slots = dtypes[from].slots;
  const widen = dtypes[dtype].slots / slots;
  const convert = converter(from, dtype);
  if (widen === 1 && convert === null) {
    return (source, start, at, count) => {
      if (count < 16) for (let k = 0; k < count * slots; k++) data[at * slots + k] = source[start * slots + k]!;
      else data.set(source.subarray(start * slots, (start + count) * slots), at * slots);
    };
  }
  return (source, start, at, count) => {
    for (let k = 0; k < count * slots; k++) {
      const value = source[start * slots + k]!;
      data[(at * slots + k) * widen] = convert === null ? value : convert(value);
    }
  };
}

function* fillRows(
  { rows, columns, row: first, column: left }: Block,
  matrix: CsrMatrix,
  { dtype, data, indices, next }: Target,
  owned: boolean,
): Steps<void> {
  const picked = rowsPlaced(rows);
  const places = Int32Array.from(
    { length: picked?.length ?? matrix.shape[0] },
    (_, i) => first + placeOf(rows, picked === null ? i : picked[i]!),
  );
  const cursors = Float64Array.from(places, (place) => next[place]!);
  const [slots, outSlots] = [dtypes[matrix.dtype].slots, dtypes[dtype].slots];
  const map = columns.toNew ?? everyPlace;
  yield {
    ...passOver(matrix, picked, owned),
    values: true,
    call: (part) => kernelCall('placeRows', part, slots, cursors, map, left, indices, data, outSlots),
  };
  places.forEach((place, i) => {
    next[place] = cursors[i]!;
  });
}

function fillColumns(
  { rows, columns, row: first, column: left }: Block,
  matrix: CscMatrix,
  from: number,
  to: number,
  { indices, next }: Target,
  copy: Copy,
): void {
  const source = matrix.data as Float64Array;
  const positions = matrix.indices;
  for (let j = from; j < to; j++) {
    const column = columns.toNew === null ? j : columns.toNew[j]!;
    if (column < 0) continue;
    const end = matrix.indptr[j + 1]!;
    for (let k = matrix.indptr[j]!; k < end; k++) {
      const row = rows.toNew === null ? positions[k]! : rows.toNew[positions[k]!]!;
      if (row < 0) continue;
      const at = next[first + row]!++;
      indices[at] = column + left;
      copy(source, k, at, 1);
    }
  }
}

/** Calls `visit` for what is not 0 in row `i` of a dense block, with its place in the result and its element's position. */
function forNonzero(
  { rows, columns, row: first, column: left }: Block,
  { data, dtype, offset, shape, stride }: DenseArray,
  i: number,
  visit: (row: number, column: number, position: number) => void,
): void {
  const row = rows.toNew === null ? i : rows.toNew[i]!;
  if (row < 0) return;
  const { slots } = dtypes[dtype as NumericDType];
  const values = data as Float64Array;
  for (let j = 0; j < shape[1]!; j++) {
    const column = columns.toNew === null ? j : columns.toNew[j]!;
    const position = offset + i * stride[0]! + j * stride[1]!;
    const isZero =
      slots === 1 ? Number(values[position]) === 0 : values[2 * position] === 0 && values[2 * position + 1] === 0;
    if (column >= 0 && !isZero) visit(first + row, left + column, position);
  }
}

/** Places of a block that have nothing to take: whole rows, and in the other rows whole columns. */
function gaps({ array, rows, columns }: Block): { isGap: (row: number) => boolean; columns: Int32Array } {
  if (array === null) return { isGap: () => true, columns: new Int32Array() };
  return { isGap: (row) => rows.toOld !== null && rows.toOld[row]! < 0, columns: missingPlaces(columns) };
}

function countFill(block: Block, indptr: Float64Array): void {
  const { isGap, columns } = gaps(block);
  for (let i = 0; i < block.rows.newLength; i++) {
    indptr[block.row + i + 1]! += isGap(i) ? block.columns.newLength : columns.length;
  }
}

function placeFill(block: Block, { data, indices, next }: Target, parts: readonly (number | bigint)[]): void {
  const { isGap, columns } = gaps(block);
  for (let i = 0; i < block.rows.newLength; i++) {
    const whole = isGap(i);
    const count = whole ? block.columns.newLength : columns.length;
    for (let j = 0; j < count; j++) {
      const at = next[block.row + i]!++;
      indices[at] = block.column + (whole ? j : columns[j]!);
      parts.forEach((part, slot) => {
        data[at * parts.length + slot] = part as number;
      });
    }
  }
}
