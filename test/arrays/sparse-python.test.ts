// SPDX-License-Identifier: BSD-3-Clause

import { join } from 'node:path';
import * as fc from 'fast-check';
import { DenseArray } from '../../lib/arrays/dense-array';
import { allocate, dtypes, type NumericDType, type TypedArray } from '../../lib/arrays/dtype';
import { type CompressedMatrix, CscMatrix, CsrMatrix } from '../../lib/arrays/sparse-matrix';
import { describeWithPython } from '../support/python';
import { PythonServer } from '../support/python-server';
import { everyWay, type Ways } from './sparse-ways';

interface Plain {
  format: 'csr' | 'csc';
  dtype: NumericDType;
  shape: [number, number];
  data: string[];
  indices: number[];
  indptr: number[];
}

interface Answer {
  format?: string;
  shape: number[];
  dtype: string;
  data: string[];
  indices?: number[];
  indptr?: number[];
}

type AnyMatrix = CsrMatrix | CscMatrix;

const kinds = Object.keys(dtypes) as NumericDType[];

/** Values whose sums are exact in every type: what order they are added in then makes no difference. */
function oneValue(dtype: NumericDType): fc.Arbitrary<string> {
  if (dtype === 'bool') return fc.constantFrom('1', '1', '0');
  if (dtype === 'int64') return fc.constantFrom('0', '5', '-3', '9223372036854775807', '-9223372036854775808');
  if (dtype === 'uint64') return fc.constantFrom('0', '5', '18446744073709551615');
  if (dtype.startsWith('uint')) return fc.integer({ min: 0, max: 255 }).map(String);
  if (dtype.startsWith('int')) return fc.integer({ min: -128, max: 127 }).map(String);
  return fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: -64, max: 64 }).map((n) => String(n / 4)) },
    fc.constant(dtype.startsWith('complex') ? '0' : 'nan'),
  );
}

function plainMatrix(shape?: Partial<{ rows: number; columns: number }>): fc.Arbitrary<Plain> {
  return fc
    .record({
      format: fc.constantFrom('csr' as const, 'csc' as const),
      dtype: fc.constantFrom(...kinds),
      rows: shape?.rows === undefined ? fc.nat(6) : fc.constant(shape.rows),
      columns: shape?.columns === undefined ? fc.nat(6) : fc.constant(shape.columns),
    })
    .chain(({ format, dtype, rows, columns }) => {
      const [major, minor] = format === 'csr' ? [rows, columns] : [columns, rows];
      const value = oneValue(dtype);
      const entry = fc.record({
        index: fc.nat(Math.max(0, minor - 1)),
        parts: fc.array(value, { minLength: dtypes[dtype].slots, maxLength: dtypes[dtype].slots }),
      });
      const run = fc.array(entry, { maxLength: minor === 0 ? 0 : 7 });
      return fc.array(run, { minLength: major, maxLength: major }).map((runs) => {
        const all = runs.flat();
        const indptr = [0];
        for (const { length } of runs) indptr.push(indptr[indptr.length - 1]! + length);
        const data = all.flatMap(({ parts }) => parts);
        return {
          format,
          dtype,
          shape: [rows, columns] as [number, number],
          data,
          indices: all.map((e) => e.index),
          indptr,
        };
      });
    });
}

function numbers(texts: readonly string[], dtype: NumericDType): TypedArray {
  const data = allocate(dtype, texts.length / dtypes[dtype].slots);
  const big = dtype === 'int64' || dtype === 'uint64';
  texts.forEach((text, i) => {
    data[i] = (big ? BigInt(text) : Number(text === 'nan' ? Number.NaN : text)) as never;
  });
  return data;
}

function build({ format, dtype, shape, data, indices, indptr }: Plain): AnyMatrix {
  const parts = {
    shape,
    dtype,
    data: numbers(data, dtype),
    indices: Int32Array.from(indices),
    indptr: Int32Array.from(indptr),
  };
  return format === 'csr' ? new CsrMatrix(parts) : new CscMatrix(parts);
}

function described(value: CompressedMatrix | DenseArray): Answer {
  if (value instanceof DenseArray) {
    const { shape, dtype } = value;
    return { shape: [...shape], dtype, data: texts(value.toContiguous().data as TypedArray) };
  }
  const { format, shape, dtype, data, indices, indptr } = value;
  return { format, shape: [...shape], dtype, data: texts(data), indices: [...indices], indptr: [...indptr] };
}

const texts = (data: TypedArray): string[] => Array.from(data as ArrayLike<number | bigint>, (v) => String(v));

/** Python's answer with its numbers written as ours; float16 is float32 there. */
function asOurs(answer: Answer, dtype: string): Answer {
  const data = answer.data.map((text) =>
    answer.dtype.includes('int') || answer.dtype === 'bool' ? text : String(Number(text === 'nan' ? Number.NaN : text)),
  );
  return { ...answer, dtype: dtype === 'float16' && answer.dtype === 'float32' ? 'float16' : answer.dtype, data };
}

/** With the entries of each run in a defined order. */
function ordered(answer: Answer): Answer {
  const { indices, indptr, data } = answer;
  if (indices === undefined || indptr === undefined) return answer;
  const slots = indices.length === 0 ? 1 : data.length / indices.length;
  const all = indices.map((index, k) => ({ index, text: data.slice(k * slots, (k + 1) * slots).join(' ') }));
  const runs = indptr.slice(1).map((end, i) => {
    const run = all.slice(indptr[i], end);
    return run.sort((a, b) => a.index - b.index || (a.text < b.text ? -1 : 1));
  });
  return { ...answer, indices: runs.flat().map((e) => e.index), data: runs.flat().flatMap((e) => e.text.split(' ')) };
}

const seed = Number(process.env.ANNDATA_SEED ?? Math.floor(Date.now() / 86_400_000));

describeWithPython(`sparse matrices are what scipy makes of them (ANNDATA_SEED=${seed})`, () => {
  let python: PythonServer;
  beforeAll(() => {
    python = new PythonServer(join(__dirname, 'python', 'sparse_answers.py'));
  });
  afterAll(() => python.close());

  const cases = { seed, numRuns: Number(process.env.ANNDATA_CASES ?? 60) };
  const limit = 600_000;

  async function agree(
    ways: Ways<AnyMatrix | DenseArray>,
    question: object,
    dtype: string,
    inAnyOrder = false,
  ): Promise<void> {
    const raw = asOurs(await python.ask<Answer>(question), dtype);
    const expected = inAnyOrder ? ordered(raw) : raw;
    await everyWay(ways, (result, way) => {
      const found = described(result);
      expect([way, inAnyOrder ? ordered(found) : found]).toEqual([way, expected]);
    });
  }

  test(
    'subset',
    async () => {
      const positions = (n: number): fc.Arbitrary<number[] | null> =>
        n === 0 ? fc.constantFrom(null, []) : fc.option(fc.array(fc.nat(n - 1), { maxLength: 10 }), { freq: 4 });
      const arbitrary = plainMatrix().chain((m) =>
        fc.tuple(fc.constant(m), positions(m.shape[0]), positions(m.shape[1])),
      );
      await fc.assert(
        fc.asyncProperty(arbitrary, async ([plain, rows, columns]) => {
          const m = build(plain);
          const minor = plain.format === 'csr' ? columns : rows;
          const repeats = minor !== null && new Set(minor).size < minor.length;
          await agree(
            { now: () => m.subset(rows, columns), soon: () => m.subsetAsync(rows, columns) },
            { op: 'subset', matrices: [plain], rows, columns },
            plain.dtype,
            repeats, // numpy sorts repeated positions as it likes
          );
        }),
        cases,
      );
    },
    limit,
  );

  test(
    'conversions',
    async () => {
      await fc.assert(
        fc.asyncProperty(plainMatrix(), async (plain) => {
          const m = build(plain);
          const ask = (op: string) => ({ op, matrices: [plain] });
          await agree({ now: () => m.toCsr(), soon: () => m.toCsrAsync() }, ask('toCsr'), plain.dtype);
          await agree({ now: () => m.toCsc(), soon: () => m.toCscAsync() }, ask('toCsc'), plain.dtype);
          await agree({ now: () => m.toDense(), soon: () => m.toDenseAsync() }, ask('toDense'), plain.dtype);
          await agree(
            { now: () => m.sortIndices(), soon: () => m.sortIndicesAsync() },
            ask('sortIndices'),
            plain.dtype,
            true,
          );
          await agree(
            { now: () => m.sumDuplicates(), soon: () => m.sumDuplicatesAsync() },
            ask('sumDuplicates'),
            plain.dtype,
          );
          const sorted = m.sortIndices();
          expect(sorted.hasSortedIndices).toBe(true);
          expect(m.sumDuplicates().hasCanonicalFormat).toBe(true);
        }),
        cases,
      );
    },
    limit,
  );

  test(
    'sums and means',
    async () => {
      await fc.assert(
        fc.asyncProperty(plainMatrix(), fc.constantFrom(0 as const, 1 as const, undefined), async (plain, axis) => {
          const m = build(plain);
          const wrap = (value: unknown): DenseArray => {
            if (value instanceof DenseArray) return value;
            return DenseArray.scalar(value as never, sums.dtype as NumericDType);
          };
          const sums = await python.ask<Answer>({ op: 'sum', matrices: [plain], axis: axis ?? null });
          await everyWay<unknown>({ now: () => m.sum(axis as 0), soon: () => m.sumAsync(axis as 0) }, (found, way) =>
            expect([way, described(wrap(found))]).toEqual([way, asOurs(sums, '')]),
          );
          const count = axis === undefined ? m.shape[0] * m.shape[1] : m.shape[axis];
          if (count === 0) return; // Python divides by zero
          const means = asOurs(await python.ask<Answer>({ op: 'mean', matrices: [plain], axis: axis ?? null }), '');
          await everyWay<unknown>({ now: () => m.mean(axis as 0), soon: () => m.meanAsync(axis as 0) }, (found) => {
            const flat = (found instanceof DenseArray ? [...found] : [found]).flat() as number[];
            if (found instanceof DenseArray) expect(found.dtype).toBe(means.dtype);
            expect(flat.length).toBe(means.data.length);
            // What cancels out leaves rounding of the size of the terms.
            const scale = Math.max(1, ...plain.data.map((text) => Math.abs(Number(text) || 0)));
            flat.forEach((value, i) => {
              const wanted = Number(means.data[i]);
              if (Number.isNaN(wanted)) expect(value).toBeNaN();
              else expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-5 * scale);
            });
          });
        }),
        cases,
      );
    },
    limit,
  );

  test(
    'stacks',
    async () => {
      const list = fc.nat(4).chain((n) =>
        fc.record({
          op: fc.constantFrom('vstack' as const, 'hstack' as const),
          format: fc.constantFrom('csr' as const, 'csc' as const),
          same: fc.array(plainMatrix({ rows: n, columns: n }), { minLength: 1, maxLength: 3 }),
        }),
      );
      await fc.assert(
        fc.asyncProperty(list, async ({ op, format, same }) => {
          const uniform = same.every((m) => m.format === format);
          const matrices = same.map(build);
          const Class = format === 'csr' ? CsrMatrix : CscMatrix;
          const question = { op, format, matrices: same };
          // Only where all have the format of the result does Python leave several entries at one place alone.
          const settle = (m: AnyMatrix): AnyMatrix => (uniform ? m : m.sumDuplicates());
          if (same.some(({ dtype }) => dtype === 'float16')) return; // scipy has none
          await agree(
            { now: () => settle(Class[op](matrices)), soon: async () => settle(await Class[`${op}Async`](matrices)) },
            question,
            '',
          );
        }),
        cases,
      );
    },
    limit,
  );
});
