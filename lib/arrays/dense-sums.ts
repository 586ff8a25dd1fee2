// SPDX-License-Identifier: BSD-3-Clause

import { dtypes, type NumericDType, sizeOf, type TypedArray } from './dtype';
import { eachRun, type Layout } from './layout';
import type { Sums } from './sparse/kernels';
import { sumsOf } from './sparse/sums';

/** Elements of at most 32 bits whose sum a double holds exactly. */
const exactTerms = 2 ** 21;

/**
 * Sums along an axis, or of all for null, as many as the other axes have elements. `dtype`: that of the result, which
 * decides how they are added (see `sumDType`). Cost: one pass, in the order of memory where that is possible.
 */
export function denseSums(
  source: Layout & { readonly data: TypedArray; readonly dtype: NumericDType },
  axis: number | null,
  dtype: NumericDType,
): Sums {
  const { data, shape } = source;
  const { slots } = dtypes[source.dtype];
  const terms = axis === null ? sizeOf(shape) : shape[axis]!;
  const big = dtype === 'int64' || dtype === 'uint64';
  const wide = source.dtype === 'int64' || source.dtype === 'uint64';
  const size = axis === null ? 1 : sizeOf(shape.filter((_, i) => i !== axis));
  const exact = big && !wide && terms <= exactTerms;
  const sums = exact ? new Float64Array(size * slots) : sumsOf(dtype, size * slots);
  const convert = exact || big === wide ? identity : big ? BigInt : Number;
  const add = (to: number, position: number): void => {
    for (let slot = 0; slot < slots; slot++)
      (sums as Float64Array)[to * slots + slot]! += convert(data[position * slots + slot] as number) as number;
  };
  walk(source, axis, add);
  return exact ? (sumsOf(dtype, size).map((_, i) => BigInt(sums[i]!) as never) as Sums) : sums;
}

const identity = (value: number): number => value;

/** Calls `add` with every element: which sum it belongs to, and where it stands. */
function walk(
  { shape, stride, offset }: Layout,
  axis: number | null,
  add: (to: number, position: number) => void,
): void {
  if (axis === null) {
    eachRun({ shape, stride, offset }, 0, sizeOf(shape), (position, step, count) => {
      for (let i = 0; i < count; i++) add(0, position + i * step);
    });
    return;
  }
  const others = (values: readonly number[]): number[] => values.filter((_, i) => i !== axis);
  const rest = { shape: others(shape), stride: others(stride) };
  const size = sizeOf(rest.shape);
  const [n, step] = [shape[axis]!, stride[axis]!];
  // The axis whose elements lie closest together belongs into the inner loop.
  if (rest.stride.every((other) => Math.abs(other) >= Math.abs(step))) {
    let to = 0;
    eachRun({ ...rest, offset }, 0, size, (position, by, count) => {
      for (let i = 0; i < count; i++, to++) for (let k = 0; k < n; k++) add(to, position + i * by + k * step);
    });
    return;
  }
  for (let k = 0; k < n; k++) {
    let to = 0;
    eachRun({ ...rest, offset: offset + k * step }, 0, size, (position, by, count) => {
      for (let i = 0; i < count; i++) add(to++, position + i * by);
    });
  }
}
