// SPDX-License-Identifier: BSD-3-Clause

import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { numericVector } from '../../lib/arrays/arrow';
import { DenseArray } from '../../lib/arrays/dense-array';
import { sizeOf, type TypedArray } from '../../lib/arrays/dtype';

interface View {
  shape: number[];
  stride: number[];
  offset: number;
  data: Float64Array;
}

/** Arrays of up to four axes, some empty, with steps in either direction or none, over just enough memory. */
const views: fc.Arbitrary<View> = fc
  .array(fc.tuple(fc.nat({ max: 4 }), fc.integer({ min: -5, max: 5 })), { maxLength: 4 })
  .map((axes) => {
    const shape = axes.map(([n]) => n);
    const stride = axes.map(([, step]) => step);
    const reaches = axes.map(([n, step]) => Math.max(0, n - 1) * step);
    const low = reaches.reduce((sum, reach) => sum + Math.min(0, reach), 0);
    const high = reaches.reduce((sum, reach) => sum + Math.max(0, reach), 0);
    return { shape, stride, offset: -low, data: Float64Array.from({ length: high - low + 1 }, (_, i) => i + 0.5) };
  });

/** The elements by the definition, row-major. */
function naive({ shape, stride, offset, data }: View): number[] {
  return Array.from({ length: sizeOf(shape) }, (_, place) => {
    let position = offset;
    for (let axis = shape.length - 1, rest = place; axis >= 0; axis--) {
      position += (rest % shape[axis]!) * stride[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    return data[position]!;
  });
}

function arrayOf({ data, shape, stride, offset }: View): DenseArray {
  return new DenseArray(data, shape, { stride, offset });
}

test('views of every layout show the elements they are defined by', () => {
  fc.assert(
    fc.property(views, (view) => {
      const array = arrayOf(view);
      const flat = naive(view);
      expect([...array]).toEqual(flat);
      expect([...array.copy()]).toEqual(flat);
      expect(array.copy().isContiguous).toBe(true);
      expect([...array.transpose().transpose().reshape([flat.length])]).toEqual(flat);
      expect(array.equals(array.copy()) && array.copy().equals(array)).toBe(true);
      expect((array.toNested() as number[]).valueOf()).toEqual(array.copy().toNested());
    }),
  );
});

test('rows and slices of views are those of a copy', () => {
  fc.assert(
    fc.property(views, fc.array(fc.nat()), fc.nat(), fc.nat(), (view, picks, a, b) => {
      const array = arrayOf(view);
      const flat = naive(view);
      const [start, stop] = [a % (flat.length + 1), b % (flat.length + 1)].sort((x, y) => x - y) as [number, number];
      const dest = new Float64Array(stop - start + 1);
      array.copySlice(start, stop - start, dest, 1);
      expect([...dest.subarray(1)]).toEqual(flat.slice(start, stop));
      const [length, ...rest] = view.shape;
      if (length === undefined) return;
      const rows = length === 0 ? [] : picks.map((pick) => pick % length);
      const width = sizeOf(rest);
      const taken = array.subset(rows);
      expect(taken.shape).toEqual([rows.length, ...rest]);
      expect([...taken]).toEqual(rows.flatMap((row) => flat.slice(row * width, (row + 1) * width)));
    }),
  );
});

test('text lies in views as numbers do', () => {
  fc.assert(
    fc.property(views, fc.array(fc.nat()), (view, picks) => {
      const { shape, stride, offset } = view;
      const words = DenseArray.from([...view.data].map((n) => (n % 3 === 0.5 ? '' : `ä${n}`)));
      const text = new DenseArray(words.data, shape, { stride, offset });
      const expected = naive(view).map((n) => (n % 3 === 0.5 ? '' : `ä${n}`));
      expect([...text]).toEqual(expected);
      expect([...text.copy()]).toEqual(expected);
      expect(text.equals(text.copy())).toBe(true);
      const length = shape[0];
      if (length === undefined || length === 0) return;
      const rows = picks.map((pick) => pick % length);
      const width = sizeOf(shape.slice(1));
      expect([...text.subset(rows)]).toEqual(rows.flatMap((row) => expected.slice(row * width, (row + 1) * width)));
    }),
  );
});

test('a layout outside of its memory, or none at all, is refused', () => {
  const data = new Int32Array(12);
  for (const [shape, options] of [
    [[2, 2], { stride: [4, -1], offset: 0 }],
    [[13], {}],
    [[2], { offset: 11 }],
    [[2], { offset: Number.NaN }],
    [[2], { offset: 0.5 }],
    [[-1], {}],
    [[1.5], {}],
    [[2], { stride: [1, 1] }],
    [[2 ** 40, 2 ** 40], { stride: [0, 0] }],
  ] as const) {
    expect(() => new DenseArray(data, shape, options)).toThrow(expect.objectContaining({ code: 'ERR_SHAPE' }));
  }
  expect(new DenseArray(data, [0, 5], { stride: [99, 99] }).toNested()).toEqual([]);
  expect(() => new DenseArray(numericVector('int8', new Int8Array(1)), [1])).toThrow(/vector of Int8 cannot hold/);
});

test('complex numbers are pairs, booleans truth values, scalars have no axis', () => {
  const z = new DenseArray(Float32Array.of(1, 2, 3, 4), [2], { dtype: 'complex64' });
  expect(z.get(1)).toEqual([3, 4]);
  expect([...z.subset([1, 0, 1])]).toEqual([
    [3, 4],
    [1, 2],
    [3, 4],
  ]);
  expect([...new DenseArray(z.data, [2], { dtype: 'complex64', stride: [-1], offset: 1 }).copy()]).toEqual([
    [3, 4],
    [1, 2],
  ]);
  expect(DenseArray.from([[true, false]]).get(0, 1)).toBe(false);
  const scalar = DenseArray.scalar(5n, 'int64');
  expect([scalar.get(), scalar.shape, scalar.toNested()]).toEqual([5n, [], 5n]);
  expect(DenseArray.scalar([1, 2], 'complex128').get()).toEqual([1, 2]);
  expect(DenseArray.scalar('ü', 'string').get()).toBe('ü');
  expect(() => scalar.subset([])).toThrow(/scalar has no rows/);
  expect(() => z.get(2)).toThrow(/outside of shape \[2\]/);
  expect(() => z.subset([0.5])).toThrow(/row 0.5 is outside/);
});

test('nested arrays become arrays of one kind, without loss', () => {
  expect(
    DenseArray.from(
      [
        [1, 2],
        [3, 4],
      ],
      'int16',
    ).toNested(),
  ).toEqual([
    [1, 2],
    [3, 4],
  ]);
  expect(DenseArray.from([1, 2, 3], 'int64').toNested()).toEqual([1n, 2n, 3n]);
  expect([
    ...DenseArray.from(
      [
        [1, 2],
        [3, 4],
      ],
      'complex64',
    ),
  ]).toEqual([
    [1, 2],
    [3, 4],
  ]);
  expect([...DenseArray.from([1, 2, 3], 'complex128')]).toEqual([
    [1, 0],
    [2, 0],
    [3, 0],
  ]);
  expect(DenseArray.from([[], []]).shape).toEqual([2, 0]);
  expect(DenseArray.from([]).dtype).toBe('float64');
  expect(DenseArray.from(['a', null]).toNested()).toEqual(['a', null]);
  for (const [values, dtype] of [
    [[[1], [1, 2]], undefined],
    [[1, [2]], undefined],
    [[1, 'a'], undefined],
    [[300], 'uint8'],
    [[-1], 'uint64'],
    [[1.5], 'int32'],
    [['1'], 'float64'],
    [[1], 'string'],
    [[2], 'bool'],
    [[2n ** 63n], undefined],
    [['\ud800'], undefined],
  ] as const) {
    expect(() => DenseArray.from(values as never, dtype)).toThrow(expect.objectContaining({ name: 'AnnDataError' }));
  }
});

test('NaN equals NaN, the dtype counts, the layout does not', () => {
  const a = DenseArray.from([
    [Number.NaN, 1],
    [0, -1],
  ]);
  expect(a.equals(new DenseArray(Float64Array.of(Number.NaN, 0, 1, -1), [2, 2], { stride: [1, 2] }))).toBe(true);
  expect(
    a.equals(
      DenseArray.from([
        [Number.NaN, 1],
        [0, 1],
      ]),
    ),
  ).toBe(false);
  expect(DenseArray.from([1], 'float32').equals(DenseArray.from([1]))).toBe(false);
  expect(DenseArray.from([1]).equals(DenseArray.from([[1]]))).toBe(false);
  expect(DenseArray.from(['a', null]).equals(DenseArray.from(['a', '']))).toBe(false);
});

test('typed arrays of another realm are typed arrays', () => {
  const foreign = runInNewContext('BigInt64Array.of(1n, 2n)') as TypedArray;
  expect(foreign).not.toBeInstanceOf(BigInt64Array);
  const array = new DenseArray(foreign, [2]);
  expect([array.dtype, ...array.subset([1])]).toEqual(['int64', 2n]);
  expect(array.equals(DenseArray.from([1n, 2n]))).toBe(true);
});

test('millions of elements are compared and taken without a JS object each', () => {
  const n = 4_000_000;
  const big = new DenseArray(new Float64Array(n), [n / 4, 4]);
  const rows = Int32Array.from({ length: n / 4 }, (_, i) => n / 4 - 1 - i);
  const start = performance.now();
  expect(big.equals(big.copy())).toBe(true);
  expect(big.transpose().equals(big.transpose().copy())).toBe(true);
  expect(big.subset(rows).shape).toEqual([n / 4, 4]);
  // Some 100 ms; made element by element it took many seconds.
  expect(performance.now() - start).toBeLessThan(5000);
});

test('printing shows shape, dtype and the first elements', () => {
  const inspect = (array: DenseArray): string => require('node:util').inspect(array) as string;
  expect(inspect(DenseArray.zeros('int8', [3, 3]))).toBe('DenseArray(3 × 3 int8) [0, 0, 0, 0, 0, 0, …]');
  expect(inspect(DenseArray.from(['a', 'b']))).toBe('DenseArray(2 string) ["a", "b"]');
  expect(inspect(DenseArray.scalar([1, -2], 'complex64'))).toBe('DenseArray( complex64) [1-2j]');
});
