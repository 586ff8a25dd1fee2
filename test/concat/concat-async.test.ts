// SPDX-License-Identifier: BSD-3-Clause

import { AnnData, CsrMatrix, concat, concatAsync, DataFrame } from '../../lib/index';

/** Random entries, five in each row. */
function sparse(rows: number, columns: number, seed: number): CsrMatrix {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state;
  };
  const indices = Int32Array.from({ length: rows * 5 }, (_, k) => (next() % Math.floor(columns / 5)) * 5 + (k % 5));
  const indptr = Int32Array.from({ length: rows + 1 }, (_, i) => i * 5);
  return new CsrMatrix({ shape: [rows, columns], data: Float32Array.from(indices, (n) => n + 1), indices, indptr });
}

function make(rows: number, columns: number, shift: number): AnnData {
  return new AnnData({
    X: sparse(rows, columns, shift + 1),
    obs: new DataFrame({ index: Array.from({ length: rows }, (_, i) => `c${shift}-${i}`) }),
    var: new DataFrame({ index: Array.from({ length: columns }, (_, i) => `g${(i * 7 + shift) % (columns + 50)}`) }),
  });
}

const bytes = ({ buffer }: { buffer: ArrayBufferLike }): Buffer => Buffer.from(buffer);

const objects = (): AnnData[] => [0, 3].map((shift) => make(60_000, 200, shift));

test('gives what concat gives', async () => {
  for (const join of ['inner', 'outer'] as const) {
    const inputs = objects();
    const joined = await concatAsync(inputs, { join });
    const expected = concat(inputs, { join }).X as CsrMatrix;
    for (const part of ['data', 'indices', 'indptr'] as const) {
      expect(Buffer.compare(bytes((joined.X as CsrMatrix)[part]), bytes(expected[part]))).toBe(0);
    }
  }
}, 60_000);

test('lets other work through', async () => {
  const inputs = objects();
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await concatAsync(inputs, { join: 'outer' });
  clearInterval(timer);
  expect(turns).toBeGreaterThan(0);
}, 60_000);

test('stops with the reason of the signal', async () => {
  const reason = new Error('enough');
  await expect(concatAsync(objects(), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const controller = new AbortController();
  const running = concatAsync(objects(), { signal: controller.signal });
  setImmediate(() => controller.abort(reason));
  await expect(running).rejects.toBe(reason);
}, 60_000);

test('takes CSC and dense matrices of any layout to the same entries', () => {
  const [a, b] = objects() as [AnnData, AnnData];
  const small = [a, b].map((adata) => ({ X: adata.X as CsrMatrix, var: adata.var }));
  const cut = small.map(({ X, var: variables }, i) => {
    const rows = new CsrMatrix({
      shape: [40, 200],
      data: X.data.slice(0, 200),
      indices: X.indices.slice(0, 200),
      indptr: X.indptr.slice(0, 41),
    });
    return { rows, variables, names: Array.from({ length: 40 }, (_, k) => `c${i}-${k}`) };
  });
  const as = (turn: (m: CsrMatrix) => AnnData['X']): CsrMatrix =>
    concat(
      cut.map(({ rows, variables, names }) => new AnnData({ X: turn(rows), obs: { obsNames: names }, var: variables })),
      { join: 'outer' },
    ).X as CsrMatrix;
  const plain = as((m) => m).toDense();
  const csc = as((m) => CsrMatrix.fromDense(m.toDense().transpose()).transpose());
  expect(csc.format).toBe('csr');
  expect(csc.toDense().equals(plain)).toBe(true);
});
