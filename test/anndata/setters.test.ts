// SPDX-License-Identifier: BSD-3-Clause

import { DenseArray } from '../../lib/arrays/dense-array';
import { DataFrame } from '../../lib/frame/data-frame';
import { dense, identity, make, numbers, quietly, refusal, texts, warningsOf } from './helpers';

const names = ['a', 'b', 'c', 'd'];

describe('S1 assigning X', () => {
  test.each([
    [1.5, 'float64', 1.5],
    [7n, 'int64', 7n],
    [true, 'bool', 1],
  ] as const)('the scalar %p fills, with a warning', (scalar, dtype, value) => {
    const adata = make();
    expect(warningsOf(() => (adata.X = scalar))).toEqual(['FutureWarning']);
    const X = adata.X as DenseArray;
    expect([X.shape, X.dtype, new Set(X.data as Iterable<unknown>)]).toEqual([[4, 3], dtype, new Set([value])]);
  });

  test.each([
    [5, 'int32', 'int32'],
    [7n, 'int32', 'int32'],
    [-1, 'int8', 'int8'],
    [200, 'int8', 'float64'],
    [-1, 'uint8', 'float64'],
    [300n, 'uint8', 'int64'],
    [3, 'int64', 'int64'],
    [2.5, 'int32', 'float64'],
    [true, 'int32', 'bool'],
    [5, 'float32', 'float64'],
    [5, 'bool', 'float64'],
  ] as const)('%p in place of an X of %s makes %s', (scalar, dtype, expected) => {
    const adata = make({ X: DenseArray.zeros(dtype, [4, 3]) });
    quietly(() => (adata.X = scalar));
    const X = adata.X as DenseArray;
    expect([X.dtype, Number(X.get(3, 2))]).toEqual([expected, Number(scalar)]);
  });

  test('as many elements are reshaped, with a warning', () => {
    const adata = make();
    expect(warningsOf(() => (adata.X = dense(3, 4)))).toEqual(['FutureWarning']);
    expect((adata.X as DenseArray).shape).toEqual([4, 3]);
    expect(warningsOf(() => (adata.X = new Float32Array(12)))).toEqual(['FutureWarning']);
    expect([(adata.X as DenseArray).shape, (adata.X as DenseArray).dtype]).toEqual([[4, 3], 'float32']);
  });

  test('elements keep their row-major order when an array that lies otherwise is reshaped', () => {
    const turned = new DenseArray(Float64Array.of(0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11), [3, 4], { stride: [1, 3] });
    const adata = make();
    quietly(() => (adata.X = turned));
    expect(numbers(adata.X)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  test('another size, 3 axes, other sparse shapes and lists are refused; X stays', () => {
    const adata = make();
    const { X } = adata;
    expect(refusal(() => (adata.X = dense(3, 3)))).toBe('ERR_SHAPE X');
    expect(refusal(() => (adata.X = dense(4, 3, 1)))).toBe('ERR_SHAPE X');
    expect(refusal(() => (adata.X = identity(3)))).toBe('ERR_SHAPE X');
    expect(refusal(() => (adata.X = [[1]] as never))).toBe('ERR_ARGUMENT X');
    expect(refusal(() => (adata.X = 'text' as never))).toBe('ERR_ARGUMENT X');
    expect(refusal(() => (adata.X = undefined as never))).toBe('ERR_ARGUMENT X');
    expect(adata.X).toBe(X);
  });

  test('null keeps the shape and the other layers', () => {
    const adata = make({ layers: { l: dense(4, 3) } });
    adata.X = null;
    expect([adata.X, adata.shape, [...adata.layers.keys()]]).toEqual([null, [4, 3], ['l']]);
    adata.X = dense(4, 3);
    expect([...adata.layers.keys()]).toEqual(['l', null]);
  });

  test('a frame is taken by position', () => {
    const adata = make();
    const columns = { p: [1, 2, 3, 4], q: [5, 6, 7, 8], r: [9, 10, 11, 12] };
    adata.X = new DataFrame({ columns, index: names });
    expect([numbers(adata.X).slice(0, 3), texts(adata.obsNames)]).toEqual([
      [1, 5, 9],
      ['0', '1', '2', '3'],
    ]);
  });
});

describe('S2 replacing layers', () => {
  test('keeps X, with a warning', () => {
    const adata = make({ layers: { l: dense(4, 3) } });
    const { X } = adata;
    expect(warningsOf(() => (adata.layers = { q: dense(4, 3) }))).toEqual(['FutureWarning']);
    expect([...adata.layers.keys()]).toEqual(['q', null]);
    expect(warningsOf(() => (adata.layers = null))).toEqual(['FutureWarning']);
    expect(adata.X).toBe(X);
    expect(adata.layers.size).toBe(1);
  });

  test('an entry for null says what becomes of X', () => {
    const adata = make({ layers: { l: dense(4, 3) } });
    const X = dense(4, 3);
    expect(warningsOf(() => (adata.layers = new Map([[null, X]])))).toEqual([]);
    expect(adata.X).toBe(X);
    adata.layers = new Map([[null, null]]);
    expect([adata.X, adata.layers.size, adata.shape]).toEqual([null, 0, [4, 3]]);
  });

  test('clear keeps X unless told otherwise', () => {
    const adata = make({ layers: { l: dense(4, 3) } });
    expect(warningsOf(() => adata.layers.clear())).toEqual(['FutureWarning']);
    expect([...adata.layers.keys()]).toEqual([null]);
    expect(warningsOf(() => adata.layers.clear({ keepX: true }))).toEqual([]);
    adata.layers.clear({ keepX: false });
    expect(adata.X).toBeNull();
  });

  test('layers that do not fit change nothing', () => {
    const adata = make({ layers: { l: dense(4, 3) } });
    const { layers } = adata;
    expect(refusal(() => (adata.layers = { ok: dense(4, 3), bad: dense(3, 4) }))).toBe('ERR_SHAPE layers/bad');
    expect(adata.layers).toBe(layers);
    expect([...layers.keys()]).toEqual(['l', null]);
  });

  test('setting and deleting the layer null sets and deletes X', () => {
    const adata = make();
    const X = dense(4, 3);
    adata.layers.set(null, X);
    expect(adata.X).toBe(X);
    expect(refusal(() => adata.layers.set(null, dense(3, 4)))).toBe('ERR_SHAPE X');
    adata.layers.set(null, null);
    expect([adata.X, adata.layers.delete(null)]).toEqual([null, false]);
  });
});

describe('S3 assigning obs and var', () => {
  test('the number of rows stays', () => {
    const adata = make({ obs: { x: [1, 2, 3, 4] } });
    const { obs } = adata;
    expect(refusal(() => (adata.obs = { x: [1, 2] }))).toBe('ERR_SHAPE obs/x');
    expect(refusal(() => (adata.obs = new DataFrame({ index: ['a'] })))).toBe('ERR_SHAPE obs');
    expect(refusal(() => (adata.var = new DataFrame({ index: names })))).toBe('ERR_SHAPE var');
    expect(refusal(() => (adata.obs = [1, 2, 3, 4] as never))).toBe('ERR_ARGUMENT obs');
    expect(adata.obs).toBe(obs);
  });

  test('a frame is not aliased', () => {
    const adata = make();
    const frame = new DataFrame({ columns: { x: [1, 2, 3, 4] }, index: names });
    adata.obs = frame;
    frame.set('y', [1, 2, 3, 4]);
    frame.setIndex(['z', 'z', 'z', 'z']);
    expect([adata.obs.columns, texts(adata.obsNames)]).toEqual([['x'], names]);
  });

  test('columns by name, with or without names', () => {
    const adata = make();
    adata.obs = { x: [1, 2, 3, 4], obsNames: names };
    expect([adata.obs.columns, texts(adata.obsNames)]).toEqual([['x'], names]);
    adata.obs = { x: [1, 2, 3, 4] };
    expect(texts(adata.obsNames)).toEqual(['0', '1', '2', '3']);
  });

  test('null leaves the names only', () => {
    const adata = make({ obs: { x: [1, 2, 3, 4], obsNames: names } });
    adata.obs = null;
    expect([adata.obs.columns, texts(adata.obsNames)]).toEqual([[], names]);
  });

  test('frames in obsm take the new names', () => {
    const adata = make({ obs: { obsNames: names } });
    adata.obsm.set('f', new DataFrame({ columns: { k: [1, 2, 3, 4] }, index: names, indexName: 'own' }));
    adata.obs = new DataFrame({ index: ['p', 'q', 'r', 's'], indexName: 'id' });
    const frame = adata.obsm.get('f') as DataFrame;
    expect([texts(frame.index), frame.indexName, frame.columns]).toEqual([['p', 'q', 'r', 's'], 'id', ['k']]);
    adata.obsNames = names;
    expect(texts(frame.index)).toEqual(names);
  });

  test('frames must carry the names when they are put in', () => {
    const adata = make({ obs: { obsNames: ['w', 'x', 'y', 'z'] } });
    const value = new DataFrame({ columns: { k: [1, 2, 3, 4] }, index: ['z', 'y', 'x', 'w'] });
    expect(refusal(() => adata.obsm.set('f', value))).toBe('ERR_NAME obsm/f');
    value.setIndex(['w', 'x', 'y', 'z']);
    adata.obsm.set('f', value);
    value.set('later', [1, 2, 3, 4]);
    expect((adata.obsm.get('f') as DataFrame).columns).toEqual(['k']);
  });
});

describe('S4 assigning names', () => {
  test.each([
    [
      [1, 2, 3, 4],
      ['1', '2', '3', '4'],
    ],
    [
      [1, 2.5, 3, 4],
      ['1.0', '2.5', '3.0', '4.0'],
    ],
    [
      ['a', 1, true, 2n],
      ['a', '1', 'True', '2'],
    ],
    [Int16Array.of(1, 2, 3, 4), ['1', '2', '3', '4']],
    [Float32Array.of(1, 2, 3, 4), ['1.0', '2.0', '3.0', '4.0']],
    [new Set(names), names],
    [
      ['a', null, 'b', 'b'],
      ['a', null, 'b', 'b'],
    ],
  ])('%p become text, silently', (given, expected) => {
    const adata = make();
    expect(warningsOf(() => (adata.obsNames = given as never))).toEqual([]);
    expect(texts(adata.obsNames)).toEqual(expected);
  });

  test('a vector of text is taken, and the columns stay', () => {
    const adata = make({ obs: { x: [1, 2, 3, 4] } });
    adata.obsNames = make({ obs: { obsNames: names } }).obsNames;
    expect([texts(adata.obsNames), adata.obs.columns]).toEqual([names, ['x']]);
  });

  test('the length is checked', () => {
    const adata = make();
    expect(refusal(() => (adata.obsNames = ['a']))).toBe('ERR_SHAPE obsNames');
    expect(refusal(() => (adata.varNames = names))).toBe('ERR_SHAPE varNames');
    expect(texts(adata.obsNames)).toEqual(['0', '1', '2', '3']);
  });

  test('what has no text is refused', () => {
    const adata = make();
    for (const given of ['abcd', 4, null, [{}, 1, 2, 3], { a: 1 }]) {
      expect(refusal(() => (adata.obsNames = given as never))).toBe('ERR_ARGUMENT obs');
    }
  });

  test('like a plain list in Python, they drop the name of the index', () => {
    const adata = make({ obs: new DataFrame({ index: names, indexName: 'id' }) });
    adata.obsNames = names;
    expect(adata.obs.indexName).toBeNull();
  });
});

describe('assigning uns', () => {
  test('an object is kept, null clears', () => {
    const adata = make();
    const uns = { a: 1 };
    adata.uns = uns;
    expect(adata.uns).toBe(uns);
    adata.uns = null;
    expect(Object.keys(adata.uns)).toEqual([]);
    for (const value of [[], 'text', 1, dense(2)])
      expect(refusal(() => (adata.uns = value as never))).toBe('ERR_ARGUMENT uns');
  });
});
