// SPDX-License-Identifier: BSD-3-Clause
//
// Chunks filtered and written by us: random shapes, types, chunks, pipelines and orders of calls; h5py must read what was
// handed over. Part of what is written does not shrink, so that filters are left out of some chunks.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allocate, dtypes, type NumericDType, sizeOf, type TypedArray } from '../../lib/arrays/dtype';
import { type NativeFile, native } from '../../lib/native';
import { Random } from '../interop/random';
import { describeWithPython, runPython } from '../support/python';

const count = Number(process.env.ANNDATA_CASES ?? 150);
const seed = Number(process.env.ANNDATA_SEED ?? Math.floor(Date.now() / 86_400_000));

/** A filter as createArray takes it: id, number of parameters, parameters. */
const codecs = [
  [1, 1, 1],
  [1, 1, 4],
  [1, 1, 0],
  [32000, 0],
  [32001, 0],
  [32004, 0],
  [32015, 1, 3],
];
const [shuffle, checksum] = [
  [2, 0],
  [3, 0],
];

interface Case {
  id: number;
  dtype: NumericDType;
  shape: number[];
  chunks: number[];
  filters: number[];
}

function randomCase(random: Random, id: number): Case & { pipeline: number[][] } {
  const rank = 1 + random.below(3);
  const shape = random.list(rank, () => 1 + random.below([4000, 90, 20][rank - 1] as number));
  const chunks = shape.map((n) => 1 + random.below(n));
  const usable = codecs.filter(([id = 0]) => native().filters().includes(id));
  const pipeline = [
    ...(random.chance(0.2) ? [checksum] : []),
    ...(random.chance(0.5) ? [shuffle] : []),
    ...(random.chance(0.8) ? [random.pick(usable)] : []),
    ...(random.chance(0.2) ? [checksum] : []),
  ];
  const dtype = random.pick(Object.keys(dtypes) as NumericDType[]);
  return { id, dtype, shape, chunks, pipeline, filters: pipeline.map(([id = 0]) => id) };
}

/** Small numbers, zeros, and stretches of noise. */
function randomData(random: Random, dtype: NumericDType, n: number): TypedArray {
  const data = allocate(dtype, n);
  const noisy = random.chance(0.5);
  const isBig = data.BYTES_PER_ELEMENT === 8 && dtype.includes('int');
  for (let i = 0; i < data.length; i++) {
    let value = random.chance(0.3) ? random.below(100) : 0;
    if (noisy && i % 1000 < 600) value = random.below(2 ** 31);
    if (dtype === 'bool') value &= 1;
    if (dtype === 'float16') value %= 2048;
    data[i] = (isBig ? BigInt(value) : value) as never;
  }
  return data;
}

/** Boxes along the first axis: all at once, whole chunks, or cut anywhere. */
function bands(random: Random, rows: number, chunk: number): [number, number][] {
  const kind = random.below(3);
  const result: [number, number][] = [];
  for (let at = 0; at < rows; ) {
    const step = kind === 0 ? rows : kind === 1 ? chunk * (1 + random.below(3)) : 1 + random.below(rows);
    result.push([at, Math.min(step, rows - at)]);
    at += step;
  }
  return result;
}

async function writeCase(file: NativeFile, random: Random, one: ReturnType<typeof randomCase>, folder: string) {
  const { id, dtype, shape, chunks, pipeline } = one;
  const data = randomData(random, dtype, sizeOf(shape));
  writeFileSync(join(folder, `${id}.bin`), data);
  await file.createArray(String(id), [dtype], [], [], shape, null, chunks, pipeline.flat());
  const row = data.length / (shape[0] as number);
  const calls = bands(random, shape[0] as number, chunks[0] as number).map(([at, n]) => {
    const part = data.slice(at * row, (at + n) * row) as TypedArray;
    return file.write(String(id), '', [at, ...shape.slice(1).map(() => 0)], [n, ...shape.slice(1)], part);
  });
  await Promise.all(calls);
}

describeWithPython('chunks written by us', () => {
  const folder = mkdtempSync(join(tmpdir(), 'anndata-written-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test(`h5py reads ${count} random arrays (seed ${seed})`, async () => {
    const random = new Random(seed);
    const cases = Array.from({ length: count }, (_, id) => randomCase(random, id));
    const file = await native().create(join(folder, 'written.h5'));
    for (const one of cases) await writeCase(file, random, one, folder);
    await file.close();
    writeFileSync(join(folder, 'cases.json'), JSON.stringify(cases.map(({ pipeline: _, ...rest }) => rest)));
    const { stdout } = await runPython('test/storage/python/written.py', [folder]);
    const { faults, masked } = JSON.parse(stdout);
    expect({ seed, faults: faults.slice(0, 3) }).toEqual({ seed, faults: [] });
    if (count >= 100) expect(masked).toBeGreaterThan(0);
  }, 600_000);
});
