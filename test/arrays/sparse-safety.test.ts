// SPDX-License-Identifier: BSD-3-Clause

import type { IndexArray } from '../../lib/arrays/dtype';
import { CscMatrix, CsrMatrix, toIndexArray } from '../../lib/arrays/sparse-matrix';
import { isAnnDataError } from '../../lib/errors';
import { everyWay } from './sparse-ways';

const make = (indptr: IndexArray, indices: IndexArray): CsrMatrix =>
  new CsrMatrix({ shape: [3, 4], data: Float32Array.of(1, 2, 3, 4), indices, indptr });

/** Everything a matrix can be asked that walks its indices. */
const operations = {
  toCsc: [(m: CsrMatrix) => m.toCsc(), (m: CsrMatrix) => m.toCscAsync()],
  toDense: [(m: CsrMatrix) => m.toDense(), (m: CsrMatrix) => m.toDenseAsync()],
  columns: [(m: CsrMatrix) => m.subset(null, [1, 0, 1]), (m: CsrMatrix) => m.subsetAsync(null, [1, 0, 1])],
  rows: [(m: CsrMatrix) => m.subset([2, 0, 1]), (m: CsrMatrix) => m.subsetAsync([2, 0, 1])],
  sum0: [(m: CsrMatrix) => m.sum(0), (m: CsrMatrix) => m.sumAsync(0)],
  sum1: [(m: CsrMatrix) => m.sum(1), (m: CsrMatrix) => m.sumAsync(1)],
  vstack: [(m: CsrMatrix) => CsrMatrix.vstack([m, m]), (m: CsrMatrix) => CsrMatrix.vstackAsync([m, m])],
  hstack: [(m: CsrMatrix) => CsrMatrix.hstack([m, m]), (m: CsrMatrix) => CsrMatrix.hstackAsync([m, m])],
} as const;

async function refused(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return isAnnDataError(error) ? error.code : error;
  }
  return 'nothing';
}

describe.each(Object.entries(operations))('%s of a damaged matrix is a typed error', (name, [now, soon]) => {
  const usesIndices = !['rows', 'sum1', 'vstack', 'hstack'].includes(name);

  test.each([
    ['falls', [0, 3, 1, 4], [0, 1, 2, 3]],
    ['is not a number', [0, Number.NaN, 2, 4], [0, 1, 2, 3]],
    ['reaches out', [0, 900, 2, 4], [0, 1, 2, 3]],
    ['is negative', [0, -5, 2, 4], [0, 1, 2, 3]],
  ])('indptr %s', async (_, indptr, indices) => {
    const m = make(Float64Array.from(indptr), Int32Array.from(indices));
    await everyWay<unknown>(
      { now: () => refused(() => now(m)), soon: () => refused(() => soon(m)) },
      async (code, way) => expect([way, await code]).toEqual([way, expect.stringMatching(/ERR_SHAPE|Invalid/)]),
    );
  });

  if (!usesIndices) return;
  test.each([
    ['too large', 4],
    ['negative', -1],
    ['huge', 2 ** 31 - 1],
    ['past 2³¹', 2 ** 40],
    ['fractional', 0.5],
    ['not a number', Number.NaN],
  ])('an index is %s', async (_, index) => {
    const whole = index === (index | 0);
    const indices = [0, index, 2, 3];
    const m = make(Int32Array.of(0, 2, 2, 4), whole ? Int32Array.from(indices) : Float64Array.from(indices));
    await everyWay<unknown>(
      { now: () => refused(() => now(m)), soon: () => refused(() => soon(m)) },
      async (code, way) => expect([way, await code]).toEqual([way, 'ERR_SHAPE']),
    );
  });
});

/** About 2 million entries: enough for many pieces on the pool. */
function big(): CsrMatrix {
  const [rows, width] = [2000, 1000];
  const indptr = Int32Array.from({ length: rows + 1 }, (_, i) => i * width);
  const indices = Int32Array.from({ length: rows * width }, (_, k) => (k * 7919) % 5000);
  return new CsrMatrix({ shape: [rows, 5000], data: new Float32Array(rows * width).fill(1), indices, indptr });
}

test('a matrix whose memory is transferred meanwhile is an error, not a crash', async () => {
  for (const part of ['data', 'indices', 'indptr'] as const) {
    for (const wait of [0, 1, 3]) {
      const m = big();
      const result = m.toCscAsync();
      const told = refused(() => result);
      for (let i = 0; i < wait; i++) await new Promise(setImmediate);
      structuredClone(m[part], { transfer: [m[part].buffer as ArrayBuffer] });
      expect(['ERR_ARGUMENT', 'ERR_SHAPE', 'nothing']).toContain(await told);
    }
  }
});

test('indices changed meanwhile never write outside of the result', async () => {
  const m = big();
  const result = m.toCscAsync();
  const told = refused(() => result);
  for (let round = 0; round < 20; round++) {
    m.indices.fill(round % 2 === 0 ? 4999 : 0);
    await new Promise(setImmediate);
  }
  expect(['ERR_SHAPE', 'nothing']).toContain(await told);
});

test('the event loop goes on, and a signal ends the work', async () => {
  const m = big();
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await m.toCscAsync();
  clearInterval(timer);
  expect(turns).toBeGreaterThan(0);
  const controller = new AbortController();
  const result = m.toCscAsync({ signal: controller.signal });
  setImmediate(() => controller.abort(new Error('enough')));
  await expect(result).rejects.toThrow('enough');
  await expect(m.sumAsync(0, { signal: AbortSignal.abort(new Error('never')) })).rejects.toThrow('never');
});

test('rows and columns are views', () => {
  const m = make(Int32Array.of(0, 2, 2, 4), Int32Array.of(3, 1, 0, 2));
  expect([...m.rows()].map(({ row, indices, data }) => [row, [...indices], [...data]])).toEqual([
    [0, [3, 1], [1, 2]],
    [1, [], []],
    [2, [0, 2], [3, 4]],
  ]);
  expect([...m.rows()][0]!.data.buffer).toBe(m.data.buffer);
  expect([...m.transpose().columns()].map(({ column }) => column)).toEqual([0, 1, 2]);
  expect(m.hasSortedIndices).toBe(false);
  expect(m.sortIndices().sortIndices().hasCanonicalFormat).toBe(true);
});

test('equal however they are stored', async () => {
  const parts = { shape: [2, 3] as const, dtype: 'int64' as const };
  const a = new CsrMatrix({
    ...parts,
    data: BigInt64Array.of(1n, 2n, 3n),
    indices: Int32Array.of(2, 2, 0),
    indptr: Int32Array.of(0, 2, 3),
  });
  const b = new CsrMatrix({
    ...parts,
    data: BigInt64Array.of(0n, 3n, 3n),
    indices: toIndexArray(Uint8Array.of(1, 2, 0)),
    indptr: Float64Array.of(0, 2, 3),
  });
  await everyWay({ now: () => a.equals(b), soon: () => a.equalsAsync(b) }, (same) => expect(same).toBe(true));
  await everyWay({ now: () => a.equals(a.toCsc()), soon: () => a.equalsAsync(a.toCsc()) }, (same) =>
    expect(same).toBe(false),
  );
  await everyWay({ now: () => a.toCsc().equals(b.toCsc()), soon: () => a.toCsc().equalsAsync(b.toCsc()) }, (same) =>
    expect(same).toBe(true),
  );
  await everyWay({ now: () => a.equals(b.subset([0, 0])), soon: () => a.equalsAsync(b.subset([0, 0])) }, (same) =>
    expect(same).toBe(false),
  );
});

test('stacks that do not fit are refused', () => {
  const m = make(Int32Array.of(0, 2, 2, 4), Int32Array.of(3, 1, 0, 2));
  expect(() => CsrMatrix.vstack([m, m.transpose()])).toThrow('4 and 3 columns');
  expect(() => CscMatrix.hstack([m, m.transpose()])).toThrow('3 and 4 rows');
  expect(() => CscMatrix.hstack([])).toThrow('nothing to stack');
  expect(() => m.sum(2 as 0)).toThrow('axes 0 and 1');
});
