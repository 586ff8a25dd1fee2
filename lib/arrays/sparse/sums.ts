// SPDX-License-Identifier: BSD-3-Clause

import { allocate, dtypes, type NumericDType, type TypedArray } from '../dtype';
import { type KernelCall, kernelCall, type Rows, type Sums } from './kernels';
import { lanesOf, oneLane, type Steps, shortLanesOf } from './passes';
import { type Compressed, majorOf, tuning } from './source';

/** Element type of a sum: as NumPy's, but float32 for float16, whose sums soon overflow. */
export function sumDType(dtype: NumericDType): NumericDType {
  if (dtype.startsWith('uint')) return 'uint64';
  if (dtype === 'bool' || dtype.startsWith('int')) return 'int64';
  return dtype === 'float16' ? 'float32' : dtype;
}

/** Element type of a mean: float64 for integers and booleans, else that of the sum. */
export function meanDType(dtype: NumericDType): NumericDType {
  const sum = sumDType(dtype);
  return sum === 'int64' || sum === 'uint64' ? 'float64' : sum;
}

/**
 * Sums along an axis. Floats (and everything that makes a mean) are added in double precision in the order in which they
 * are stored; integers wrap around at 64 bits.
 */
export function* sumSteps(source: Compressed, along: 'rows' | 'minor', mean: boolean): Steps<Sums> {
  const { slots } = dtypes[source.dtype];
  const rows = majorOf(source);
  const sums = sumsOf(
    mean ? meanDType(source.dtype) : sumDType(source.dtype),
    (along === 'rows' ? rows : source.minor) * slots,
  );
  if (along === 'minor') yield* sumMinorSteps(source, slots, sums);
  else {
    const call = (part: Rows): KernelCall => kernelCall('sumRows', part, slots, sums);
    yield { source, lanes: shortLanesOf(source, rows), values: true, light: true, call };
  }
  return sums;
}

/**
 * Sums over the rows. Threads may not share a sum, and each sum has an order: so each thread takes a range of the minor positions, in
 * all rows. That needs sorted rows; when one turns out not to be, a single thread begins again.
 */
function* sumMinorSteps(source: Compressed, slots: number, sums: Sums): Steps<void> {
  const { indices, minor } = source;
  const rows = majorOf(source);
  const parts = lanesOf(source, rows);
  if (parts.length > 1 && indices.length >= rows * tuning.longRow) {
    const bounds = parts.map((_, i) => Math.floor((minor * i) / parts.length)).concat(minor);
    const failed = parts.map(() => new Uint8Array(1));
    yield {
      source,
      lanes: parts.flatMap(() => oneLane(rows)),
      values: true,
      light: true,
      call: (part, i) => kernelCall('sumMinorPart', part, slots, sums, bounds[i]!, bounds[i + 1]!, failed[i]!),
    };
    if (failed.every(([flag]) => flag === 0)) return;
    (sums as Float64Array).fill(sums instanceof Float64Array ? 0 : (0n as never));
  }
  const call = (part: Rows): KernelCall => kernelCall('sumMinor', part, slots, sums);
  yield { source, lanes: oneLane(rows), values: true, light: true, call };
}

/** Zeroed sums for results of `dtype`. */
export function sumsOf(dtype: NumericDType, length: number): Sums {
  if (dtype === 'int64') return new BigInt64Array(length);
  return dtype === 'uint64' ? new BigUint64Array(length) : new Float64Array(length);
}

/** The sums, divided by `denominator` when there is one, as elements of `dtype`. */
export function roundSums(sums: Sums, dtype: NumericDType, denominator?: number): TypedArray {
  const result = allocate(dtype, sums.length / dtypes[dtype].slots);
  result.set((denominator === undefined ? sums : (sums as Float64Array).map((sum) => sum / denominator)) as never);
  return result;
}

/** All sums added up, as one element of `dtype`. */
export function totalOf(sums: Sums, dtype: NumericDType, denominator?: number): TypedArray {
  const { slots } = dtypes[dtype];
  const total = sumsOf(dtype, slots) as Float64Array;
  for (let i = 0; i < sums.length; i++) total[i % slots]! += sums[i] as number;
  return roundSums(total, dtype, denominator);
}
