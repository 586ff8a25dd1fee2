// SPDX-License-Identifier: BSD-3-Clause

import { join } from 'node:path';
import {
  AnnCollection,
  type AnnCollectionView,
  AnnData,
  CsrMatrix,
  categorical,
  concat,
  DataFrame,
  DenseArray,
  isHandle,
  type Matrix,
  readH5ad,
  settings,
  where,
  writeH5ad,
} from '../../lib';
import { dictionaryParts } from '../../lib/arrays/dictionary';
import { failure, refusal, warningsOf } from '../anndata/helpers';
import { openCounting } from '../backed/counting';
import { temporaryFolder } from '../support/bad-files';
import { adatas, nested, range } from './collections';

const source = join(__dirname, '..', 'fixtures', 'pbmc68k_reduced.h5ad');
const folder = temporaryFolder('ann-collection');

describe.each(['dense', 'csr'] as const)('objects in memory, %s', (format) => {
  test('test_full_selection: one and several objects, in any order, with repeats', () => {
    const [first, second] = adatas(format);
    const collection = new AnnCollection([first, second], { indexUnique: '_' });
    const whole = concat([first, second], { indexUnique: '_' });
    for (const rows of [[0, 1], [2, 3, 4], [4, 2, 3], [0, 4, 1, 3], [1, 2, 4, 4], [3, 0, 3, 2], []]) {
      const view = collection.subset(rows, [0, 1]);
      const expected = whole.subset(rows, [0, 1]);
      expect(nested(view.X)).toEqual(nested(expected.X));
      expect([view.X?.dtype, view.X instanceof CsrMatrix]).toEqual(['int64', format === 'csr']);
      expect(nested(view.obsm.get('o_test'))).toEqual(nested(expected.obsm.get('o_test')));
      expect([...view.obs.get('a_test')]).toEqual([...expected.obs.get('a_test')]);
      expect([...view.obsNames]).toEqual([...expected.obsNames]);
      expect(view.shape).toEqual([rows.length, 2]);
      // Of a part of a part.
      const back = rows.map((_, i) => rows.length - 1 - i);
      expect(nested(view.subset(back).X)).toEqual(nested(expected.subset(back).X));
    }
  });

  test('test_creation: variables that all have', () => {
    const [first, second] = adatas(format);
    const inner = [first, second.subset(null, [1, 0]).copy()] as const;
    const collection = new AnnCollection(inner, { joinVars: 'inner', indexUnique: '_' });
    const whole = concat(inner, { indexUnique: '_' });
    expect([...collection.varNames]).toEqual([...whole.varNames]);
    expect(nested(collection.X)).toEqual(nested(whole.X));
    expect(nested(collection.subset([4, 0]).X)).toEqual(nested(whole.subset([4, 0]).X));
  });
});

test('test_convert: a function by key, by attribute, for everything; keys without one stay', () => {
  const collection = new AnnCollection(adatas(), { indexUnique: '_' });
  const codes = new Map(['a', 'b', 'c'].map((label, i) => [label, i]));
  const encode = (values: Iterable<unknown>): number[] => Array.from(values, (label) => codes.get(label as string)!);
  const expected = encode(collection.obs.get('a_test'));
  const converted = collection.withConvert({ obs: { a_test: encode }, X: (matrix) => matrix.shape });
  expect(converted.subset(null).obs.get('a_test')).toEqual(expected);
  expect(converted.subset([4, 0]).obs.get('a_test')).toEqual([2, 0]);
  expect(converted.subset([4, 0]).subset([1]).X).toEqual([1, 3]);
  expect(converted.layers.get(null)).toEqual([5, 3]);
  expect(nested(converted.obsm.get('o_test'))).toEqual(nested(collection.obsm.get('o_test')));
  const everything = collection.withConvert((value) => typeof value);
  expect([everything.X, everything.obs.get('a_test'), everything.obsm.get('o_test')]).toEqual(Array(3).fill('object'));
  expect(converted.subset([0]).toAdata().obs.get('a_test').get(0)).toBe('a');
  expect(
    collection
      .subset(null)
      .withConvert({ obsm: () => 7 })
      .obsm.get('o_test'),
  ).toBe(7);
  expect(refusal(() => new AnnCollection(adatas(), { convert: { Y: () => 1 } as never }))).toBe('ERR_ARGUMENT');
  expect(refusal(() => collection.withConvert({ obs: { a_test: 7 } } as never))).toBe('ERR_ARGUMENT convert/obs');
  expect(refusal(() => collection.withConvert(7 as never))).toBe('ERR_ARGUMENT');
});

/** The real file in three parts, two of them files, one by columns. */
async function parts(): Promise<{ whole: AnnData; backed: AnnData<'backed'>[]; memory: AnnData }> {
  const whole = await readH5ad(source);
  whole.layers.set('twice', whole.X!.copy());
  const pieces = [whole.subset(range(0, 300)), whole.subset(range(300, 500)), whole.subset(range(500, 700))];
  const backed: AnnData<'backed'>[] = [];
  for (const [i, piece] of pieces.entries()) {
    const path = join(folder, `${i}.h5ad`);
    await writeH5ad(path, piece.copy());
    backed.push(await readH5ad(path, { backed: 'r' }));
  }
  return { whole, backed, memory: pieces[1]!.copy() };
}

describe('objects in files', () => {
  let all: Awaited<ReturnType<typeof parts>>;
  const rows = [650, 3, 320, 699, 3, 0, 450];

  beforeAll(async () => {
    all = await parts();
  });

  afterAll(async () => {
    for (const adata of all.backed) await adata.close();
  });

  test.each(['backed', 'mixed'])('%s: views are those of the whole, with the categories of the whole', async (kind) => {
    const { whole, backed, memory } = all;
    const collection = await AnnCollection.open(kind === 'backed' ? backed : [backed[0]!, memory, backed[2]!]);
    expect([collection.shape, collection.hasBacked]).toEqual([whole.shape, true]);
    const view = collection.subset(rows, ['LYZ', 'CD3D']);
    const expected = whole.subset(rows, ['LYZ', 'CD3D']);
    expect(isHandle(view.X)).toBe(true);
    expect(view.X?.shape).toEqual([7, 2]);
    expect((await view.X?.read())?.equals(expected.X)).toBe(true);
    expect((await view.layers.get('twice')?.read())?.equals(expected.X)).toBe(true);
    const umap = (await view.obsm.get('X_umap')?.read()) as DenseArray;
    expect(umap.equals(expected.obsm.get('X_umap') as DenseArray)).toBe(true);
    expect(failure(() => view.obsNames).message).toContain('load(["obs/_index"])');
    const labels = await view.obs.get('louvain');
    expect([...labels]).toEqual([...expected.obs.get('louvain')]);
    // Codes mean the same in every view.
    const categories = (part: AnnCollectionView<'backed'>): number =>
      dictionaryParts(part.obs.frame.get('louvain')).dictionary.length;
    expect([categories(view), categories(collection.subset([0]))]).toEqual([11, 11]);
    await collection.load(['obs/_index', 'obs/louvain']);
    expect([...collection.subset(rows).obsNames]).toEqual([...whole.subset(rows).obsNames]);
    const chosen = where('louvain', ['CD56+ NK']);
    expect(collection.subset(chosen).nObs).toBe(whole.subset(chosen).nObs);
  });

  test('D16: an AnnData of a view has X, layers, obs and obsm, unless they are left out', async () => {
    const { whole, backed } = all;
    const collection = await AnnCollection.open(backed, { convert: { X: () => 0, obs: () => 0 } });
    const expected = whole.subset(rows);
    const adata = await collection.subset(rows).toAdata();
    expect([adata.isBacked, adata.isView, adata.shape]).toEqual([false, false, [7, 765]]);
    expect(adata.X?.equals(expected.X)).toBe(true);
    expect(adata.layers.get('twice')?.equals(expected.X)).toBe(true);
    expect([...adata.obsNames]).toEqual([...expected.obsNames]);
    for (const name of expected.obs.columns) {
      expect([name, [...adata.obs.get(name)]]).toEqual([name, [...expected.obs.get(name)]]);
    }
    expect([...adata.obsm.keys()]).toEqual([...expected.obsm.keys()]);
    const without = await collection.subset(rows).toAdata({ ignoreX: true });
    expect([[...without.layers.keys()], without.shape]).toEqual([['twice'], [7, 765]]);
    expect([...(await collection.subset(rows).toAdata({ ignoreLayers: true })).layers.keys()]).toEqual([null]);
    const bare = await collection.toAdata();
    expect([[...bare.layers.keys()], bare.shape, [...bare.obsm.keys()]]).toEqual([
      [],
      whole.shape,
      ['X_pca', 'X_umap'],
    ]);
    const full = await collection.toMemory();
    expect(full.X?.equals(whole.X)).toBe(true);
    await expect(collection.toMemory({ maxBytes: 1000 })).rejects.toMatchObject({ code: 'ERR_LIMIT' });
    await expect(collection.toMemory({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });

  test('a handle that is converted when it is read; functions that wait', async () => {
    const convert = { X: async (matrix: Matrix) => matrix.shape[0]!, obsm: { X_umap: () => 'map' } };
    const view = (await AnnCollection.open(all.backed, { convert })).subset(rows);
    expect(await view.X?.read()).toBe(7);
    expect(await view.obsm.get('X_umap')?.read()).toBe('map');
    expect(((await view.obsm.get('X_pca')?.read()) as DenseArray | undefined)?.shape).toEqual([7, 50]);
  });

  test('a view reads the rows it shows, and a column of obs once', async () => {
    const { adata, asked } = await openCounting(join(folder, '0.h5ad'));
    const collection = await AnnCollection.open([adata, all.backed[1]!]);
    expect(asked.map(({ key }) => key)).toEqual(['var/index']);
    asked.length = 0;
    await collection.subset([299, 5, 300]).X?.read();
    const { adata: again, asked: whole } = await openCounting(join(folder, '0.h5ad'));
    await again.X?.read();
    const entries = (list: typeof asked): number =>
      list.filter(({ key }) => /^X\b/.test(key)).reduce((sum, { elements }) => sum + elements, 0);
    expect(entries(asked)).toBeGreaterThan(0);
    expect(entries(asked)).toBeLessThan(entries(whole) / 50);
    asked.length = 0;
    for (const [batch] of collection.iterateAxis(100)) await batch.obs.get('louvain');
    expect(asked.filter(({ key }) => key.startsWith('obs/louvain'))).toHaveLength(2);
    await collection.subset([400]).X?.read();
    expect(entries(asked)).toBe(0);
    await adata.close();
    await again.close();
  });

  test('what is closed says so; what is loaded stays', async () => {
    const own = await readH5ad(join(folder, '0.h5ad'), { backed: 'r' });
    const collection = await AnnCollection.open([all.backed[1]!, own]);
    await collection.obs.get('louvain');
    await own.close();
    await expect(collection.subset([250]).X?.read()).rejects.toMatchObject({ code: 'ERR_CLOSED' });
    await expect(collection.subset([250]).obs.get('n_genes')).rejects.toMatchObject({ code: 'ERR_CLOSED' });
    expect((await collection.subset([250]).obs.get('louvain')).length).toBe(1);
    expect((await collection.subset([2]).X?.read())?.shape).toEqual([1, 765]);
    const closed = await readH5ad(source, { backed: 'r' });
    await closed.close();
    await expect(AnnCollection.open([closed])).rejects.toMatchObject({ code: 'ERR_CLOSED' });
  });
});

describe('joins', () => {
  test('categories of all objects, columns of all or of any', () => {
    const make = (labels: string[], extra: Record<string, number[]>): AnnData =>
      new AnnData({
        X: new DenseArray(new Float32Array(labels.length), [labels.length, 1]),
        obs: { kind: categorical(labels), ...extra },
      });
    const objects = { a: make(['x', 'y'], { own: [1, 2] }), b: make(['z'], {}) };
    const inner = new AnnCollection(objects, { label: 'from', indexUnique: '-' });
    expect(inner.attrsKeys).toEqual({ obs: ['kind', 'from'], obsm: [], layers: [null] });
    expect([...inner.subset([2, 0]).obs.get('kind')]).toEqual(['z', 'x']);
    expect([...inner.subset([2, 0]).obs.get('from')]).toEqual(['b', 'a']);
    const outer = new AnnCollection(objects, { joinObs: 'outer', indexUnique: '-' });
    expect([...outer.subset([2, 0]).obs.get('own')]).toEqual([Number.NaN, 1]);
    expect([...outer.obsNames]).toEqual(['0-a', '1-a', '0-b']);
    expect(String(outer)).toBe(
      'AnnCollection object with n_obs × n_vars = 3 × 1\n  constructed from 2 AnnData objects\n' +
        "    layers: None (.X)\n    obs: 'kind', 'own'",
    );
    expect(String(outer.subset([0]))).toContain('AnnCollectionView object with n_obs × n_vars = 1 × 1\n');
    expect(settings.removeUnusedCategories).toBe(true);
  });

  test('obsm: entries of one width, or all, cut', () => {
    const make = (width: number): AnnData =>
      new AnnData({
        shape: [2, 1],
        obsm: {
          wide: new DenseArray(new Float64Array(2 * width).fill(width), [2, width]),
          frame: new DataFrame({ columns: { a: [1, 2] }, index: ['0', '1'] }),
        },
      });
    const strict = new AnnCollection([make(2), make(3)], { indexUnique: '-' });
    expect(strict.obsm.keys()).toEqual(['frame']);
    expect([...(strict.subset([3]).obsm.get('frame') as DataFrame).get('a')]).toEqual([2n]);
    const cut = new AnnCollection([make(2), make(3)], { joinObsm: 'inner', indexUnique: '-' });
    expect(nested(cut.subset([3, 0]).obsm.get('wide'))).toEqual([
      [3, 3],
      [2, 2],
    ]);
    expect(cut.X).toBeNull();
    expect(cut.toAdata().obsm.size).toBe(2);
  });

  test('other variables are refused, and named', () => {
    const [first, second] = adatas();
    const other = second.subset(null, [0, 2, 1]).copy();
    const { message, code } = failure(() => new AnnCollection([first, other]));
    expect([code, message]).toEqual([
      'ERR_NAME',
      expect.stringMatching(/object 1 .*"2" instead of "1" at position 1.*joinVars/),
    ]);
    expect(failure(() => new AnnCollection([first, second.subset(null, [0])])).message).toMatch(/1 instead of 3/);
  });

  test('arguments that make no sense are refused', async () => {
    const objects = adatas();
    const [first] = objects;
    for (const options of [
      { joinObs: 'left' },
      { joinVars: 'outer' },
      { joinObsm: 'outer' },
      { jonObs: 'inner' },
      { keys: ['a'] },
    ]) {
      expect(refusal(() => new AnnCollection(objects, options as never))).toBe('ERR_ARGUMENT');
    }
    expect(refusal(() => new AnnCollection([]))).toBe('ERR_ARGUMENT');
    expect(refusal(() => new AnnCollection([first, 7 as never]))).toBe('ERR_ARGUMENT');
    const backed = await readH5ad(source, { backed: 'r' });
    expect(failure(() => new AnnCollection([first, backed as never])).message).toMatch(
      /object 1 .*AnnCollection\.open/,
    );
    await expect(AnnCollection.open(objects)).rejects.toMatchObject({ code: 'ERR_ARGUMENT' });
    await expect(AnnCollection.open([backed], { signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no');
    await backed.close();
  });

  test('names that come twice are told of', () => {
    expect(warningsOf(() => new AnnCollection(adatas()))).toEqual(['UserWarning']);
    expect(warningsOf(() => new AnnCollection(adatas(), { indexUnique: '-' }))).toEqual([]);
  });

  test('nothing of X is copied before a view is looked at, and inputs are not changed', () => {
    const [first, second] = adatas();
    const X = first.X as DenseArray;
    const collection = new AnnCollection([first, second], { indexUnique: '-' });
    (X.data as BigInt64Array)[0] = 70n;
    expect(collection.subset([0], [0]).X?.get(0, 0)).toBe(70n);
    ((collection.subset([0]).X as DenseArray).data as BigInt64Array)[0] = 5n;
    expect(X.get(0, 0)).toBe(70n);
    expect(first.obs.columns).toEqual(['a_test']);
  });
});
