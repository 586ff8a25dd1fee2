// SPDX-License-Identifier: BSD-3-Clause

import type { DenseArray } from '../arrays/dense-array';
import { dtypes, type NumericDType, sizeOf, type TypedArray } from '../arrays/dtype';
import type { Selection } from '../storage/storage';

/**
 * Copies a box of numbers into `dest`, row-major, whatever the strides of the array. Where `dest` holds other integers than
 * the array, values are taken modulo its width.
 */
export function copyBox(source: DenseArray, { start, count }: Selection, dest: TypedArray): void {
  const { slots } = dtypes[source.dtype as NumericDType];
  if (dest.length === 0) return;
  const first = start.reduce((at, n, axis) => at + n * (source.stride[axis] as number), source.offset);
  const depth = runAxis(source.stride, count);
  const run = sizeOf(count.slice(depth)) * slots;
  const data = source.data as Float64Array;
  const out = dest as Float64Array;
  let to = 0;
  const visit = (axis: number, at: number): void => {
    if (axis === depth) {
      if (run === 1) out[to] = data[at] as number;
      else out.set(data.subarray(at * slots, at * slots + run), to);
      to += run;
      return;
    }
    const step = source.stride[axis] as number;
    for (let i = 0; i < (count[axis] as number); i++) visit(axis + 1, at + i * step);
  };
  visit(0, first);
}

/** The first axis from which on the box lies in memory without gaps. */
function runAxis(stride: readonly number[], count: readonly number[]): number {
  let axis = count.length;
  for (let run = 1; axis > 0; axis--) {
    const n = count[axis - 1] as number;
    if (n !== 1 && stride[axis - 1] !== run) break;
    run *= n;
  }
  return axis;
}
