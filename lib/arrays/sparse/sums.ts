// SPDX-License-Identifier: BSD-3-Clause

import { allocate, dtypes, type NumericDType, type TypedArray } from '../dtype';
import { kernelCall, type Sums } from './kernels';
import { lanesOf, oneLane, type Steps } from './passes';
import { type Compressed, majorOf } from './source';

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
  yield {
    source,
    lanes: along === 'rows' ? lanesOf(source, rows) : oneLane(rows),
    values: true,
    call: (part) => kernelCall(along === 'rows' ? 'sumRows' : 'sumMinor', part, slots, sums),
  };
  return sums;
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
