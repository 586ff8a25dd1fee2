// SPDX-License-Identifier: BSD-3-Clause

import { stringVector } from '../../lib/arrays/arrow';
import { DenseArray } from '../../lib/arrays/dense-array';

const values = (length: number): Float64Array => Float64Array.from({ length }, (_, i) => ((i * 7919) % 1013) / 8);
const big = new DenseArray(values(300 * 400), [300, 400]);
const complex = new DenseArray(values(2 * 120_000), [400, 300], { dtype: 'complex128' });
const ints = new DenseArray(Int16Array.from(values(120_000)), [60, 50, 40]);
const long = new DenseArray(
  BigInt64Array.from(values(100_000), (x) => BigInt(Math.floor(x))),
  [100_000],
);

const arrays: [string, DenseArray][] = [
  ['row-major', big],
  ['transposed', big.transpose()],
  ['reversed, every other', big.slice({ step: -2 }, { step: 2 })],
  ['complex', complex],
  ['of three axes', ints],
  ['of three axes, transposed', ints.transpose()],
  ['of one axis', long],
  ['small', DenseArray.from([[1, 2]])],
  ['empty', DenseArray.zeros('float32', [0, 5])],
  ['text', new DenseArray(stringVector(['a', null, 'c', 'd']), [2, 2]).transpose()],
];

describe.each(arrays)('in pieces: %s', (_, array) => {
  const rows = Int32Array.from(
    { length: 2 * (array.shape[0] as number) },
    (_, i) => (i * 31) % (array.shape[0] as number),
  );
  const columns = array.nDim > 1 ? [0, 1, 0] : null;

  test('copies and subsets are the same', async () => {
    expect((await array.copyAsync()).equals(array.copy())).toBe(true);
    expect((await array.subsetAsync(rows)).equals(array.subset(rows))).toBe(true);
    expect((await array.subsetAsync(null, columns)).equals(array.subset(null, columns))).toBe(true);
    expect(await array.equalsAsync(array.copy())).toBe(true);
    expect(await array.equalsAsync(array.subset(rows))).toBe(array.size === 0);
  });

  test('sums and means are the same, to the bit', async () => {
    if (array.dtype === 'string') {
      await expect(array.sumAsync()).rejects.toThrow(/text cannot be added up/);
      return;
    }
    expect(await array.sumAsync()).toEqual(array.sum());
    expect(await array.meanAsync()).toEqual(array.mean());
    for (let axis = 0; axis < array.nDim; axis++) {
      expect(await array.sumAsync(axis)).toEqual(array.sum(axis));
      expect(await array.meanAsync(axis)).toEqual(array.mean(axis));
    }
  });
});

test('sums are those of a plain loop, in the order of the axis', () => {
  for (const [, array] of arrays.slice(0, 3)) {
    const [n, m] = array.shape as [number, number];
    const down = new Float64Array(m);
    const across = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < m; j++) {
        down[j]! += array.get(i, j) as number;
        across[i]! += array.get(i, j) as number;
      }
    }
    expect([array.sum(0).data, array.sum(1).data]).toEqual([down, across]);
  }
});

test('a signal ends it; wrong positions and memory that goes are errors', async () => {
  const reason = new Error('enough');
  await expect(big.copyAsync({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const controller = new AbortController();
  const running = big.transpose().copyAsync({ signal: controller.signal });
  controller.abort(reason);
  await expect(running).rejects.toBe(reason);
  await expect(big.subsetAsync([300])).rejects.toMatchObject({ code: 'ERR_ARGUMENT' });
  const data = values(300 * 400);
  const copying = new DenseArray(data, [300, 400]).copyAsync();
  structuredClone(data, { transfer: [data.buffer as ArrayBuffer] });
  await expect(copying).rejects.toMatchObject({ code: 'ERR_ARGUMENT' });
});

test('timers go on meanwhile', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const wide = new DenseArray(new Float32Array(4_000_000), [2000, 2000]);
  await wide.transpose().copyAsync();
  clearInterval(timer);
  expect(turns).toBeGreaterThan(3);
});
