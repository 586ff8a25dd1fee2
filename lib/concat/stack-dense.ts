// SPDX-License-Identifier: BSD-3-Clause

import { stringVector } from '../arrays/arrow';
import { DenseArray } from '../arrays/dense-array';
import { allocate, dtypes, type NumericDType, sizeOf } from '../arrays/dtype';
import { AnnDataError } from '../errors';
import { type Fill, fillParts } from './fill';
import type { Block } from './indexer';
import { pieceSize, type Steps } from './steps';

/** A block of a dense array. */
export interface DenseBlock extends Block {
  readonly array: DenseArray | null;
}

/** Numbers of one element type; both halves of the union behave the same, and one type is easier on the compiler. */
type Numbers = Float64Array;

/**
 * Arrays side by side in one that is allocated once.
 *
 * @param shape - of the result; axes after the second are the same in all blocks
 */
export function* stackDense(
  blocks: readonly DenseBlock[],
  shape: readonly number[],
  dtype: NumericDType,
  fill: Fill,
): Steps<DenseArray> {
  const data = allocate(dtype, sizeOf(shape)) as Numbers;
  const inner = sizeOf(shape.slice(2)) * dtypes[dtype].slots;
  const stride = (shape[1] as number) * inner;
  for (const block of blocks) yield* copyBlock(block, data, { dtype, inner, stride, fill: fillParts(fill, dtype) });
  return new DenseArray(data, shape, { dtype });
}

interface Target {
  readonly dtype: NumericDType;
  /** Slots of one place. */
  readonly inner: number;
  /** Slots of one row. */
  readonly stride: number;
  readonly fill: readonly (number | bigint)[];
}

function* copyBlock(block: DenseBlock, data: Numbers, target: Target): Steps<void> {
  const { rows, columns } = block;
  const source = block.array === null ? null : sourceOf(block.array, target.dtype);
  const height = rows.newLength;
  const width = columns.newLength;
  const pause = Math.max(1, Math.floor(pieceSize / Math.max(1, width * target.inner)));
  for (let i = 0; i < height; i++) {
    const from = rows.toOld === null ? i : rows.toOld[i]!;
    const at = (block.row + i) * target.stride + block.column * target.inner;
    if (source === null || from < 0) fillPlaces(data, at, width, target);
    else copyRow(source, from, columns.toOld, width, data, at, target);
    if (i % pause === pause - 1) yield;
  }
}

interface Source {
  readonly data: Numbers;
  readonly offset: number;
  readonly rowStep: number;
  readonly columnStep: number;
  /** Whether the columns of a row lie side by side with the element type of the result. */
  readonly isRun: boolean;
  readonly slots: 1 | 2;
  readonly convert: ((value: unknown) => number) | null;
}

function sourceOf(array: DenseArray, dtype: NumericDType): Source {
  const { slots } = dtypes[array.dtype as NumericDType];
  const flat = array.nDim <= 2 || isPacked(array) ? array : array.toContiguous();
  const inner = sizeOf(flat.shape.slice(2));
  const [rowStep, columnStep] = flat.stride as [number, number];
  const convert = converter(array.dtype as NumericDType, dtype);
  return {
    data: flat.data as Numbers,
    offset: flat.offset * slots,
    rowStep: rowStep * slots,
    columnStep: columnStep * slots,
    isRun: convert === null && slots === dtypes[dtype].slots && (columnStep === inner || flat.shape[1] === 1),
    slots,
    convert,
  };
}

/** Whether what lies at one place of the first two axes has no gaps. */
function isPacked(array: DenseArray): boolean {
  let step = 1;
  for (let axis = array.nDim - 1; axis >= 2; axis--) {
    if (array.stride[axis] !== step) return false;
    step *= array.shape[axis]!;
  }
  return true;
}

/** What turns the numbers of one typed array into those of another; null when assigning does it. */
export function converter(from: NumericDType, to: NumericDType): ((value: unknown) => number) | null {
  const isBig = (dtype: NumericDType): boolean => dtype === 'int64' || dtype === 'uint64';
  if (isBig(from) === isBig(to)) return null;
  return (isBig(to) ? BigInt : Number) as unknown as (value: unknown) => number;
}

function fillPlaces(data: Numbers, at: number, places: number, { inner, fill }: Target): void {
  const end = at + places * inner;
  if (fill.length === 1) data.fill(fill[0] as number, at, end);
  else for (let to = at; to < end; to++) data[to] = fill[(to - at) % fill.length] as number;
}

function copyRow(
  source: Source,
  row: number,
  toOld: Int32Array | null,
  width: number,
  data: Numbers,
  at: number,
  target: Target,
): void {
  const start = source.offset + row * source.rowStep;
  const { inner } = target;
  if (source.isRun && toOld === null) {
    data.set(source.data.subarray(start, start + width * inner), at);
    return;
  }
  const { columnStep, convert, slots } = source;
  const simple = inner === 1 && slots === 1 && convert === null;
  for (let j = 0; j < width; j++) {
    const column = toOld === null ? j : toOld[j]!;
    if (column < 0) fillPlaces(data, at + j * inner, 1, target);
    else if (simple) data[at + j] = source.data[start + column * columnStep]!;
    else copyPlace(source, start + column * columnStep, data, at + j * inner, target);
  }
}

/** The elements at one place of the first two axes; a real number among complex ones gets the imaginary part 0. */
function copyPlace(source: Source, from: number, data: Numbers, at: number, { inner, dtype }: Target): void {
  const widen = dtypes[dtype].slots / source.slots;
  for (let k = 0; k < inner / widen; k++) {
    const value = source.data[from + k]!;
    data[at + k * widen] = source.convert === null ? value : source.convert(value);
  }
}

/** Text side by side; what is missing is a missing string. */
export function stackStrings(blocks: readonly DenseBlock[], shape: readonly number[], key: string): DenseArray {
  if (shape.length > 2) {
    throw new AnnDataError('ERR_SHAPE', `arrays of text with ${shape.length} axes cannot be joined`, { key });
  }
  const [, width] = shape as [number, number];
  const cells = new Array<string | null>(sizeOf(shape)).fill(null);
  for (const { array, rows, columns, row, column } of blocks) {
    for (let i = 0; array !== null && i < rows.newLength; i++) {
      for (let j = 0; j < columns.newLength; j++) {
        const from = [rows.toOld === null ? i : rows.toOld[i]!, columns.toOld === null ? j : columns.toOld[j]!];
        if (from.every((place) => place >= 0)) {
          cells[(row + i) * width + column + j] = array.get(...from) as string | null;
        }
      }
    }
  }
  return new DenseArray(stringVector(cells), shape);
}
