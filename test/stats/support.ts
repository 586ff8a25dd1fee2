// SPDX-License-Identifier: BSD-3-Clause

import { createHash } from 'node:crypto';
import { CsrMatrix, type DataFrame, DenseArray } from '../../lib';
import { vectorNumbers } from '../../lib/arrays/arrow';
import { allocate, type NumericDType, type TypedArray } from '../../lib/arrays/dtype';
import type { Random } from '../interop/random';

/** What NumPy says of a column. */
export interface PythonColumn {
  dtype: string;
  data: string[];
}

/** A matrix with many zeros, some of which are stored, and now and then NaN and infinities. */
export function randomDense(
  random: Random,
  [rows, columns]: [number, number],
  dtype: NumericDType,
  special = false,
): DenseArray {
  const data = allocate(dtype, rows * columns);
  const big = dtype.endsWith('int64');
  const floats = dtype.startsWith('float');
  for (let i = 0; i < data.length; i++) {
    if (!random.chance(0.3)) continue;
    const whole = random.below(dtype === 'bool' ? 2 : 100) - (dtype.startsWith('int') ? 50 : 0);
    const value = floats ? (random.next() - 0.3) * 10 : whole;
    data[i] = (big ? BigInt(value) : value) as never;
    if (floats && special && random.chance(0.02)) {
      data[i] = random.pick([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) as never;
    }
  }
  return new DenseArray(data, [rows, columns], { dtype });
}

/** The same matrix by rows, with some of its zeros stored. */
export function withStoredZeros(random: Random, dense: DenseArray): CsrMatrix {
  const [rows, columns] = dense.shape as [number, number];
  const indptr = [0];
  const [indices, places]: [number[], number[]] = [[], []];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const place = i * columns + j;
      if (Number((dense.data as TypedArray)[place]) === 0 && !random.chance(0.05)) continue;
      indices.push(j);
      places.push(place);
    }
    indptr.push(indices.length);
  }
  const data = allocate(dense.dtype as NumericDType, places.length);
  places.forEach((place, k) => {
    data[k] = (dense.data as TypedArray)[place] as never;
  });
  return new CsrMatrix({
    shape: [rows, columns],
    data,
    indices: Int32Array.from(indices),
    indptr: Int32Array.from(indptr),
    dtype: dense.dtype as NumericDType,
  });
}

/** The numbers of each column to the bit, as a hash; NaN is NaN and 0 is 0. */
export function bitsOf(frame: DataFrame): Record<string, string> {
  return Object.fromEntries(
    frame.columns.map((name) => {
      const { dtype } = frame.column(name);
      const values = vectorNumbers(frame.get(name)).slice();
      for (let i = 0; i < values.length; i++) {
        const value = values[i]!;
        if (Number.isNaN(value)) values[i] = Number.NaN as never;
        else if (value === 0) values[i] = 0 as never;
      }
      return [name, `${dtype} ${createHash('sha1').update(new Uint8Array(values.buffer)).digest('hex')}`];
    }),
  );
}

/** What differs between our column and NumPy's; floats may differ by what rounding in another order makes. */
export function differences(values: Iterable<unknown>, expected: readonly string[], scale: number): string[] {
  return [...values].flatMap((value, i) => {
    const wanted = expected[i] as string;
    if (typeof value === 'bigint') {
      // scanpy adds up dense integers as floats.
      return `${value}` === wanted || `${value}.0` === wanted ? [] : [`${i}: ${value}, not ${wanted}`];
    }
    const [found, number] = [Number(value), Number(wanted.replace('inf', 'Infinity'))];
    const near = Object.is(found, number) || Math.abs(found - number) <= 1e-13 * Math.max(scale, Math.abs(number));
    return near || (Number.isNaN(found) && Number.isNaN(number)) ? [] : [`${i}: ${found}, not ${wanted}`];
  });
}
