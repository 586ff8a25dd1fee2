// SPDX-License-Identifier: BSD-3-Clause

import { join } from 'node:path';
import * as fc from 'fast-check';
import { DenseArray } from '../../lib/arrays/dense-array';
import { allocate, dtypes, type NumericDType, sizeOf, type TypedArray } from '../../lib/arrays/dtype';
import { describeWithPython } from '../support/python';
import { PythonServer } from '../support/python-server';

interface Answer {
  dtype: string;
  shape: number[];
  data: string[];
}

const seed = Number(process.env.ANNDATA_SEED ?? Math.floor(Date.now() / 86_400_000));

describeWithPython(`parts and sums of dense arrays are NumPy's (ANNDATA_SEED=${seed})`, () => {
  let python: PythonServer;
  beforeAll(() => {
    python = new PythonServer(join(__dirname, 'python', 'dense_answers.py'));
  });
  afterAll(() => python.close());

  const end = fc.option(fc.integer({ min: -6, max: 6 }));
  const range = fc.oneof(
    fc.constant(null),
    fc.tuple(end, end, fc.option(fc.constantFrom(1, 2, 3, -1, -2))),
    fc.constantFrom(0, -1),
  );
  const arbitrary = fc
    .record({
      dtype: fc.constantFrom(...(Object.keys(dtypes) as NumericDType[])),
      shape: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 }),
    })
    .chain(({ dtype, shape }) =>
      fc.record({
        dtype: fc.constant(dtype),
        shape: fc.constant(shape),
        ranges: fc.array(range, { maxLength: shape.length }),
        data: fc.array(fc.integer({ min: 0, max: dtype === 'bool' ? 1 : 100 }), {
          minLength: sizeOf(shape) * dtypes[dtype].slots,
          maxLength: sizeOf(shape) * dtypes[dtype].slots,
        }),
      }),
    );

  test('slice, sum and mean', async () => {
    await fc.assert(
      fc.asyncProperty(arbitrary, async ({ dtype, shape, ranges, data }) => {
        const flat = allocate(dtype, sizeOf(shape));
        const big = dtype === 'int64' || dtype === 'uint64';
        data.forEach((value, i) => {
          flat[i] = (big ? BigInt(value) : value) as never;
        });
        const whole = new DenseArray(flat, shape, { dtype });
        const part = whole.slice(
          ...ranges.map((r) => (Array.isArray(r) ? { start: r[0], stop: r[1], step: r[2] } : r)),
        );
        expect(part.data).toBe(whole.data);
        const answers = await python.ask<Record<string, Answer>>({ dtype, shape, ranges, data });
        const numbers = (answer: Answer): number[] => answer.data.map(Number);
        const own = (array: DenseArray): number[] => Array.from(array.toContiguous().data as TypedArray, Number);
        expect([part.shape, own(part)]).toEqual([answers.part!.shape, numbers(answers.part!)]);
        expect([part.sum()].flat().map(Number)).toEqual(numbers(answers.all!));
        for (let axis = 0; axis < part.nDim; axis++) {
          const sums = part.sum(axis);
          const { dtype, shape } = answers[axis]!;
          expect([sums.dtype, sums.shape, own(sums)]).toEqual([dtype, shape, numbers(answers[axis]!)]);
        }
        [part.mean()].flat().forEach((value, i) => {
          const wanted = Number(answers.mean!.data[i]!.replace('nan', 'NaN'));
          if (Number.isNaN(wanted)) expect(value).toBeNaN();
          else expect(Number(value)).toBeCloseTo(wanted, 3);
        });
      }),
      { seed, numRuns: Number(process.env.ANNDATA_CASES ?? 100) },
    );
  }, 600_000);
});

test('parts and sums that make no sense are refused', () => {
  const a = DenseArray.from([1, 2]);
  expect(() => a.slice(2)).toThrow('position 2 is outside of axis 0');
  expect(() => a.slice(null, null)).toThrow('2 ranges for an array with 1 axes');
  expect(() => a.slice({ step: 0 })).toThrow('whole numbers');
  expect(() => a.slice({ start: 'name' })).toThrow('whole numbers');
  expect(() => a.sum(1)).toThrow('axis 1');
  expect(() => DenseArray.from(['a']).sum()).toThrow('text');
  expect(DenseArray.from([]).mean()).toBeNaN();
});
