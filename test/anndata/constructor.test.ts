// SPDX-License-Identifier: BSD-3-Clause

import { AnnData } from '../../lib/anndata/anndata';
import { Raw } from '../../lib/anndata/raw';
import { AwkwardArray } from '../../lib/arrays/awkward-array';
import { DenseArray } from '../../lib/arrays/dense-array';
import { RecordArray } from '../../lib/arrays/record-array';
import { CscMatrix } from '../../lib/arrays/sparse-matrix';
import { DataFrame } from '../../lib/frame/data-frame';
import { dense, identity, make, numbers, quietly, refusal, texts, warningsOf } from './helpers';

const loose = (init: unknown): AnnData => new AnnData(init as never);

describe('1.2 X', () => {
  test('a dense matrix is taken as it is: not copied, its dtype kept', () => {
    const X = new DenseArray(new Float32Array(6), [2, 3], { dtype: 'float16' });
    const adata = new AnnData({ X });
    expect(adata.X).toBe(X);
    expect(adata.shape).toEqual([2, 3]);
    expect([texts(adata.obsNames), texts(adata.varNames)]).toEqual([
      ['0', '1'],
      ['0', '1', '2'],
    ]);
  });

  test('CSR and CSC', () => {
    const csr = identity(3);
    const csc = new CscMatrix({
      shape: [3, 2],
      data: new Int8Array(0),
      indices: new Int32Array(0),
      indptr: new Int32Array(3),
    });
    expect(new AnnData({ X: csr }).X).toBe(csr);
    expect(new AnnData({ X: csc }).shape).toEqual([3, 2]);
  });

  test("a frame's labels become names", () => {
    const X = new DataFrame({ columns: { g1: [1, 2], g2: [3, 4] }, index: ['c1', 'c2'], indexName: 'cell' });
    const adata = new AnnData({ X });
    expect([texts(adata.obsNames), texts(adata.varNames)]).toEqual([
      ['c1', 'c2'],
      ['g1', 'g2'],
    ]);
    expect(numbers(adata.X)).toEqual([1, 3, 2, 4]);
    expect(adata.obs.indexName).toBe('cell');
  });

  test("a frame's labels must agree with obs and var", () => {
    const X = new DataFrame({ columns: { g1: [1, 2] }, index: ['c1', 'c2'] });
    expect(texts(new AnnData({ X, obs: { obsNames: ['c1', 'c2'] } }).obsNames)).toEqual(['c1', 'c2']);
    expect(refusal(() => new AnnData({ X, obs: { obsNames: ['c2', 'c1'] } }))).toBe('ERR_NAME obs');
    expect(refusal(() => new AnnData({ X, obs: { depth: [1, 2] } }))).toBe('ERR_NAME obs');
    expect(refusal(() => new AnnData({ X, var: { varNames: ['other'] } }))).toBe('ERR_NAME var');
  });

  test('a frame of several number types is widened with a warning, text is refused', () => {
    const columns = { a: Int8Array.of(1, 2), b: Float32Array.of(0.5, 1.5) };
    const X = new DataFrame({ columns, index: ['x', 'y'] });
    expect(warningsOf(() => new AnnData({ X }))).toEqual(['UserWarning']);
    expect((quietly(() => new AnnData({ X })).X as DenseArray).dtype).toBe('float32');
    const text = new DataFrame({ columns: { a: ['p', 'q'] }, index: ['x', 'y'] });
    expect(refusal(() => new AnnData({ X: text }))).toBe('ERR_ARGUMENT X');
    const mixed = new DataFrame({ columns: { a: [1, 2], b: [true, false] }, index: ['x', 'y'] });
    expect(refusal(() => new AnnData({ X: mixed }))).toBe('ERR_ARGUMENT X');
  });

  test('another AnnData, alone: arrays are shared, containers are not', () => {
    const one = make({
      obs: { x: [1, 2, 3, 4] },
      obsm: { m: dense(4, 2) },
      layers: { l: dense(4, 3) },
      uns: { a: 1 },
      raw: { X: dense(4, 5) },
    });
    const two = new AnnData({ X: one });
    expect([two.X, two.obsm.get('m'), two.layers.get('l'), two.raw?.X]).toEqual([
      one.X,
      one.obsm.get('m'),
      one.layers.get('l'),
      one.raw?.X,
    ]);
    expect(two.X).toBe(one.X);
    expect(two.uns).toBe(one.uns);
    two.obsm.set('n', dense(4, 1));
    two.obs.set('y', [1, 2, 3, 4]);
    expect([one.obsm.has('n'), one.obs.has('y')]).toEqual([false, false]);
    expect(refusal(() => new AnnData({ X: one, obs: { x: [1, 2, 3, 4] } }))).toBe('ERR_ARGUMENT');
    expect(new AnnData({ X: new AnnData({ shape: [2, 5] }) }).shape).toEqual([2, 5]);
  });

  test('none', () => {
    expect([new AnnData().shape, new AnnData({ X: null }).X]).toEqual([[0, 0], null]);
  });

  test('nested lists, bare typed arrays, other sparse formats and objects are refused', () => {
    const coo = { row: new Int32Array(1), col: new Int32Array(1), data: new Float32Array(1), shape: [1, 1] };
    for (const X of [
      [
        [1, 2],
        [3, 4],
      ],
      new Float32Array(4),
      coo,
      'text',
      5,
      new Map(),
    ]) {
      expect(refusal(() => loose({ X }))).toBe('ERR_ARGUMENT X');
    }
  });

  test('0, 1 and 3 axes are refused', () => {
    for (const shape of [[], [3], [2, 3, 4]])
      expect(refusal(() => new AnnData({ X: dense(...shape) }))).toBe('ERR_SHAPE X');
  });
});

describe.each([
  ['obs', 4, ['obs_names', 'obsNames', 'row_names', 'rowNames']],
  ['var', 3, ['var_names', 'varNames', 'col_names', 'colNames']],
] as const)('1.2 %s', (attr, length, keys) => {
  const names = ['p', 'q', 'r', 's'].slice(0, length);
  const values = [1, 2, 3, 4].slice(0, length);
  const index = (adata: AnnData): unknown[] => texts(adata[attr].index);

  test('a frame is not aliased', () => {
    const frame = new DataFrame({ columns: { x: values }, index: names, indexName: 'id' });
    const adata = make({ [attr]: frame });
    frame.set('y', values);
    frame.setIndex(values.map((value) => `n${value}`));
    expect([adata[attr].columns, index(adata), adata[attr].indexName]).toEqual([['x'], names, 'id']);
  });

  test.each(keys)('a mapping of columns; %s are the names', (key) => {
    const adata = make({ [attr]: { x: values, [key]: names } });
    expect([adata[attr].columns, index(adata)]).toEqual([['x'], names]);
    expect(index(make({ [attr]: new Map<string, unknown>([[key, names]]) }))).toEqual(names);
  });

  test('of two keys for names the first wins, the other is a column', () => {
    const adata = make({ [attr]: { [keys[2]]: values.map(String), [keys[0]]: names } });
    expect([adata[attr].columns, index(adata)]).toEqual([[keys[2]], names]);
  });

  test('scalars alone tell no length', () => {
    expect(refusal(() => new AnnData({ obs: { q: 1 } }))).toBe('ERR_SHAPE obs');
    expect(refusal(() => new AnnData({ var: new Map([['q', 'a']]) }))).toBe('ERR_SHAPE var');
    expect(new AnnData({ obs: { q: 1 }, shape: [2, 0] }).obs.get('q').length).toBe(2);
    expect(new AnnData({ obs: {} }).shape).toEqual([0, 0]);
  });

  test('a scalar fills a column', () => {
    expect(texts(make({ [attr]: { x: 'a' } })[attr].get('x') as Iterable<unknown>)).toEqual(values.map(() => 'a'));
  });

  test('none: rows are counted', () => {
    expect(index(make())).toEqual(['0', '1', '2', '3'].slice(0, length));
    expect(index(make({ [attr]: {} }))).toEqual(['0', '1', '2', '3'].slice(0, length));
  });

  test('lists, vectors and text are refused', () => {
    for (const value of [values, 'text', new Float32Array(length), make().obsNames]) {
      expect(refusal(() => make({ [attr]: value }))).toBe(`ERR_ARGUMENT ${attr}`);
    }
  });

  test('a wrong length is refused', () => {
    expect(refusal(() => make({ [attr]: { x: [1, 2] } }))).toBe(`ERR_SHAPE ${attr}/x`);
    expect(refusal(() => make({ [attr]: new DataFrame({ index: ['a', 'b'] }) }))).toBe(`ERR_SHAPE ${attr}`);
    expect(refusal(() => make({ [attr]: { x: values, y: [1] } }))).toBe(`ERR_SHAPE ${attr}/y`);
  });

  test('names that are no text are cast, with a warning', () => {
    let adata: AnnData | undefined;
    const act = () => (adata = make({ [attr]: { [keys[0]]: values } }));
    expect(warningsOf(act)).toEqual(['ImplicitModificationWarning']);
    expect(index(adata as unknown as AnnData)).toEqual(values.map(String));
    const floats = quietly(() => make({ [attr]: { [keys[0]]: Float64Array.from(values, (value) => value / 2) } }));
    expect(index(floats)).toEqual(['0.5', '1.0', '1.5', '2.0'].slice(0, length));
  });

  test('duplicate names warn; missing names are no duplicates', () => {
    expect(warningsOf(() => make({ [attr]: { [keys[0]]: names.map(() => 'same') } }))).toEqual(['UserWarning']);
    expect(warningsOf(() => make({ [attr]: { [keys[0]]: names.map((name, i) => (i < 2 ? null : name)) } }))).toEqual(
      [],
    );
  });
});

describe.each([
  ['obsm', 4, 'obs'],
  ['varm', 3, 'var'],
] as const)('1.2 %s', (attr, length, frame) => {
  test('arrays of at least one axis; one axis becomes a column', () => {
    const cube = dense(length, 2, 2);
    const adata = make({ [attr]: { flat: dense(length), bare: new Float32Array(length), cube } });
    const shapes = [...adata[attr].values()].map((value) => (value as DenseArray).shape);
    expect(shapes).toEqual([
      [length, 1],
      [length, 1],
      [length, 2, 2],
    ]);
    expect(adata[attr].get('cube')).toBe(cube);
  });

  test('CSR', () => {
    const csr = identity(length);
    expect(make({ [attr]: { csr } })[attr].get('csr')).toBe(csr);
  });

  test('a frame must carry the names', () => {
    const index = ['p', 'q', 'r', 's'].slice(0, length);
    const names = { [frame]: { [`${frame}Names`]: index } };
    const value = new DataFrame({ columns: { x: index }, index });
    expect((make({ ...names, [attr]: { value } })[attr].get('value') as DataFrame).columns).toEqual(['x']);
    expect(refusal(() => make({ [attr]: { value } }))).toBe(`ERR_NAME ${attr}/value`);
    const turned = new DataFrame({ columns: { x: index }, index: [...index].reverse() });
    expect(refusal(() => make({ ...names, [attr]: { value: turned } }))).toBe(`ERR_NAME ${attr}/value`);
  });

  test('records give an entry for each field', () => {
    const records = new RecordArray(
      [
        ['a', dense(length)],
        ['b', dense(length, 2)],
      ],
      length,
    );
    const adata = make({ [attr]: records });
    expect([...adata[attr]].map(([key, value]) => [key, (value as DenseArray).shape])).toEqual([
      ['a', [length, 1]],
      ['b', [length, 2]],
    ]);
  });

  test('awkward arrays', () => {
    const form = { class: 'NumpyArray', primitive: 'int64', inner_shape: [], parameters: {}, form_key: 'node0' };
    const awkward = (n: number) =>
      new AwkwardArray(form, n, [['node0-data', new DenseArray(new BigInt64Array(n), [n])]]);
    const value = awkward(length);
    expect(make({ [attr]: { value } })[attr].get('value')).toBe(value);
    expect(refusal(() => make({ [attr]: { value: awkward(length + 1) } }))).toBe(`ERR_SHAPE ${attr}/value`);
  });

  test('lists and scalars are refused', () => {
    for (const value of [[1, 2, 3, 4], 'text', 1, {}]) {
      expect(refusal(() => make({ [attr]: { value } as never }))).toBe(`ERR_ARGUMENT ${attr}/value`);
    }
    expect(refusal(() => make({ [attr]: dense(length, 2) as never }))).toBe(`ERR_ARGUMENT ${attr}`);
  });

  test('a wrong length is refused', () => {
    expect(refusal(() => make({ [attr]: { value: dense(length - 1, 2) } }))).toBe(`ERR_SHAPE ${attr}/value`);
    expect(refusal(() => make({ [attr]: { value: dense() } }))).toBe(`ERR_SHAPE ${attr}/value`);
  });
});

describe.each([
  ['obsp', 4],
  ['varp', 3],
] as const)('1.2 %s', (attr, n) => {
  test('dense or sparse, n × n; a frame becomes an array', () => {
    const csr = identity(n);
    const columns = Object.fromEntries(Array.from({ length: n }, (_, i) => [`c${i}`, new Float32Array(n).fill(i)]));
    const adata = make({ [attr]: { csr, square: dense(n, n), frame: new DataFrame({ columns }) } });
    expect(adata[attr].get('csr')).toBe(csr);
    const frame = adata[attr].get('frame') as DenseArray;
    expect([frame instanceof DenseArray, frame.dtype, numbers(frame)[1]]).toEqual([true, 'float32', 1]);
  });

  test('anything else is refused', () => {
    expect(refusal(() => make({ [attr]: { value: dense(n, n + 1) } }))).toBe(`ERR_SHAPE ${attr}/value`);
    expect(refusal(() => make({ [attr]: { value: dense(n) } }))).toBe(`ERR_SHAPE ${attr}/value`);
    expect(refusal(() => make({ [attr]: { value: identity(n + 1) } }))).toBe(`ERR_SHAPE ${attr}/value`);
    expect(refusal(() => make({ [attr]: { value: [[1]] } as never }))).toBe(`ERR_ARGUMENT ${attr}/value`);
  });
});

describe('1.2 layers', () => {
  test('are matrices of the shape of X', () => {
    const l = dense(4, 3);
    expect(make({ layers: { l } }).layers.get('l')).toBe(l);
    expect(refusal(() => make({ layers: { l: dense(3, 4) } }))).toBe('ERR_SHAPE layers/l');
    expect(refusal(() => make({ layers: { l: dense(4, 3, 2) } }))).toBe('ERR_SHAPE layers/l');
    expect(refusal(() => make({ layers: { l: [[1]] } as never }))).toBe('ERR_ARGUMENT layers/l');
  });

  test('the layer null is X', () => {
    const X = dense(4, 3);
    const adata = new AnnData({ layers: new Map([[null, X]]) });
    expect(adata.X).toBe(X);
    expect(make().layers.get(null)).toBeInstanceOf(DenseArray);
    expect(new AnnData({ X, layers: new Map([[null, X]]) }).X).toBe(X);
    expect(refusal(() => new AnnData({ X, layers: new Map([[null, dense(4, 3)]]) }))).toBe('ERR_ARGUMENT');
  });
});

describe('1.2 raw', () => {
  test('a mapping of X, var and varm', () => {
    const X = dense(4, 2);
    const { raw } = make({ raw: { X, var: { varNames: ['a', 'b'], q: [1, 2] }, varm: { m: dense(2, 3) } } });
    expect([raw?.X, raw?.shape, texts(raw?.varNames ?? []), [...(raw?.varm.keys() ?? [])]]).toEqual([
      X,
      [4, 2],
      ['a', 'b'],
      ['m'],
    ]);
    expect(raw?.X).toBe(X);
  });

  test('without var, variables are counted', () => {
    expect(texts(make({ raw: { X: dense(4, 2) } }).raw?.varNames ?? [])).toEqual(['0', '1']);
  });

  test('a Raw of another object', () => {
    const { raw } = make({ raw: { X: dense(4, 2), var: { q: [1, 2] } } });
    const adata = make({ obs: { obsNames: ['a', 'b', 'c', 'd'] }, raw });
    expect(adata.raw).toBeInstanceOf(Raw);
    expect(adata.raw).not.toBe(raw);
    expect([adata.raw?.X, texts(adata.raw?.obsNames ?? [])]).toEqual([raw?.X, ['a', 'b', 'c', 'd']]);
  });

  test('an empty mapping is none; other rows, lengths and members are refused', () => {
    expect(make({ raw: {} }).raw).toBeNull();
    expect(refusal(() => make({ raw: { X: dense(3, 2) } }))).toBe('ERR_SHAPE raw/X');
    expect(refusal(() => make({ raw: { X: dense(4, 2), varm: { m: dense(3, 2) } } }))).toBe('ERR_SHAPE raw/varm/m');
    expect(refusal(() => make({ raw: { X: dense(4, 2), var: { q: [1] } } }))).toBe('ERR_SHAPE raw/var/q');
    expect(refusal(() => make({ raw: { X: dense(4, 2), obs: {} } as never }))).toBe('ERR_ARGUMENT raw');
    expect(refusal(() => make({ raw: dense(4, 3) as never }))).toBe('ERR_ARGUMENT raw');
  });
});

describe('1.2 shape', () => {
  test('only without X', () => {
    expect(new AnnData({ shape: [2, 3] }).shape).toEqual([2, 3]);
    expect(refusal(() => make({ shape: [4, 3] }))).toBe('ERR_ARGUMENT');
    expect(refusal(() => new AnnData({ layers: new Map([[null, dense(2, 3)]]), shape: [2, 3] }))).toBe('ERR_ARGUMENT');
  });

  test('must be two sizes that fit obs and var', () => {
    for (const shape of [[4], [-1, 2], [1.5, 2], [1, 2, 3], 'ab', 4])
      expect(refusal(() => loose({ shape }))).toBe('ERR_SHAPE');
    expect(refusal(() => new AnnData({ obs: { x: [1, 2, 3] }, shape: [2, 3] }))).toBe('ERR_SHAPE obs/x');
  });

  test('is inferred otherwise', () => {
    expect(new AnnData({ obs: { x: [1, 2, 3] } }).shape).toEqual([3, 0]);
    expect(new AnnData({ var: new DataFrame({ index: ['a', 'b'] }) }).shape).toEqual([0, 2]);
    expect(new AnnData({ obsm: { m: dense(5, 2) }, varp: { p: identity(6) } }).shape).toEqual([5, 6]);
    expect(new AnnData({ obsp: { p: dense(2, 2) }, varm: { m: dense(3) } }).shape).toEqual([2, 3]);
    expect(new AnnData({ layers: { l: dense(5, 2) } }).shape).toEqual([5, 2]);
    expect(new AnnData({ obsm: new RecordArray([['a', dense(3)]], 3) }).shape).toEqual([3, 0]);
    expect(refusal(() => new AnnData({ obsm: { m: dense(5, 2) }, layers: { l: dense(4, 2) } }))).toBe(
      'ERR_SHAPE obsm/m',
    );
    expect(texts(new AnnData({ obs: { obsNames: ['a', 'b'] } }).obsNames)).toEqual(['a', 'b']);
  });
});

describe('1.2 uns', () => {
  test('a plain object is kept, a Map becomes one', () => {
    const uns = { a: 1 };
    expect(make({ uns }).uns).toBe(uns);
    expect({ ...make({ uns: new Map([['a', 1]]) }).uns }).toEqual({ a: 1 });
    expect(Object.getPrototypeOf(make().uns)).toBeNull();
  });

  test('keys that mean something to JavaScript are just keys', () => {
    const { uns } = make({
      uns: new Map([
        ['__proto__', 1],
        ['constructor', 2],
      ]),
    });
    expect([Object.keys(uns), Reflect.get(uns, '__proto__'), ({} as Record<string, unknown>)['1']]).toEqual([
      ['__proto__', 'constructor'],
      1,
      undefined,
    ]);
  });

  test('lists, text and instances of classes are refused', () => {
    for (const uns of [[], [1], 'text', 1, new Date(), dense(2)])
      expect(refusal(() => loose({ uns }))).toBe('ERR_ARGUMENT uns');
  });

  test('graphs in uns.neighbors move to obsp, with a warning, and not in the object of the caller', () => {
    const graph = identity(4);
    const uns = { neighbors: { distances: graph, connectivities: dense(4, 4), params: { k: 1 } }, other: 1 };
    let adata: AnnData | undefined;
    expect(warningsOf(() => (adata = make({ uns })))).toEqual(['FutureWarning', 'FutureWarning']);
    expect([...(adata as unknown as AnnData).obsp.keys()]).toEqual(['distances', 'connectivities']);
    expect((adata as unknown as AnnData).obsp.get('distances')).toBe(graph);
    expect(Object.keys((adata as unknown as AnnData).uns['neighbors'] as object)).toEqual(['params']);
    expect(Object.keys(uns.neighbors)).toEqual(['distances', 'connectivities', 'params']);
  });

  test('what is no graph of the observations stays', () => {
    const { uns, obsp } = make({ uns: { neighbors: { distances: dense(3, 3), connectivities: dense(4) } } });
    expect([Object.keys(uns['neighbors'] as object), obsp.size]).toEqual([['distances', 'connectivities'], 0]);
  });

  test.each(['obs_keys_multicol', 'smp_keys_multicol', '_obs_keys_multicol', '_smp_keys_multicol'])(
    '%s: columns become an array of obsm',
    (key) => {
      const obs = { pc1: [1, 2, 3, 4], pc2: [5, 6, 7, 8], other: [0, 0, 0, 0] };
      const adata = make({ obs, uns: { [key]: ['pc'], kept: 1 } });
      expect([adata.obs.columns, Object.keys(adata.uns), numbers(adata.obsm.get('pc'))]).toEqual([
        ['other'],
        ['kept'],
        [1, 5, 2, 6, 3, 7, 4, 8],
      ]);
    },
  );

  test('var_keys_multicol: columns become an array of varm', () => {
    const adata = make({ var: { a1: [1, 2, 3] }, uns: { var_keys_multicol: ['a'] } });
    expect([(adata.varm.get('a') as DenseArray).shape, adata.var.columns]).toEqual([[3, 1], []]);
  });
});

test('a misspelt member is refused', () => {
  expect(refusal(() => loose({ x: dense(2, 2) }))).toBe('ERR_ARGUMENT');
});
