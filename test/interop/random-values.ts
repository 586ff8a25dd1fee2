// SPDX-License-Identifier: BSD-3-Clause

import { arrow, numericVector, stringVector, type Vector } from '../../lib/arrays/arrow';
import { AwkwardArray } from '../../lib/arrays/awkward-array';
import { DenseArray, type Element } from '../../lib/arrays/dense-array';
import { allocate, type NumericDType, sizeOf, type TypedArray } from '../../lib/arrays/dtype';
import { RecordArray } from '../../lib/arrays/record-array';
import { CscMatrix, CsrMatrix } from '../../lib/arrays/sparse-matrix';
import type { Random } from './random';

const integers = ['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64'] as const;
const floats = ['float16', 'float32', 'float64'] as const;
export const numericDTypes: readonly NumericDType[] = [...integers, ...floats, 'complex64', 'complex128', 'bool'];
export const words = [
  '',
  ' ',
  'a',
  'B',
  'é',
  '日本語',
  '👩‍🔬',
  'x'.repeat(300),
  'tab\tand\nline',
  'NaN',
  '0',
  '"q"',
  '\\',
];
export const keys = [
  '__proto__',
  'constructor',
  'toString',
  'a b',
  'a.b',
  '..',
  '10',
  '9',
  '日本',
  '👩‍🔬',
  '#',
  'then',
  'length',
];

/** One number of a dtype, as its typed array holds it; the ends of its range come often. */
function part(random: Random, dtype: NumericDType): number | bigint {
  const match = /^(u?)int(\d+)$/.exec(dtype);
  if (match === null) {
    if (dtype === 'bool') return random.below(2);
    const special = [Number.NaN, Infinity, -Infinity, -0, 0, 1.5];
    const value = random.chance(0.4) ? random.pick(special) : (random.next() - 0.5) * 100;
    return dtype === 'float16' ? Math.round(value * 8) / 8 : value;
  }
  const bits = BigInt(match[2] as string);
  const [low, high] = match[1] === 'u' ? [0n, 2n ** bits - 1n] : [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n];
  const value = random.pick([
    low,
    high,
    0n,
    1n,
    low + (BigInt(Math.floor(random.next() * 2 ** 53)) * (high - low)) / 2n ** 53n,
  ]);
  return bits === 64n ? value : Number(value);
}

export function numbers(random: Random, dtype: NumericDType, length: number): TypedArray {
  const data = allocate(dtype, length);
  for (let i = 0; i < data.length; i++) data[i] = part(random, dtype) as never;
  return data;
}

export function dense(random: Random, shape: readonly number[], dtype = random.pick(numericDTypes)): DenseArray {
  return new DenseArray(numbers(random, dtype, sizeOf(shape)), shape, { dtype });
}

export function texts(random: Random, length: number): string[] {
  return random.list(length, () => random.pick(words));
}

/** Arrays whose memory is not simply row after row. */
export function strided(random: Random): DenseArray {
  const dtype = random.pick(numericDTypes);
  const data = numbers(random, dtype, 40);
  return random.pick([
    () => new DenseArray(data, [4, 3], { dtype, stride: [1, 4] }),
    () => new DenseArray(data, [5], { dtype, stride: [-2], offset: 30 }),
    () => new DenseArray(data, [3, 2], { dtype, stride: [10, 3], offset: 5 }),
    () => new DenseArray(data, [2, 3], { dtype, stride: [0, 1] }),
  ])();
}

export function stringArray(random: Random): DenseArray {
  const shape = random.pick([[0], [4], [2, 3], [0, 2], [2, 1, 2]]);
  return new DenseArray(stringVector(texts(random, sizeOf(shape))), shape);
}

export function sparse(
  random: Random,
  shape: readonly [number, number],
  dtype = random.pick(numericDTypes),
): CsrMatrix | CscMatrix {
  const kind = dtype === 'float16' ? 'float32' : dtype;
  const [rows, columns] = shape;
  const csr = random.chance(0.5);
  const [major, minor] = csr ? [rows, columns] : [columns, rows];
  const indptr = [0];
  const indices: number[] = [];
  for (let i = 0; i < major; i++) {
    for (let j = 0; j < minor; j++) if (random.chance(0.3)) indices.push(j);
    indptr.push(indices.length);
  }
  const width = random.pick([Int32Array, Float64Array]);
  const parts = {
    shape,
    data: numbers(random, kind, indices.length),
    dtype: kind,
    indices: width.from(indices),
    indptr: width.from(indptr),
  };
  return csr ? new CsrMatrix(parts) : new CscMatrix(parts);
}

export function records(random: Random): RecordArray {
  const length = random.below(5);
  const fields = numericDTypes
    .filter((dtype) => !dtype.startsWith('complex'))
    .map((dtype): [string, DenseArray] => {
      return [`f ${dtype}`, dense(random, random.chance(0.3) ? [length, 2] : [length], dtype)];
    });
  return new RecordArray([...fields, ['日本', new DenseArray(stringVector(texts(random, length)), [length])]], length);
}

/** Lists of `rows` lists of numbers. */
export function awkward(random: Random, rows: number): AwkwardArray {
  const lengths = random.list(rows, () => random.below(4));
  const offsets = BigInt64Array.from([
    0n,
    ...lengths.map((_, i) => BigInt(lengths.slice(0, i + 1).reduce((a, b) => a + b))),
  ]);
  const dtype = random.pick(['int64', 'float32', 'uint8', 'bool'] as const);
  const content = { class: 'NumpyArray', primitive: dtype, inner_shape: [], parameters: {}, form_key: 'node1' };
  const form = { class: 'ListOffsetArray', offsets: 'i64', content, parameters: {}, form_key: 'node0' };
  return new AwkwardArray(form, rows, [
    ['node0-offsets', new DenseArray(offsets, [rows + 1])],
    ['node1-data', dense(random, [Number(offsets[rows])], dtype)],
  ]);
}

/** A scalar and, where it is not itself, the value that must come back. */
export function scalar(random: Random): unknown {
  const dtype = random.pick(numericDTypes);
  return random.pick<() => unknown>([
    () => random.below(2 ** 31) - 2 ** 30,
    () => (random.next() - 0.5) * 1e6,
    () => random.pick([Number.NaN, Infinity, -0, 1e300, 2 ** 53, Number.MAX_SAFE_INTEGER]),
    () => random.pick([0n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 64n - 1n]),
    () => random.chance(0.5),
    () => random.pick(words),
    () => null,
    () => DenseArray.scalar(dense(random, [1], dtype).get(0) as Element, dtype),
  ])();
}

/** Arrow vectors, as other libraries hand them over: in chunks, with missing values, dictionaries. */
export function vector(random: Random, length: number): Vector {
  const validity = Uint8Array.from(random.list(length, () => random.below(2)));
  const { vectorFromArray, Dictionary, Utf8, Int32 } = arrow();
  return random.pick([
    () => {
      const dtype = random.pick(integers);
      return numericVector(dtype, numbers(random, dtype, length), validity);
    },
    () => numericVector('bool', numbers(random, 'bool', length), validity),
    () => stringVector(texts(random, length)),
    () => stringVector(texts(random, length).map((text) => (random.chance(0.3) ? null : text))),
    () => vectorFromArray(texts(random, length), new Dictionary(new Utf8(), new Int32())) as Vector,
  ])();
}
