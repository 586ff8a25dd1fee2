// SPDX-License-Identifier: BSD-3-Clause
//
// What concatOnDisk has in memory at a time, and how often it reads a row, where types, formats and the order of rows differ.

import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  AnnData,
  type CsrMatrix,
  concatAsync,
  concatOnDisk,
  DataFrame,
  DenseArray,
  readH5ad,
  writeH5ad,
} from '../../lib';
import { positionsOf } from '../../lib/arrays/axis-index';
import { SpilledMatrix } from '../../lib/backed/spilled-matrix';
import { StoredSource } from '../../lib/backed/stored-source';
import { SparseAppender } from '../../lib/elements/append/sparse-appender';
import { blockBytes } from '../../lib/elements/stream-blocks';
import { Random } from '../interop/random';
import { temporaryFolder } from '../support/bad-files';
import { seed } from '../support/random-suite';

const maxMemory = 2 ** 20;
const folder = temporaryFolder('on-disk-blocks');
const random = new Random(seed);

afterEach(() => jest.restoreAllMocks());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An object without zeros, so that a row takes as much as it can. */
function full(n: number, m: number, cell: string, gene: string): AnnData {
  const data = Uint8Array.from({ length: n * m }, () => 1 + random.below(200));
  const frame = (length: number, prefix: string): DataFrame =>
    new DataFrame({ index: Array.from({ length }, (_, i) => prefix + i) });
  return new AnnData({ X: new DenseArray(data, [n, m]), obs: frame(n, cell), var: frame(m, gene) });
}

async function stored(name: string, adata: AnnData, format: 'dense' | 'csr' | 'csc'): Promise<string> {
  const path = join(folder, name);
  await writeH5ad(path, adata, { formats: { X: format } });
  return path;
}

function shuffled(n: number): number[] {
  const keys = Array.from({ length: n }, () => random.below(2 ** 30));
  return [...keys.keys()].sort((a, b) => keys[a]! - keys[b]!);
}

function valuesOf({ X }: AnnData): Buffer {
  const { data } = (X as CsrMatrix).toDense();
  const { buffer, byteOffset, byteLength } = data as Uint8Array;
  return Buffer.from(buffer, byteOffset, byteLength);
}

async function expectSame(inputs: Parameters<typeof concatOnDisk>[0], options: object): Promise<void> {
  const output = join(folder, 'out.h5ad');
  await concatOnDisk(inputs, output, { ...options, maxMemory });
  const read = await Promise.all(
    [...(inputs as Iterable<string | AnnData>)].map((each) => (typeof each === 'string' ? readH5ad(each) : each)),
  );
  const [a, b] = [await concatAsync(read, options), await readH5ad(output)];
  expect([[...b.obsNames], [...b.varNames]]).toEqual([[...a.obsNames], [...a.varNames]]);
  expect([b.X!.dtype, valuesOf(b).equals(valuesOf(a))]).toEqual([a.X!.dtype, true]);
  expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
}

test.each([
  ['a dense matrix that becomes csr', {}, 'a'],
  ['values for what is missing', { join: 'outer', fillValue: 1 }, 'b'],
])('a block is no larger than the budget: %s', async (_, options, gene) => {
  const inputs = [
    await stored('dense.h5ad', full(1500, 200, 'x', 'a'), 'dense'),
    await stored('csr.h5ad', full(1500, 200, 'y', gene), 'csr'),
  ];
  let largest = 0;
  const { append } = SparseAppender.prototype;
  jest.spyOn(SparseAppender.prototype, 'append').mockImplementation(function (this: SparseAppender, value) {
    largest = Math.max(largest, value.data.byteLength + value.indices.byteLength);
    return append.call(this, value);
  });
  await expectSame(inputs, options);
  expect(largest).toBeGreaterThan(0);
  expect(largest).toBeLessThanOrEqual(blockBytes(maxMemory));
});

/** How far apart the rows lie that are read together from a file, and how many values come back from scratch files, in all. */
function counted(): { spanned: number; spilled: number } {
  const counts = { spanned: 0, spilled: 0 };
  const [{ read }, { read: readSpilled }] = [StoredSource.prototype, SpilledMatrix.prototype];
  jest.spyOn(StoredSource.prototype, 'read').mockImplementation(function (this: StoredSource, cut, request) {
    // Runs of columns have all rows.
    const rows = cut.rows === null || cut.columns !== null ? [] : [...positionsOf(cut.rows)];
    if (this.about.kind === 'matrix' && rows.length > 0) counts.spanned += Math.max(...rows) - Math.min(...rows) + 1;
    return read.call(this, cut, request);
  });
  jest.spyOn(SpilledMatrix.prototype, 'read').mockImplementation(async function (this: SpilledMatrix, from, to) {
    const value = await readSpilled.call(this, from, to);
    counts.spilled += value instanceof DenseArray ? value.size : value.nnz;
    return value;
  });
  return counts;
}

test.each(['csr', 'csc', 'dense'] as const)(
  'variables beside each other, rows in another order: %s',
  async (format) => {
    const n = 1200;
    const gone = shuffled(n).slice(200);
    const inputs = [
      await stored('left.h5ad', full(n, 60, 'c', 'a'), 'csr'),
      await stored('right.h5ad', full(n, 80, 'c', 'b').subset(gone).copy(), format),
    ];
    const backed = await readH5ad(inputs[1]!, { backed: 'r' });
    const view = backed.subset(shuffled(gone.length)) as unknown as AnnData;
    for (const [how, right] of [
      ['inner', inputs[1]],
      ['outer', view],
    ] as const) {
      const counts = counted();
      await expectSame([inputs[0]!, right!], { axis: 'var', join: how });
      // Each file is passed once, and once to check, and each scratch file, of which there are up to three.
      expect(counts.spanned).toBeLessThanOrEqual(3 * n);
      expect(counts.spilled).toBeLessThanOrEqual(3 * gone.length * 80);
      jest.restoreAllMocks();
    }
    await backed.close();
  },
);

test('what is no list of inputs is told', async () => {
  for (const inputs of [null, undefined, 7, 'a.h5ad', []])
    await expect(concatOnDisk(inputs as never, join(folder, 'none.h5ad'))).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
    });
});
