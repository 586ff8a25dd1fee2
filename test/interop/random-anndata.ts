// SPDX-License-Identifier: BSD-3-Clause

import { AnnData, type ColumnInput, categorical, DataFrame, DenseArray } from '../../lib';
import { stringVector } from '../../lib/arrays/arrow';
import { Random } from './random';
import * as values from './random-values';

/** A random object made through the public classes only, of every kind of value they take. */
export function randomAnnData(seed: number): AnnData {
  const random = new Random(seed);
  const [rows, columns] = random.pick([
    [0, 0],
    [0, 3],
    [4, 0],
    [1, 1],
    [7, 5],
    [30, 11],
  ] as const);
  const adata = new AnnData({
    obs: frame(random, rows, 'cell'),
    var: frame(random, columns, 'gene'),
    ...(random.chance(0.85) ? { X: matrix(random, rows, columns) } : {}),
    obsm: axisValues(random, rows),
    varm: axisValues(random, columns),
    obsp: { 'p 日本': matrix(random, rows, rows) },
    varp: { p: matrix(random, columns, columns) },
    layers: { counts: matrix(random, rows, columns) },
    uns: uns(random),
  });
  if (random.chance(0.4)) {
    const wide = columns + random.below(3);
    adata.raw = new AnnData({
      X: matrix(random, rows, wide),
      var: frame(random, wide, 'raw'),
      obs: new DataFrame({ index: adata.obs.index }),
    });
  }
  return adata;
}

function matrix(random: Random, rows: number, columns: number) {
  return random.chance(0.5) ? values.dense(random, [rows, columns]) : values.sparse(random, [rows, columns]);
}

function axisValues(random: Random, rows: number) {
  return {
    dense: values.dense(random, [rows, 3]),
    cube: values.dense(random, [rows, 2, 2]),
    sparse: values.sparse(random, [rows, 4]),
    awkward: values.awkward(random, rows),
  };
}

function frame(random: Random, rows: number, prefix: string): DataFrame {
  const names = random.list(rows, () => '').map((_, i) => `${prefix} ${i} ${random.pick(['', 'é', '日本'])}`);
  const columns = Object.entries(columnKinds).filter(() => random.chance(0.4));
  const made = columns.map(([name, make]): [string, ColumnInput] => [name, make(random, rows)]);
  const indexName = random.chance(0.3) ? random.pick(['names', '名前', '__proto__']) : null;
  return new DataFrame({ columns: made, index: stringVector(names), indexName });
}

/** A column of every kind, by name. */
const columnKinds: Record<string, (random: Random, rows: number) => ColumnInput> = {
  ...Object.fromEntries(
    values.numericDTypes.map((dtype) => [dtype, (random: Random, rows: number) => values.dense(random, [rows], dtype)]),
  ),
  typed: (random, rows) => Int16Array.from(random.list(rows, () => random.below(100))),
  vector: (random, rows) => values.vector(random, rows),
  text: (random, rows) => values.texts(random, rows),
  textMissing: (random, rows) => random.list(rows, () => (random.chance(0.4) ? null : random.pick(values.words))),
  allMissing: (_random, rows) => new Array<null>(rows).fill(null),
  integers: (random, rows) => random.list(rows, () => random.below(1000) - 500),
  integersMissing: (random, rows) => random.list(rows, () => (random.chance(0.4) ? null : random.below(9))),
  numbersMissing: (random, rows) => random.list(rows, () => (random.chance(0.4) ? null : random.next())),
  bigints: (random, rows) => random.list(rows, () => random.pick([2n ** 63n - 1n, -(2n ** 63n), 0n])),
  booleans: (random, rows) => random.list(rows, () => random.chance(0.5)),
  booleansMissing: (random, rows) => random.list(rows, () => random.pick([true, false, null])),
  categories: (random, rows) =>
    categorical(
      random.list(rows, () => random.pick(['b', 'a', '', null])),
      { categories: ['b', '', 'a'] },
    ),
  ordered: (random, rows) =>
    categorical(
      random.list(rows, () => random.pick([3, 1, 2])),
      { categories: [3, 1, 2], ordered: true },
    ),
  halves: (random, rows) =>
    categorical(
      random.list(rows, () => random.pick([0.5, null])),
      { categories: [0.5, 1.5] },
    ),
  flags: (random, rows) =>
    categorical(
      random.list(rows, () => random.chance(0.5)),
      { categories: [true, false] },
    ),
  many: (random, rows) =>
    categorical(
      random.list(rows, () => `c${random.below(200)}`),
      { categories: random.list(200, () => '').map((_, i) => `c${i}`) },
    ),
  constructor: (random: Random, rows: number) => values.dense(random, [rows], 'float32'),
};

const unsKinds: Record<string, (random: Random) => unknown> = {
  array: (random) => values.dense(random, random.pick([[0], [3], [2, 3], [0, 4], [2, 1, 2]])),
  strided: values.strided,
  typed: (random) => values.numbers(random, random.pick(['int8', 'uint16', 'float64', 'uint64']), 4),
  strings: values.stringArray,
  vector: (random) => values.vector(random, 5),
  records: values.records,
  csr: (random) => values.sparse(random, [3, 4]),
  none: (random) => values.sparse(random, [0, 4]),
  awkward: (random) => values.awkward(random, 4),
  frame: (random) => frame(random, 3, 'r'),
  frameOfNumbers: (random) =>
    new DataFrame({ columns: { a: values.texts(random, 2) }, index: BigInt64Array.of(5n, -7n) }),
  anndata: (random) => new AnnData({ X: values.dense(random, [2, 2], 'float32'), uns: { deep: { value: 1 } } }),
  empty: () => ({}),
  view: () => DenseArray.zeros('int16', [2, 0]),
};

function uns(random: Random): Record<string, unknown> {
  const made: Record<string, unknown> = Object.create(null);
  for (const [name, make] of Object.entries(unsKinds)) if (random.chance(0.4)) made[name] = make(random);
  for (let i = 0; i < 8; i++) made[`scalar ${i}`] = values.scalar(random);
  const odd: Record<string, unknown> = Object.create(null);
  for (const key of values.keys) odd[key] = values.scalar(random);
  made[random.pick(values.keys)] = odd;
  return made;
}
