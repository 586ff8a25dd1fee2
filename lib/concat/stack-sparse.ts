// SPDX-License-Identifier: BSD-3-Clause

import { type DenseArray, isDenseArray } from '../arrays/dense-array';
import { allocate, dtypes, type IndexArray, type NumericDType } from '../arrays/dtype';
import { type CscMatrix, CsrMatrix } from '../arrays/sparse-matrix';
import { type Fill, fillParts } from './fill';
import { type Indexer, missingPlaces } from './indexer';
import { converter } from './stack-dense';
import { pieceSize, type Steps } from './steps';

/** One of the matrices to be stacked, and where its entries go. */
export interface SparseBlock {
  /** Null where an object has none. */
  readonly array: CsrMatrix | CscMatrix | DenseArray | null;
  readonly rows: Indexer;
  readonly columns: Indexer;
  /** Where it begins in the result. */
  readonly row: number;
  readonly column: number;
}

/** Largest count an Int32Array can hold. */
const narrow = 2 ** 31 - 1;

/**
 * Matrices side by side in one CSR matrix: entries are counted first, so each array is allocated once and filled block by
 * block. Entries of a row stay in the order they had.
 *
 * @param fill - what stands where an object has nothing; anything but 0 is stored explicitly
 */
export function* stackSparse(
  blocks: readonly SparseBlock[],
  shape: readonly [number, number],
  dtype: NumericDType,
  fill: Fill,
): Steps<CsrMatrix> {
  const filler = Number(fill) === 0 ? null : fill;
  const indptr = new Float64Array(shape[0] + 1);
  for (const block of blocks) {
    yield* countBlock(block, indptr);
    if (filler !== null) countFill(block, indptr);
  }
  for (let i = 0; i < shape[0]; i++) indptr[i + 1]! += indptr[i]!;
  const nnz = indptr[shape[0]]!;
  const target: Target = {
    dtype,
    data: allocate(dtype, nnz) as Float64Array,
    indices: shape[1] > narrow ? new Float64Array(nnz) : new Int32Array(nnz),
    next: indptr.slice(0, shape[0]),
  };
  for (const block of blocks) {
    yield* fillBlock(block, target);
    if (filler !== null) placeFill(block, target, fillParts(filler, dtype));
  }
  const { data, indices } = target;
  return new CsrMatrix({ shape, dtype, data, indices, indptr: nnz > narrow ? indptr : Int32Array.from(indptr) });
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

function* countBlock(block: SparseBlock, indptr: Float64Array): Steps<void> {
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
  for (const [from, to] of pieces(matrix.indptr)) {
    if (matrix.format === 'csr') countRows(block, matrix, from, to, indptr);
    else countColumns(block, matrix, from, to, indptr);
    yield;
  }
}

function countRows(
  { rows, columns, row: first }: SparseBlock,
  matrix: CsrMatrix,
  from: number,
  to: number,
  indptr: Float64Array,
): void {
  const { indices } = matrix;
  // Entries have to be looked at only where some are left out.
  const toNew = columns.toNew?.includes(-1) ? columns.toNew : null;
  for (let i = from; i < to; i++) {
    const row = rows.toNew === null ? i : rows.toNew[i]!;
    if (row < 0) continue;
    const start = matrix.indptr[i]!;
    const end = matrix.indptr[i + 1]!;
    let count = end - start;
    if (toNew !== null) {
      for (let k = start; k < end; k++) if (toNew[indices[k]!]! < 0) count--;
    }
    indptr[first + row + 1]! += count;
  }
}

function countColumns(
  { rows, columns, row: first }: SparseBlock,
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

function* fillBlock(block: SparseBlock, target: Target): Steps<void> {
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
  for (const [from, to] of pieces(matrix.indptr)) {
    if (matrix.format === 'csr') fillRows(block, matrix, from, to, target, copy);
    else fillColumns(block, matrix, from, to, target, copy);
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

function fillRows(
  { rows, columns, row: first, column: left }: SparseBlock,
  matrix: CsrMatrix,
  from: number,
  to: number,
  target: Target,
  copy: Copy,
): void {
  const { indices, next, data } = target;
  const source = matrix.data as Float64Array;
  const positions = matrix.indices;
  const { toNew } = columns;
  const isPlain = dtypes[target.dtype].slots === 1 && converter(matrix.dtype, target.dtype) === null;
  for (let i = from; i < to; i++) {
    const row = rows.toNew === null ? i : rows.toNew[i]!;
    if (row < 0) continue;
    let at = next[first + row]!;
    const end = matrix.indptr[i + 1]!;
    if (toNew === null) {
      const start = matrix.indptr[i]!;
      copy(source, start, at, end - start);
      for (let k = start; k < end; k++) indices[at++] = positions[k]! + left;
    } else if (isPlain) {
      for (let k = matrix.indptr[i]!; k < end; k++) {
        const column = toNew[positions[k]!]!;
        if (column < 0) continue;
        data[at] = source[k]!;
        indices[at++] = column + left;
      }
    } else {
      for (let k = matrix.indptr[i]!; k < end; k++) {
        const column = toNew[positions[k]!]!;
        if (column < 0) continue;
        copy(source, k, at, 1);
        indices[at++] = column + left;
      }
    }
    next[first + row] = at;
  }
}

function fillColumns(
  { rows, columns, row: first, column: left }: SparseBlock,
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
  { rows, columns, row: first, column: left }: SparseBlock,
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
function gaps({ array, rows, columns }: SparseBlock): { isGap: (row: number) => boolean; columns: Int32Array } {
  if (array === null) return { isGap: () => true, columns: new Int32Array() };
  return { isGap: (row) => rows.toOld !== null && rows.toOld[row]! < 0, columns: missingPlaces(columns) };
}

function countFill(block: SparseBlock, indptr: Float64Array): void {
  const { isGap, columns } = gaps(block);
  for (let i = 0; i < block.rows.newLength; i++) {
    indptr[block.row + i + 1]! += isGap(i) ? block.columns.newLength : columns.length;
  }
}

function placeFill(block: SparseBlock, { data, indices, next }: Target, parts: readonly (number | bigint)[]): void {
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
