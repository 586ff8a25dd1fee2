// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError } from '../errors';
import { holds, type IndexArray, isTypedArray, type TypedArray } from './dtype';

/** Positions along an axis, as callers give them; null means all of them, in order. */
export type Positions = ArrayLike<number> | null;

/**
 * Checks positions along an axis of `length` and packs them: repeats and any order are fine, negative ones are not.
 * An Int32Array (Float64Array for an axis past 2³¹) is taken as it is, without a copy.
 *
 * @throws {AnnDataError} `ERR_ARGUMENT` naming the first that is no position
 */
export function checkedPositions(positions: Positions, length: number, axis: string): IndexArray | null {
  if (positions === null) return null;
  const wide = length > 2 ** 31;
  const count = positions.length;
  const fits = isTypedArray(positions) && holds(positions as TypedArray, wide ? 'float64' : 'int32');
  const packed = fits ? (positions as IndexArray) : wide ? new Float64Array(count) : new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const position = positions[i]!;
    if (!(position >= 0 && position < length && Number.isInteger(position))) {
      throw new AnnDataError('ERR_ARGUMENT', `${axis} ${position} is outside of [0, ${length})`);
    }
    packed[i] = position;
  }
  return packed;
}
