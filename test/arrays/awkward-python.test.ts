// SPDX-License-Identifier: BSD-3-Clause

import { AwkwardArray } from '../../lib/arrays/awkward-array';
import { DenseArray } from '../../lib/arrays/dense-array';
import { dtypes, type NumericDType, type TypedArray } from '../../lib/arrays/dtype';
import { describeWithPython, runPython } from '../support/python';

const script = 'test/arrays/python/awkward_cases.py';

type Part = [dtype: NumericDType, shape: number[], base64: string];

interface Stored {
  form: unknown;
  length: number;
  buffers: Record<string, Part>;
}

interface Case extends Stored {
  rows: number[];
  list: unknown[];
  taken: unknown[];
}

function load({ form, length, buffers }: Stored): AwkwardArray {
  return new AwkwardArray(
    form,
    length,
    Object.entries(buffers).map(([name, [dtype, shape, base64]]) => {
      const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
      const View = dtypes[dtype].array as unknown as new (memory: ArrayBuffer) => TypedArray;
      return [name, new DenseArray(new View(bytes.buffer), shape, { dtype })] as const;
    }),
  );
}

function dump({ form, length, buffers }: AwkwardArray): Stored {
  const parts = [...buffers].map(([name, buffer]): [string, Part] => {
    const { data, dtype, shape } = buffer.toContiguous();
    const { buffer: memory, byteOffset, byteLength } = data as TypedArray;
    const base64 = Buffer.from(memory as ArrayBuffer, byteOffset, byteLength).toString('base64');
    return [name, [dtype as NumericDType, [...shape], base64]];
  });
  return { form, length, buffers: Object.fromEntries(parts) };
}

/** Our values in the spelling of the script. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Number.isNaN(value)) return 'NaN';
  if (Array.isArray(value)) return value.map(plain);
  if (ArrayBuffer.isView(value)) return { bytes: [...(value as Uint8Array)] };
  if (typeof value !== 'object' || value === null) return value;
  return { record: Object.entries(value).map(([key, part]) => [key, plain(part)]) };
}

describeWithPython('awkward arrays of Python', () => {
  const seed = Number(process.env.ANNDATA_SEED ?? Math.floor(Math.random() * 2 ** 31));
  let cases: Case[];

  beforeAll(async () => {
    cases = JSON.parse((await runPython(script, ['make', `${seed}`, '150'])).stdout) as Case[];
  });

  test(`random arrays list the same values (ANNDATA_SEED=${seed})`, () => {
    expect(cases).toHaveLength(150);
    for (const one of cases) {
      const array = load(one);
      expect(plain(array.toList())).toEqual(one.list);
      expect(plain(array.subset(one.rows).toList())).toEqual(one.taken);
      expect(array.copy().equals(array)).toBe(true);
    }
  });

  test(`awkward accepts what subset packs (ANNDATA_SEED=${seed})`, async () => {
    const packed = cases.map((one) => dump(load(one).subset(one.rows)));
    const { stdout } = await runPython(script, ['check'], { input: JSON.stringify(packed) });
    (JSON.parse(stdout) as unknown[]).forEach((found, i) => {
      expect(found).toEqual(cases[i]!.taken);
    });
  });
});
