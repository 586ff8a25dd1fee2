// SPDX-License-Identifier: BSD-3-Clause
//
// Where Python's concat_on_disk falls short of its concat, ours does not: each point beside concat in memory.

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  AnnData,
  AwkwardArray,
  type ConcatOptions,
  CsrMatrix,
  concat,
  concatOnDisk,
  DenseArray,
  readH5ad,
  slice,
  writeH5ad,
} from '../../lib';
import { temporaryFolder } from '../support/bad-files';
import { describeAnnData } from '../support/describe';

const folder = temporaryFolder('on-disk-rules');
const [a, b, c, target] = ['a', 'b', 'c', 'target'].map((name) => join(folder, `${name}.h5ad`)) as [
  string,
  string,
  string,
  string,
];

beforeAll(() => {
  jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
});
afterEach(() => rmSync(target, { force: true }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const csr = (rows: number, columns: number): CsrMatrix =>
  CsrMatrix.fromDense(
    new DenseArray(
      Float32Array.from({ length: rows * columns }, (_, i) => i % 3),
      [rows, columns],
    ),
  );
const dense = (rows: number, columns: number): DenseArray =>
  new DenseArray(
    Int32Array.from({ length: rows * columns }, (_, i) => i),
    [rows, columns],
  );

/** Writes two objects, joins the files, and gives both results as text. */
async function bothWays(first: AnnData, second: AnnData, options: ConcatOptions = {}): Promise<[string, string]> {
  await writeH5ad(a, first);
  await writeH5ad(b, second);
  await concatOnDisk([a, b], target, options);
  const memory = concat(await Promise.all([a, b].map((path) => readH5ad(path))), options);
  await writeH5ad(c, memory);
  const [disk, expected] = await Promise.all([target, c].map(async (path) => describeAnnData(await readH5ad(path))));
  return [JSON.stringify(disk), JSON.stringify(expected)];
}

const base = (rows: number, genes: string[], more: ConstructorParameters<typeof AnnData>[0] = {}): AnnData =>
  new AnnData({ X: csr(rows, genes.length), var: { varNames: genes }, ...more });

const points: [string, () => [AnnData, AnnData, ConcatOptions]][] = [
  ['uns is merged', () => [base(2, ['g']), base(1, ['g']), { unsMerge: 'first' }]],
  ['raw is joined when all have it', () => [withRaw(2), withRaw(3), {}]],
  [
    'keys that one has are kept by an outer join',
    () => [
      base(2, ['g', 'h'], { layers: { one: csr(2, 2) }, obsm: { one: dense(2, 3) }, obs: { mine: [1, 2] } }),
      base(2, ['h', 'i'], { layers: { two: dense(2, 2) }, obs: { theirs: ['x', 'y'] } }),
      { join: 'outer' },
    ],
  ],
  [
    'csc on the axis of the rows',
    () => [new AnnData({ X: csr(4, 3).toCsc() }), new AnnData({ X: csr(2, 3).toCsc() }), {}],
  ],
  [
    'csr on the axis of the columns',
    () => [new AnnData({ X: csr(3, 2) }), new AnnData({ X: csr(3, 4) }), { axis: 'var' }],
  ],
  ['csr, csc and dense mixed', () => [new AnnData({ X: csr(2, 3) }), new AnnData({ X: dense(2, 3) }), {}]],
  ['objects without X', () => [new AnnData({ shape: [2, 3] }), new AnnData({ X: csr(2, 3) }), { join: 'outer' }]],
  [
    'pairwise',
    () => [
      base(2, ['g'], { obsp: { near: csr(2, 2) } }),
      base(3, ['g'], { obsp: { near: dense(3, 3) } }),
      { pairwise: true },
    ],
  ],
  [
    'dense integers in an outer join',
    () => [
      new AnnData({ X: dense(2, 2), var: { varNames: ['g', 'h'] } }),
      new AnnData({ X: dense(2, 2), var: { varNames: ['h', 'i'] } }),
      { join: 'outer' },
    ],
  ],
];

function withRaw(rows: number): AnnData {
  const adata = base(rows, ['g', 'h', 'i']);
  adata.raw = adata;
  return adata.subset(null, slice(0, 2)).copy();
}

test.each(points)('D7: %s', async (name, make) => {
  const [first, second, options] = make();
  if (name.startsWith('uns')) for (const each of [first, second]) each.uns['k'] = { deep: [1, 2], name: 'x' };
  const [disk, expected] = await bothWays(first, second, options);
  expect(disk).toBe(expected);
});

test('D7: one path is no list of paths; one file in a list is copied', async () => {
  await writeH5ad(a, base(2, ['g']));
  await expect(concatOnDisk(a as never, target)).rejects.toMatchObject({ code: 'ERR_ARGUMENT' });
  await concatOnDisk([a], target);
  expect((await readH5ad(target)).shape).toEqual([2, 1]);
});

test('D7: awkward arrays are joined, in a union where forms differ; beside another array they are refused with their key', async () => {
  const numbers = new AwkwardArray({ class: 'NumpyArray', primitive: 'int64', inner_shape: [], form_key: 'n' }, 2, [
    ['n-data', new DenseArray(BigInt64Array.of(1n, 2n), [2])],
  ]);
  const list = {
    class: 'RegularArray',
    size: 1,
    form_key: 'l',
    content: { ...(numbers.form as object), form_key: 'm' },
  };
  const lists = new AwkwardArray(list as never, 2, [['m-data', new DenseArray(BigInt64Array.of(1n, 2n), [2])]]);
  const of = (awk: AwkwardArray | DenseArray): AnnData => base(2, ['g'], { obsm: { awk } });
  const [disk, expected] = await bothWays(of(numbers), of(lists));
  expect(disk).toBe(expected);
  expect(disk).toContain('UnionArray');
  rmSync(target);
  await expect(bothWays(of(numbers), of(dense(2, 1)))).rejects.toMatchObject({ code: 'ERR_ARGUMENT', key: 'obsm/awk' });
  expect(existsSync(target)).toBe(false);
});
