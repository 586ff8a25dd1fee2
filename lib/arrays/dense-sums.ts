// SPDX-License-Identifier: BSD-3-Clause

import { dtypes, type NumericDType, sizeOf, type TypedArray } from './dtype';
import { eachRun, type Layout } from './layout';
import type { Sums } from './sparse/kernels';
import { pieceElements, type Steps } from './sparse/passes';
import { sumsOf } from './sparse/sums';

/** Elements of at most 32 bits whose sum a double holds exactly. */
const exactTerms = 2 ** 21;

/**
 * Sums along an axis, or of all for null, as many as the other axes have elements. `dtype`: that of the result, which
 * decides how they are added (see `sumDType`). Cost: one pass, in the order of memory where that is possible.
 */
export function* denseSumSteps(
  source: Layout & { readonly data: TypedArray; readonly dtype: NumericDType },
  axis: number | null,
  dtype: NumericDType,
): Steps<Sums> {
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
  yield* walk(source, axis, add);
  return exact ? (sumsOf(dtype, size).map((_, i) => BigInt(sums[i]!) as never) as Sums) : sums;
}

const identity = (value: number): number => value;

/** Calls `add` with every element: which sum it belongs to, and where it stands. */
function* walk(
  { shape, stride, offset }: Layout,
  axis: number | null,
  add: (to: number, position: number) => void,
): Steps<void> {
  // All elements add up to one sum: an axis of length one that nobody has.
  const n = axis === null ? 1 : shape[axis]!;
  const step = axis === null ? 0 : stride[axis]!;
  const others = (values: readonly number[]): number[] => values.filter((_, i) => i !== axis);
  const rest = { shape: others(shape), stride: others(stride) };
  const size = sizeOf(rest.shape);
  // The axis whose elements lie closest together belongs into the inner loop.
  const inner = axis !== null && rest.stride.every((other) => Math.abs(other) >= Math.abs(step));
  const length = inner ? n : 1;
  const sumsAtOnce = Math.max(1, Math.floor(pieceElements / Math.max(length, 1)));
  let done = 0;
  for (let k = 0; k < n; k += inner ? n : 1) {
    for (let start = 0; start < size; start += sumsAtOnce) {
      const count = Math.min(sumsAtOnce, size - start);
      for (let first = k; first < k + length; first += pieceElements) {
        const end = Math.min(k + length, first + pieceElements);
        let to = start;
        eachRun({ ...rest, offset }, start, count, (position, by, run) => {
          for (let i = 0; i < run; i++, to++) {
            for (let term = first; term < end; term++) add(axis === null ? 0 : to, position + i * by + term * step);
          }
        });
        done += count * (end - first);
        if (done < pieceElements) continue;
        done = 0;
        yield;
      }
    }
  }
}
