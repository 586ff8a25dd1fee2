// SPDX-License-Identifier: BSD-3-Clause

import { indexArray } from '../../arrays/axis-index';
import type { IndexArray } from '../../arrays/dtype';
import { upperBound } from '../../arrays/upper-bound';
import { AnnDataError } from '../../errors';
import type { Random } from './random';
import type { RowOrder } from './row-order';

/** Draws that share a generator. */
const together = 4096;

/** Weights of rows, summed up. */
export type Cumulative = Float64Array;

/**
 * Sums weights up.
 *
 * @throws {AnnDataError} `ERR_ARGUMENT` for one that is negative or not finite, and when all are 0
 */
export function cumulative(weights: ArrayLike<number>): Cumulative {
  const sums = new Float64Array(weights.length);
  let sum = 0;
  for (let row = 0; row < weights.length; row++) {
    const weight = weights[row]!;
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
      throw new AnnDataError('ERR_ARGUMENT', `weights are finite and not negative; that of row ${row} is ${weight}`);
    }
    sum += weight;
    sums[row] = sum;
  }
  if (weights.length > 0 && !(sum > 0 && sum < Number.POSITIVE_INFINITY)) {
    throw new AnnDataError('ERR_ARGUMENT', `the weights add up to ${sum}; some must be above 0, and their sum finite`);
  }
  return sums;
}

/** As many random rows as there are, each drawn with a probability in proportion to its weight: some come often, some never. */
export function weighted(sums: Cumulative, randomOf: (group: number) => Random): RowOrder {
  const { length } = sums;
  const total = sums[length - 1]!;
  const groupAt = (group: number): IndexArray => {
    const random = randomOf(group);
    const rows = indexArray(Math.min(together, length - group * together), length);
    for (let i = 0; i < rows.length; i++) rows[i] = firstAbove(sums, random.unit() * total);
    return rows;
  };
  const rows = (from: number, to: number): IndexArray => {
    const drawn = indexArray(to - from, length);
    for (let at = from; at < to; ) {
      const start = at - (at % together);
      const found = groupAt(start / together).subarray(at - start, to - start);
      drawn.set(found, at - from);
      at += found.length;
    }
    return drawn;
  };
  return { length, rows };
}

/** The first row whose sum is above a number below the total: never one of weight 0. */
function firstAbove(sums: Cumulative, number: number): number {
  return Math.min(upperBound(sums, number), sums.length - 1);
}
