// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError } from '../errors';
import { sizeOf } from './dtype';

/** How the elements of an array lie in its memory, in elements. */
export interface Layout {
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly offset: number;
}

/** Strides of row-major order without gaps. */
export function rowMajor(shape: readonly number[]): number[] {
  const stride = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    stride[axis] = step;
    step *= shape[axis]!;
  }
  return stride;
}

/** Whether the elements lie in row-major order without gaps, from the offset on. */
export function isRowMajor({ shape, stride }: Layout): boolean {
  if (sizeOf(shape) === 0) return true;
  return rowMajor(shape).every((step, axis) => shape[axis] === 1 || step === stride[axis]);
}

/**
 * Checks that the layout stays inside of `available` elements.
 *
 * @throws {AnnDataError} `ERR_SHAPE` when it does not, or is none
 */
export function checkLayout({ shape, stride, offset }: Layout, available: number): void {
  const numbers = [...shape, ...stride, offset, sizeOf(shape)];
  if (stride.length !== shape.length || shape.some((n) => n < 0) || !numbers.every(Number.isSafeInteger)) {
    const text = `shape [${shape.join(', ')}] with stride [${stride.join(', ')}] and offset ${offset} makes no array`;
    throw new AnnDataError('ERR_SHAPE', text);
  }
  if (sizeOf(shape) === 0) return;
  let low = offset;
  let high = offset;
  shape.forEach((n, axis) => {
    const reach = (n - 1) * stride[axis]!;
    if (reach < 0) low += reach;
    else high += reach;
  });
  if (low < 0 || high >= available) {
    const text = `shape [${shape.join(', ')}] needs ${sizeOf(shape)} elements from ${low} to ${high}, the data has ${available}`;
    throw new AnnDataError('ERR_SHAPE', text);
  }
}

/**
 * Walks `count` elements in row-major order from element `start` on, in runs along the last axis: `run` is told the
 * position in memory of the first, the step to the next, and how many there are.
 */
export function eachRun(
  { shape, stride, offset }: Layout,
  start: number,
  count: number,
  run: (position: number, step: number, count: number) => void,
): void {
  const last = shape.length - 1;
  const index = shape.map(() => 0);
  let rest = start;
  let position = offset;
  for (let axis = last; axis >= 0 && count > 0; axis--) {
    index[axis] = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
    position += index[axis]! * stride[axis]!;
  }
  const step = stride[last] ?? 1;
  for (let left = count; left > 0; ) {
    const length = last < 0 ? 1 : Math.min(left, shape[last]! - index[last]!);
    run(position, step, length);
    left -= length;
    position += length * step;
    if (last >= 0) index[last]! += length;
    for (let axis = last; axis > 0 && index[axis] === shape[axis]; axis--) {
      position += stride[axis - 1]! - shape[axis]! * stride[axis]!;
      index[axis] = 0;
      index[axis - 1]!++;
    }
  }
}
