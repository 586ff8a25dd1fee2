// SPDX-License-Identifier: BSD-3-Clause

import type { NumericDType } from '../arrays/dtype';
import { promote } from '../arrays/sparse/stack';

/** What stands where an object has nothing. */
export type Fill = number | bigint | boolean;

/** `dtype`, or the narrowest standard one that also holds `fill`: floats never widen for it. */
export function withFill(dtype: NumericDType, fill: Fill): NumericDType {
  if (/^(float|complex)/.test(dtype)) return dtype;
  if (typeof fill === 'boolean') return dtype;
  if (typeof fill === 'number' && !Number.isSafeInteger(fill)) return 'float64';
  if (dtype === 'bool') return 'int64';
  return fits(BigInt(fill), dtype) ? dtype : promote([dtype, 'int64']);
}

function fits(value: bigint, dtype: NumericDType): boolean {
  const bits = Number(/\d+$/.exec(dtype)?.[0]);
  return dtype.startsWith('u') ? BigInt.asUintN(bits, value) === value : BigInt.asIntN(bits, value) === value;
}

/** The parts of `fill` as they lie in memory: two for complex numbers. What integers cannot hold is not needed there: 0. */
export function fillParts(fill: Fill, dtype: NumericDType): (number | bigint)[] {
  if (dtype === 'int64' || dtype === 'uint64')
    return [typeof fill === 'number' && !Number.isSafeInteger(fill) ? 0n : BigInt(fill)];
  if (dtype.startsWith('complex')) return [Number(fill), 0];
  return [dtype === 'bool' ? Number(Boolean(fill)) : Number(fill)];
}
