// SPDX-License-Identifier: BSD-3-Clause

import fc from 'fast-check';
import { DenseArray } from '../../lib/arrays/dense-array';
import { CscMatrix, CsrMatrix, toIndexArray } from '../../lib/arrays/sparse-matrix';

/** Matrices with entries in any order, several at one place, and stored zeros. */
const matrices = fc
  .record({
    rows: fc.nat({ max: 6 }),
    columns: fc.nat({ max: 6 }),
    entries: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: -3, max: 3 }))),
  })
  .map(({ rows, columns, entries }) => {
    const perRow: [number, number][][] = Array.from({ length: rows }, () => []);
    if (rows > 0 && columns > 0) for (const [i, j, value] of entries) perRow[i % rows]!.push([j % columns, value]);
    const all = perRow.flat();
    const indptr = [0];
    for (const row of perRow) indptr.push(indptr.at(-1)! + row.length);
    const parts = { shape: [rows, columns] as const, data: Float64Array.from(all, ([, value]) => value) };
    const csr = new CsrMatrix({ ...parts, indices: Int32Array.from(all, ([j]) => j), indptr: Int32Array.from(indptr) });
    const cells = perRow.map((row) => {
      const line = new Array<number>(columns).fill(0);
      for (const [j, value] of row) line[j]! += value;
      return line;
    });
    return { csr, cells, rows, columns };
  });

test('a sparse matrix is its dense one, whichever way it is stored', () => {
  fc.assert(
    fc.property(matrices, ({ csr, cells, rows, columns }) => {
      const dense = new DenseArray(Float64Array.from(cells.flat()), [rows, columns]);
      expect(csr.toDense().equals(dense)).toBe(true);
      expect(csr.transpose().toDense().equals(dense.transpose())).toBe(true);
      const compact = CsrMatrix.fromDense(dense);
      expect(compact.nnz).toBe(cells.flat().filter((value) => value !== 0).length);
      expect(csr.equals(compact) && compact.equals(csr) && csr.copy().equals(csr)).toBe(true);
      expect(CscMatrix.fromDense(dense).toDense().equals(dense)).toBe(true);
      expect(CscMatrix.fromDense(dense).transpose().equals(CsrMatrix.fromDense(dense.transpose()))).toBe(true);
      for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) expect(csr.get(i, j)).toBe(cells[i]![j]);
    }),
  );
});

test('one changed cell is a difference', () => {
  fc.assert(
    fc.property(matrices, fc.nat(), ({ csr, cells, rows, columns }, pick) => {
      fc.pre(rows * columns > 0);
      const other = Float64Array.from(cells.flat());
      other[pick % other.length]! += 1;
      expect(csr.equals(CsrMatrix.fromDense(new DenseArray(other, [rows, columns])))).toBe(false);
    }),
  );
});

test.each([
  [
    'bool',
    DenseArray.from([
      [true, false],
      [false, true],
    ]),
  ],
  [
    'int64',
    DenseArray.from([
      [0n, 5n],
      [-7n, 0n],
    ]),
  ],
  [
    'complex64',
    DenseArray.from(
      [
        [
          [0, 0],
          [0, 1],
        ],
        [
          [1, 0],
          [0, 0],
        ],
      ],
      'complex64',
    ),
  ],
  [
    'NaN',
    DenseArray.from([
      [Number.NaN, 0],
      [-0, 1],
    ]),
  ],
  ['no columns', DenseArray.zeros('float32', [3, 0])],
  ['no rows', DenseArray.zeros('float32', [0, 3])],
])('dense to sparse and back: %s', (_, dense) => {
  const csr = CsrMatrix.fromDense(dense);
  expect(csr.dtype).toBe(dense.dtype);
  expect(csr.toDense().equals(dense)).toBe(true);
  expect(CscMatrix.fromDense(dense).toDense().equals(dense)).toBe(true);
});

test('true twice is true', () => {
  const twice = new CsrMatrix({
    shape: [1, 1],
    data: Uint8Array.of(1, 1),
    dtype: 'bool',
    indices: Int32Array.of(0, 0),
    indptr: Int32Array.of(0, 2),
  });
  expect(twice.get(0, 0)).toBe(true);
  expect([...(twice.toDense().data as Uint8Array)]).toEqual([1]);
});

test('lengths that do not fit are refused at once, positions when they are used', () => {
  const one = { data: new Int8Array(1), indices: new Int32Array(1) };
  expect(() => new CsrMatrix({ ...one, shape: [2, 3], indptr: Int32Array.of(0, 0, 2) })).toThrow(/indptr ends/);
  expect(() => new CsrMatrix({ ...one, shape: [2, 3], indptr: Int32Array.of(0, 1) })).toThrow(/asks for 3/);
  expect(() => new CsrMatrix({ ...one, shape: [1, 3], indptr: Int32Array.of(1, 1) })).toThrow(/starts with 1/);
  expect(() => new CsrMatrix({ ...one, shape: [-1, 3], indptr: Int32Array.of() })).toThrow(/makes no matrix/);
  const outside = new CsrMatrix({ ...one, shape: [1, 2], indices: Int32Array.of(2), indptr: Int32Array.of(0, 1) });
  const between = new CsrMatrix({ ...one, shape: [1, 2], indices: Float64Array.of(0.5), indptr: Int32Array.of(0, 1) });
  const falling = new CsrMatrix({ ...one, shape: [2, 2], indptr: Int32Array.of(0, 5, 1) });
  for (const matrix of [outside, between, falling]) {
    expect(() => matrix.validate()).toThrow(expect.objectContaining({ code: 'ERR_SHAPE' }));
    expect(() => matrix.toDense()).toThrow(expect.objectContaining({ code: 'ERR_SHAPE' }));
  }
  expect(() => CsrMatrix.fromDense(DenseArray.zeros('int8', [2, 3])).toDense({ maxBytes: 5 })).toThrow(/takes 6 bytes/);
});

test('positions of any integer type are taken', () => {
  expect(toIndexArray(BigInt64Array.of(0n, 7n))).toEqual(Int32Array.of(0, 7));
  expect(toIndexArray(Uint32Array.of(1, 2 ** 32 - 1))).toEqual(Float64Array.of(1, 2 ** 32 - 1));
  expect(toIndexArray(BigUint64Array.of(2n ** 40n))).toEqual(Float64Array.of(2 ** 40));
  const given = Int32Array.of(1);
  expect(toIndexArray(given)).toBe(given);
});

test('a copy shares no memory, not even of a Buffer', () => {
  const data = Buffer.from([1, 2]);
  const matrix = new CsrMatrix({ shape: [1, 2], data, indices: Int32Array.of(0, 1), indptr: Int32Array.of(0, 2) });
  const copy = matrix.copy();
  data[0] = 9;
  expect([matrix.get(0, 0), copy.get(0, 0)]).toEqual([9, 1]);
});
