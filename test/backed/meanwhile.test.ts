// SPDX-License-Identifier: BSD-3-Clause
//
// What is called while a commit, or an append, of the same object is under way.

import { copyFileSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type AnnData, type CsrMatrix, type DenseArray, type MatrixHandle, readH5ad } from '../../lib';
import { Random } from '../interop/random';
import { temporaryFolder } from '../support/bad-files';
import { example } from './matrices';

const folder = temporaryFolder('meanwhile');
const maxMemory = 2 ** 20;
let count = 0;

beforeAll(() => {
  jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function copied(): Promise<string> {
  const original = join(folder, 'original.h5ad');
  if (!existsSync(original)) await example(new Random(1), 'csr', [60, 30]).writeH5ad(original);
  const path = join(folder, `copy ${count++}.h5ad`);
  copyFileSync(original, path);
  return path;
}

async function more(prefix: string): Promise<AnnData> {
  return example(new Random(2), 'csr', [20, 30], prefix);
}

const at = async (adata: AnnData | AnnData<'backed'>, row: number, column: number): Promise<unknown> =>
  adata.isBacked
    ? ((await (adata as AnnData<'backed'>).X!.subset([row], [column]).read()) as CsrMatrix).get(0, 0)
    : (adata.X as CsrMatrix).get(row, column);

/** Commits, and calls `meanwhile` when the writing has begun. */
async function during(adata: AnnData<'backed'>, meanwhile: () => unknown): Promise<void> {
  let called = false;
  const onProgress = (): void => {
    if (!called) meanwhile();
    called = true;
  };
  await adata.commit({ maxMemory, onProgress });
  expect(called).toBe(true);
}

test('close() during a commit waits until all is written', async () => {
  const path = await copied();
  const adata = await readH5ad(path, { backed: 'r+' });
  adata.X!.setValues([3], null, 7);
  (adata.layers.get('counts') as MatrixHandle).setValues(null, [4], 8);
  const committing = adata.commit({ maxMemory });
  await adata.close();
  await committing;
  await expect(adata.X!.read()).rejects.toMatchObject({ code: 'ERR_CLOSED' });
  expect(await at(await readH5ad(path), 3, 29)).toBe(7);
  // The lock is gone, too.
  await (await readH5ad(path, { backed: 'r+' })).close();
});

test('append() and discard() are refused during a commit, and work after it', async () => {
  const path = await copied();
  const adata = await readH5ad(path, { backed: 'r+' });
  const other = await more('new');
  adata.X!.setValues([3], null, 7);
  const refused: Promise<unknown>[] = [];
  await during(adata, () => {
    for (const call of [adata.append(other), adata.discard()]) refused.push(call.catch((error: unknown) => error));
  });
  expect(await Promise.all(refused)).toMatchObject([{ code: 'ERR_ARGUMENT' }, { code: 'ERR_ARGUMENT' }]);
  expect(await at(adata, 3, 29)).toBe(7);
  await adata.append(other);
  await adata.commit();
  expect(adata.X!.shape).toEqual([80, 30]);
  await adata.close();
});

test('of two appends at once the second is refused, and so is a commit', async () => {
  const adata = await readH5ad(await copied(), { backed: 'r+' });
  adata.X!.setValues([3], null, 7);
  const [first, ...others] = await Promise.allSettled([
    adata.append(await more('a')),
    adata.append(await more('b')),
    adata.commit(),
  ]);
  expect(first.status).toBe('fulfilled');
  expect(others.map((other) => other.status === 'rejected' && other.reason.message)).toEqual([
    expect.stringContaining('append() is under way already; await it first'),
    expect.stringContaining('append() is under way already; await it first'),
  ]);
  expect(adata.nObs).toBe(80);
  await adata.commit();
  expect(await at(adata, 3, 29)).toBe(7);
  await adata.close();
  expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('what is set during a commit stays pending in a matrix that is at two keys', async () => {
  const adata = await readH5ad(await copied(), { backed: 'r+' });
  const counts = adata.layers.get('counts') as MatrixHandle;
  adata.layers.set('again', counts);
  counts.setValues([0], [0], 101);
  await during(adata, () => counts.setValues([0], [1], 102));
  expect(((await counts.subset([0], [0, 1]).read()) as DenseArray).toNested()).toEqual([[101, 102]]);
  await adata.close();
});
