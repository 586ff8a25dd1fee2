// SPDX-License-Identifier: BSD-3-Clause
//
// The rules of ANNDATA.md 2.5 and 2.6 by number, as they are or as we better them, and the defects D4, D5, D6 and D18.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AnnData,
  type AxisSelector,
  CscMatrix,
  CsrMatrix,
  categorical,
  DataFrame,
  DenseArray,
  mask,
  NotLoadedError,
  readH5ad,
  slice,
  where,
} from '../../lib';
import type { Matrix } from '../../lib/arrays/matrix';
import { describeAnnData } from '../support/describe';
import { openCounting } from './counting';

const folder = mkdtempSync(join(tmpdir(), 'backed-rules-'));
const path = join(folder, 'a.h5ad');
const [nObs, nVars] = [40, 23];

function numbers(rows: number, columns: number, seed: number): DenseArray {
  const data = Float32Array.from({ length: rows * columns }, (_, i) => ((i * 7919 + seed) % 11 > 7 ? i + seed : 0));
  return new DenseArray(data, [rows, columns]);
}

function make(): AnnData {
  const dense = numbers(nObs, nVars, 1);
  const names = Array.from({ length: nObs }, (_, i) => `c${i}`);
  const adata = new AnnData({
    X: CsrMatrix.fromDense(dense),
    obs: {
      obsNames: names,
      kind: categorical(names.map((_, i) => 'abc'[i % 3]!)),
      depth: Int32Array.from(names, (_, i) => i),
    },
    var: { varNames: Array.from({ length: nVars }, (_, i) => `g${i}`) },
    layers: { csc: CscMatrix.fromDense(numbers(nObs, nVars, 2)), dense },
    obsm: {
      pca: numbers(nObs, 3, 4),
      frame: new DataFrame({ index: names, columns: { kind: categorical(names.map((_, i) => 'xy'[i % 2]!)) } }),
    },
    obsp: { near: CsrMatrix.fromDense(numbers(nObs, nObs, 5)) },
    uns: { kind_colors: ['red', 'green', 'blue'], deep: { one: 1, list: Float64Array.of(1, 2) } },
  });
  adata.raw = new AnnData({ X: CsrMatrix.fromDense(numbers(nObs, 30, 6)), obs: adata.obs.copy() });
  return adata;
}

const memory = (): Promise<AnnData> => readH5ad(path);
const opened: AnnData<'backed'>[] = [];

async function open(mode: 'r' | 'r+' = 'r', file = path): Promise<AnnData<'backed'>> {
  const adata = await readH5ad(file, { backed: mode });
  opened.push(adata);
  return adata;
}

function same(found: AnnData, wanted: AnnData): void {
  expect(describeAnnData(found)).toEqual(describeAnnData(wanted));
}

const selectors: [string, AxisSelector][] = [
  ['all', null],
  ['reversed', slice(null, null, -1)],
  ['the last but one', slice(-3, -1)],
  ['nothing, backwards', slice(4, 2)],
  ['to the end', slice(10, null)],
  ['negative positions', [-1, 0]],
  ['an empty list', []],
  ['repeats in any order', [7, 2, 2, 15, 7, 0]],
  ['one position', 3],
  ['every third', slice(null, null, 3)],
];

beforeAll(async () => {
  jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  await make().writeH5ad(path, { compression: 'gzip' });
});
afterEach(async () => {
  for (const adata of opened.splice(0)) await adata.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('B1, bettered: nothing is read before it is asked for, wherever it lies', async () => {
  const { adata, asked } = await openCounting(path);
  opened.push(adata);
  expect(adata.shape).toEqual([nObs, nVars]);
  expect(adata.obs.columns).toEqual(['kind', 'depth']);
  expect(adata.obs.held('kind').encoding).toBe('categorical');
  expect([adata.X?.format, adata.X?.dtype, adata.layers.get('csc')?.format]).toEqual(['csr', 'float32', 'csc']);
  expect(adata.X?.nnz).toBe((await memory()).X instanceof CsrMatrix ? ((await memory()).X as CsrMatrix).nnz : -1);
  expect(String(adata)).toContain(` backed at '${path}'`);
  adata.subset(slice(0, 5), [1, 2]).subset([0], null);
  expect(asked).toEqual([]);
  await adata.load(['obs/kind']);
  expect(new Set(asked.map(({ key }) => key))).toEqual(new Set(['obs/kind/codes', 'obs/kind/categories']));
});

test('what is not loaded says how to load it', async () => {
  const adata = await open();
  const failures = [
    () => adata.obs.get('kind'),
    () => adata.obsNames,
    () => adata.subset('c1'),
    () => adata.subset(where('kind', 'a')),
    () => adata.X?.value,
    () => adata.layers.get('dense')?.value,
  ];
  const keys = ['obs/kind', 'obs/_index', 'obs/_index', 'obs/kind', 'X', 'layers/dense'];
  for (const [i, action] of failures.entries()) {
    expect(action).toThrow(NotLoadedError);
    expect(action).toThrow(`await adata.load(["${keys[i]}"])`);
  }
  await adata.load(keys);
  for (const action of failures) expect(action).not.toThrow();
  expect(adata.subset('c1').nObs).toBe(1);
  await expect(adata.load(['obs/nothing'])).rejects.toMatchObject({ code: 'ERR_NAME', key: 'obs/nothing' });
});

test('B2, B3, B4 and D6: every selection is the one in memory, on both axes, in every format', async () => {
  const adata = await open();
  const whole = await memory();
  for (const [what, rows] of selectors) {
    for (const columns of [null, slice(null, null, -1), [-1, 0, 0], mask(new Uint8Array(nVars).fill(1, 3, 9))]) {
      const [part, wanted] = [adata.subset(rows, columns), whole.subset(rows, columns)];
      for (const layer of [null, 'csc', 'dense']) {
        const read = (await part.layers.get(layer)!.read()) as CsrMatrix;
        const expected = wanted.layers.get(layer) as CsrMatrix;
        expect([what, read.dtype, read.shape]).toEqual([what, expected.dtype, expected.shape]);
        expect([what, read.data, read.indices, read.indptr]).toEqual([
          what,
          expected.data,
          expected.indices,
          expected.indptr,
        ]);
      }
    }
  }
});

test.each(selectors)('D6: a view of rows, %s, and of columns is written as a whole and read again', async (_, rows) => {
  const adata = await open();
  const file = join(folder, 'view.h5ad');
  await adata.subset(rows, slice(null, null, -1)).writeH5ad(file);
  same(await readH5ad(file), (await memory()).subset(rows, slice(null, null, -1)).copy());
});

test('B5: tables, chunks and lines are given later; what would need a copy at once is refused', async () => {
  const adata = await open();
  const whole = await memory();
  const view = adata.subset(slice(2, 20), [3, 1]);
  const part = whole.subset(slice(2, 20), [3, 1]);
  expect((await view.toDf()).equals(part.toDf())).toBe(true);
  expect((await adata.obsm.toDf()).equals(whole.obsm.toDf())).toBe(true);
  expect((await view.chunkX([1, 1, 0])).equals(part.chunkX([1, 1, 0]))).toBe(true);
  const chunks: [number, number, Matrix][] = [];
  for await (const { chunk, start, end } of view.chunkedX(7)) chunks.push([start, end, chunk]);
  const wanted = [...part.chunkedX(7)].map(({ chunk, start, end }) => [start, end, chunk.copy()]);
  expect(chunks.map(([start, end, { shape }]) => [start, end, shape])).toEqual(
    wanted.map(([start, end, chunk]) => [start, end, (chunk as Matrix).shape]),
  );
  expect(await adata.obsVector('g3')).toEqual(whole.obsVector('g3'));
  expect(await adata.varVector('c3', { layer: 'dense' })).toEqual(whole.varVector('c3', { layer: 'dense' }));
  expect([...((await adata.obsVector('depth')) as Iterable<unknown>)]).toEqual([
    ...(whole.obsVector('depth') as never),
  ]);
  expect(await adata.raw?.obsVector('3')).toEqual(whole.raw?.obsVector('3'));
  for (const action of [() => adata.copy(), () => adata.T, () => view.copy(), () => adata.inplaceSubsetObs([0])]) {
    expect(action).toThrow(/toMemory\(\)/);
  }
});

test('B6, bettered: without X all else is there', async () => {
  const file = join(folder, 'no-x.h5ad');
  const source = make();
  source.X = null;
  await source.writeH5ad(file);
  const adata = await open('r', file);
  expect(adata.X).toBeNull();
  expect(adata.shape).toEqual([nObs, nVars]);
  same(await adata.toMemory(), await readH5ad(file));
});

test('B7, B10 and D4: edits show at once and leave the file as it is, whatever the mode', async () => {
  const before = readFileSync(path);
  for (const mode of ['r', 'r+'] as const) {
    const adata = await open(mode);
    adata.obs.set(
      'added',
      Int32Array.from({ length: nObs }, (_, i) => i),
    );
    adata.obs.delete('depth');
    adata.uns['more'] = { x: 1 };
    adata.layers.delete('csc');
    adata.obsm.set('two', new Float32Array(nObs));
    expect(adata.subset([3]).obs.get('added').get(0)).toBe(3);
    expect(adata.obsm.get('two')?.isLoaded).toBe(true);
    const wanted = await memory();
    wanted.obs.set(
      'added',
      Int32Array.from({ length: nObs }, (_, i) => i),
    );
    wanted.obs.delete('depth');
    wanted.uns['more'] = { x: 1 };
    wanted.layers.delete('csc');
    wanted.obsm.set('two', new Float32Array(nObs));
    same(await adata.toMemory(), wanted);
    await adata.discard();
    same(await adata.toMemory(), await memory());
    await adata.close();
    expect(readFileSync(path).equals(before)).toBe(true);
  }
});

test('B8 and D4: X is assigned behind a handle, and the object stays backed', async () => {
  const adata = await open('r+');
  adata.X = numbers(nObs, nVars, 9);
  expect([adata.isBacked, adata.X?.format, adata.X?.isLoaded]).toEqual([true, 'dense', true]);
  expect((await adata.subset([5, 1], [2]).X!.read()) as DenseArray).toEqual(
    numbers(nObs, nVars, 9).subset([5, 1], [2]),
  );
  adata.X = null;
  expect(adata.X).toBeNull();
  expect(() => adata.layers.set('wrong', numbers(3, 3, 1))).toThrow(/shape/);
});

test('B9 and D4: writing to a view makes it an object of its own, still lazy, and leaves its parent alone', async () => {
  const adata = await open();
  const view = adata.subset([4, 2], [0, 1]);
  view.layers.set('new', numbers(2, 2, 3));
  view.obs.set('x', Int32Array.of(1, 2));
  view.uns['y'] = 1;
  expect([view.isView, view.isBacked, view.X?.isLoaded]).toEqual([false, true, false]);
  expect([adata.layers.has('new'), adata.obs.has('x'), 'y' in adata.uns]).toEqual([false, false, false]);
  const wanted = (await memory()).subset([4, 2], [0, 1]).copy();
  wanted.layers.set('new', numbers(2, 2, 3));
  wanted.obs.set('x', Int32Array.of(1, 2));
  wanted.uns['y'] = 1;
  same(await view.toMemory(), wanted);
});

test('B11, B12 and D5: writing elsewhere keeps the backing, formats and raw', async () => {
  const adata = await open();
  const other = join(folder, 'other.h5ad');
  await adata.writeH5ad(other);
  expect(adata.filename).toBe(path);
  expect(() => Object.assign(adata, { filename: other })).toThrow(TypeError);
  const moved = await (await memory()).toBacked(join(folder, 'moved.h5ad'));
  opened.push(moved);
  expect([moved.X?.format, moved.raw?.X?.format]).toEqual(['csr', 'csr']);
  const whole = await adata.toMemory();
  expect(whole.raw?.X).toEqual((await memory()).raw?.X);
  same(await readH5ad(other), await memory());
});

test('B13: text of a view becomes categorical once it is loaded', async () => {
  const adata = await open();
  const view = adata.subset([0, 1, 2, 3]);
  view.obs.set('text', ['a', 'a', 'b', 'b']);
  expect(() => view.stringsToCategoricals()).toThrow(NotLoadedError);
  await view.load(['obs', 'var']);
  view.stringsToCategoricals();
  expect(view.obs.column('text').encoding).toBe('categorical');
});

test('D18: only what is wanted is looked at', async () => {
  const { adata, asked } = await openCounting(path);
  opened.push(adata);
  const whole = await memory();
  const X = whole.X as CsrMatrix;
  const entries = [7, 3].reduce((sum, row) => sum + X.indptr[row + 1]! - X.indptr[row]!, 0);
  const read = (await adata.subset([7, 3], [5, 1]).X!.read()) as CsrMatrix;
  expect(asked).toEqual([
    { key: 'X/indptr', elements: nObs + 1 },
    { key: 'X/indices', elements: entries },
    { key: 'X/data', elements: read.nnz },
  ]);
  asked.length = 0;
  const gene = (await adata.subset(null, [5]).X!.read()) as CsrMatrix;
  expect(asked).toEqual([
    { key: 'X/indices', elements: X.nnz },
    { key: 'X/data', elements: gene.nnz },
  ]);
  asked.length = 0;
  await adata.subset([9, 2, 4], [5, 1]).layers.get('dense')!.read();
  expect(asked).toEqual([{ key: 'layers/dense', elements: 6 }]);
});

test('views of views, and what belongs to them: each element is read once', async () => {
  const { adata, asked } = await openCounting(path);
  opened.push(adata);
  const take = (one: AnnData): AnnData => one.subset(slice(null, null, -2), slice(1, 20)).subset([9, 3, 3], [0, 7, 2]);
  const found = await (take(adata as unknown as AnnData) as unknown as AnnData<'backed'>).toMemory();
  same(found, take(await memory()).copy());
  const keys = asked.map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
});

test('a value that is loaded is used by every part of it; parts that are loaded stay', async () => {
  const { adata, asked } = await openCounting(path);
  opened.push(adata);
  const view = adata.subset([1, 5]);
  await view.load(['X', 'obs/kind']);
  asked.length = 0;
  expect(view.X?.isLoaded).toBe(true);
  expect(view.X?.value).toBe(await view.X?.read());
  expect(view.obs.get('kind').get(1)).toBe('c');
  await adata.load(['layers', 'obs']);
  asked.length = 0;
  expect(((await adata.subset([3]).layers.get('csc')!.read()) as CscMatrix).shape).toEqual([1, nVars]);
  expect(asked).toEqual([]);
});

test('limits: the error tells the bytes and what to do', async () => {
  const adata = await open();
  await expect(adata.layers.get('dense')!.read({ maxBytes: 100 })).rejects.toMatchObject({
    code: 'ERR_LIMIT',
    message: expect.stringMatching(/3680 bytes.*subset\(rows, columns\)\.read\(\)/),
  });
  await expect(adata.toMemory({ maxBytes: 1000 })).rejects.toMatchObject({ code: 'ERR_LIMIT' });
  await expect(adata.X!.subset([1, 2, 3]).read({ maxBytes: 10 })).rejects.toMatchObject({ code: 'ERR_LIMIT' });
});

test('signal and progress', async () => {
  const adata = await open();
  await expect(adata.X!.read({ signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no');
  await expect(adata.toMemory({ signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no');
  const seen: number[] = [];
  await adata.toMemory({ onProgress: ({ done, total }) => seen.push(done / total) });
  expect(seen.at(-1)).toBe(1);
});

test('close waits for what is read, can be called again, and ends reading', async () => {
  const adata = await open();
  await adata.load(['obs/depth']);
  const reading = adata.toMemory();
  const closed = adata.close();
  const outcome = await Promise.allSettled([reading, closed, adata.close()]);
  expect(outcome.slice(1).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
  expect(adata.file.isOpen).toBe(false);
  await expect(adata.X!.read()).rejects.toMatchObject({ code: 'ERR_CLOSED', file: path });
  await expect(adata.load(['var'])).rejects.toMatchObject({ code: 'ERR_CLOSED' });
  expect(adata.obs.get('depth').get(3)).toBe(3);
  if (Symbol.asyncDispose !== undefined) await adata[Symbol.asyncDispose]();
});

test('the file by key (1.6), and names that come twice', async () => {
  const adata = await open();
  expect(adata.file.keys()).toContain('obsm');
  expect([adata.file.has('uns/deep/one'), adata.file.has('uns/none')]).toEqual([true, false]);
  expect(await adata.file.get('uns/deep/one')?.read()).toBe(1);
  expect(() => adata.file.get('nothing')).toThrow(/nothing at that key/);
  await expect(readH5ad(path, { backed: 'w' as never })).rejects.toMatchObject({ code: 'ERR_ARGUMENT' });
});

test('an object in memory takes no handles', async () => {
  const adata = await open();
  const whole = await memory();
  expect(() => whole.layers.set('x', adata.X)).toThrow(/read\(\) the handle/);
});
