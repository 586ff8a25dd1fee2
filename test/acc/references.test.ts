// SPDX-License-Identifier: BSD-3-Clause

import fc from 'fast-check';
import { A, AdAcc, type AdRef, type ArrayAcc, isAdRef, isRefAcc } from '../../lib/acc';
import { AnnData } from '../../lib/anndata';
import { isVector } from '../../lib/arrays/arrow';
import { AwkwardArray } from '../../lib/arrays/awkward-array';
import { DenseArray, isDenseArray } from '../../lib/arrays/dense-array';
import { CscMatrix, CsrMatrix, isSparse } from '../../lib/arrays/sparse-matrix';
import { isAnnDataError } from '../../lib/errors';
import { DataFrame } from '../../lib/frame/data-frame';
import { quietly, refusal } from '../anndata/helpers';
import { describeWithPython, runPython } from '../support/python';

const seed = Number(process.env.ANNDATA_SEED ?? Date.now() % 2 ** 31);

const grid = (rows: number, columns: number, data = Float64Array.from({ length: rows * columns }, (_, i) => i)) =>
  new DenseArray(data, [rows, columns]);
const identity = CscMatrix.fromDense(grid(3, 3, Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1)));

const adata = new AnnData({
  X: new DenseArray(Float32Array.of(0, 1, 2, 3, 4, 5), [3, 2]),
  obs: new DataFrame({ columns: { k: [1, 2, 3], 'a.b': ['x', 'y', 'x'] }, index: ['c', 'd e', 'é'] }),
  var: { varNames: ['g', 'h,i'] },
  layers: { s: CsrMatrix.fromDense(grid(3, 2)) },
  obsm: { m: grid(3, 2), s: identity },
  obsp: { g: CsrMatrix.fromDense(grid(3, 3)), d: grid(3, 3) },
});

const list = (value: unknown): unknown => {
  if (isSparse(value)) return value.toDense().toNested();
  if (isDenseArray(value)) return value.toNested();
  return Array.from(value as Iterable<unknown>, (one) => (typeof one === 'bigint' ? Number(one) : one));
};

const specs = [
  ...['X', 'X[:,g]', 'X[c,:]', 'X[:, g]', 'X[:,  g]', 'X[:,:]', 'X[:,a,b]', 'X[a,b,:]', 'X[a,b]', 'X[', 'X[:]'],
  ...['Xa', 'Xa[:,g]', 'X[:,g]]', 'X[,:]', 'X[:,]', 'Y', '', 'uns.x', 'obs', 'index', 'ref_class.x', 'constructor.x'],
  ...['layers.l', 'layers.', 'layers.l[c,:]', 'layers.l[:,:]', 'layers.l[a,b]', 'layers.x.y[:,g]', 'layers.a[b[:,g]'],
  ...[
    'obs.k',
    'obs.',
    'obs.a.b',
    'obs.index',
    'var.x[1]',
    'obs.__proto__',
    "obs.it's",
    'obs."',
    'obs.\n',
    'obs.\u00a0',
  ],
  ...['obsm.m', 'obsm.m.0', 'obsm.m.1_0', 'obsm.m.1__0', 'obsm.m._1', 'obsm.m.-1', 'obsm.m.x', 'obsm.a.b.0', 'obsm.m.'],
  ...['obsm..0', 'varm.d.007', 'obsp.g', 'obsp.g[:,c]', 'obsp.g[c,:]', 'obsp.g[:,:]', 'varp.g[c,d]'],
];

const jsons: unknown[] = [
  ...[
    [],
    'obs.k',
    ['var'],
    ['uns', 'a'],
    ['layers', 1],
    ['layers', null],
    ['layers', 'l'],
    ['layers', null, null, 'g'],
  ],
  ...[
    ['layers', null, null, null],
    ['layers', 'l', 'a', 'b'],
    ['layers', 'l', 'c', null],
    ['layers', 'l', null],
  ],
  ...[
    ['obs', 'k'],
    ['obs', null],
    ['obs', 1],
    ['obs', 'k', null],
    ['obsm', 'm'],
    ['obsm', 'm', 0],
    ['obsm', 'm', -1],
  ],
  ...[
    ['obsm', 'm', true],
    ['obsm', 'm', 1.5],
    ['obsm', 'm', '0'],
    ['obsm', 'm', null],
    ['obsm', null],
    ['obsp', 'g'],
  ],
  ...[
    ['obsp', 'g', null, 'c'],
    ['obsp', 'g', null],
    ['obsp', 'g', null, null],
    ['varp', null, null, 'c'],
  ],
];

const parts = fc.constantFrom(
  'X',
  'obs',
  'var',
  'layers',
  'obsm',
  'varp',
  '.',
  '[',
  ']',
  ':',
  ',',
  ' ',
  'k',
  'g',
  '0',
  '_1',
  'é',
);
const words = fc.array(parts, { maxLength: 7 }).map((some) => some.join(''));

function made(make: () => AdRef | ArrayAcc | null): unknown {
  try {
    const ref = make();
    return ref && [String(ref), A.toJson(ref), isAdRef(ref) ? [...ref.dims].sort() : null];
  } catch (error) {
    if (isAnnDataError(error, 'ERR_ARGUMENT')) return 'error';
    throw error;
  }
}

function valuesOf(spec: string): unknown {
  const ref = A.resolve(spec, { strict: false });
  if (ref === null) return ['error', false];
  try {
    return [list(adata.subset<unknown>(ref)), adata.has(ref)];
  } catch (error) {
    if (isAnnDataError(error)) return ['error', adata.has(ref)];
    throw error;
  }
}

describeWithPython('references as in Python', () => {
  test(`texts, JSON and values, seed ${seed}`, async () => {
    const asked = {
      specs: [...specs, ...fc.sample(words, { numRuns: 300, seed })],
      json: jsons,
      values: [
        ...['X', 'X[:,g]', 'X[:,h,i]', 'X[d e,:]', 'X[:,:]', 'X[:,q]', 'X[g,:]', 'layers.s[:,g]', 'layers.s[é,:]'],
        ...['layers.s', 'layers.q', 'layers.q[:,g]', 'obs.k', 'obs.a.b', 'obs.q', 'var.k', 'obsm.m.0', 'obsm.m.1'],
        ...['obsm.m.2', 'obsm.s.1', 'obsm.q.0', 'obsm.m', 'obsp.g[:,é]', 'obsp.g[d e,:]', 'obsp.d[:,c]', 'obsp.d[q,:]'],
        ...['obsp.g[:,:]', 'varm.m.0', 'varp.g[:,g]'],
      ],
    };
    const { stdout } = await runPython('test/acc/python/references.py', [], { input: JSON.stringify(asked) });
    const expected = JSON.parse(stdout) as Record<keyof typeof asked, unknown[]>;
    const vecs = [undefined, true, false];
    const specOf = (spec: string): unknown[] => vecs.map((vec) => made(() => A.resolve(spec, { strict: true, vec })));
    expect(asked.specs.map((spec) => [spec, specOf(spec)])).toEqual(
      asked.specs.map((spec, i) => [spec, expected.specs[i]]),
    );
    const jsonOf = (data: unknown): unknown[] => vecs.map((vec) => made(() => A.fromJson(data, { vec })));
    expect(jsons.map((data) => [data, jsonOf(data)])).toEqual(jsons.map((data, i) => [data, expected.json[i]]));
    expect(asked.values.map((spec) => [spec, valuesOf(spec)])).toEqual(
      asked.values.map((spec, i) => [spec, expected.values[i]]),
    );
  }, 60_000);
});

describe('references', () => {
  test('are made as one would reach for the value', () => {
    const made = [A.X.at(null, 'g'), A.layers.at('l').at('c', null), A.layers.at(null), A.obs.at('k'), A.var.index];
    expect(made.map(String)).toEqual(["A.X[:, 'g']", "A.layers['l']['c', :]", 'A.X', "A.obs['k']", 'A.var.index']);
    expect(String(A.obsm.at('m').at(-1))).toBe("A.obsm['m'][:, -1]");
    expect([A, A.obs, A.layers, A.varm, A.obsp].map(String)).toEqual(['A', 'A.obs', 'A.layers', 'A.varm', 'A.obsp']);
    expect(A.obs.at('k')).toMatchObject({ acc: A.obs, idx: 'k' });
  });

  test('a list makes a list', () => {
    expect(A.X.at(null, ['a', 'b']).toString()).toBe("A.X[:, 'a'],A.X[:, 'b']");
    expect(A.obsp.at('g').at(['a'], null).toString()).toBe("A.obsp['g']['a', :]");
    expect(A.obs.at(['a', null]).map(String)).toEqual(["A.obs['a']", 'A.obs.index']);
    expect(A.obsm.at('m').at([0, -1]).map(String)).toEqual(["A.obsm['m'][:, 0]", "A.obsm['m'][:, -1]"]);
  });

  test('of nonsense are refused', () => {
    const wrong: (() => unknown)[] = [
      () => A.X.at('a', 'b'),
      () => A.X.at(['a'], ['b']),
      () => A.X.at(['a'], 'b'),
      () => A.X.at(1 as never, null),
      () => A.obsp.at('g').at(undefined as never, null),
      () => A.obs.at(1 as never),
      () => A.obsm.at('m').at(1.5),
      () => A.obsm.at('m').at(true as never),
      () => A.obsm.at(null as never),
      () => A.layers.at(1 as never),
      () => A.obs.toJson(),
      () => A.resolve(5 as never),
    ];
    expect(wrong.map((make) => refusal(make))).toEqual(wrong.map(() => 'ERR_ARGUMENT'));
  });

  test('are equal by content and can be keys', () => {
    const other = new AdAcc();
    expect(A.X.at(null, 'g').equals(other.X.at(null, 'g'))).toBe(true);
    expect(A.X.at(null, 'g').equals(A.X.at('g', null))).toBe(false);
    expect(A.X.at(null, 'g').equals("A.X[:, 'g']")).toBe(false);
    expect([A.X.equals(A.layers.at(null)), A.obs.equals(A.var)]).toEqual([true, false]);
    const seen = new Map([[A.obs.at('k').key, 1]]);
    expect(seen.get(A.resolve('obs.k', { vec: true }).key)).toBe(1);
    expect(isRefAcc(A.X) && !isRefAcc(A) && isAdRef(A.obs.index)).toBe(true);
  });

  test('go through JSON', () => {
    const refs = [A.X.at(null, 'g'), A.obs.index, A.obsm.at('m').at(2), A.obsp.at('g').at('c', null)];
    const back = (JSON.parse(JSON.stringify(refs)) as unknown[]).map((data) => A.fromJson(data));
    expect(back.map(String)).toEqual(refs.map(String));
  });

  test('may be of a class of one’s own', () => {
    class Labelled extends (A.obs.index.constructor as typeof AdRef) {
      get label(): string {
        return `${this.idx} of ${this.acc}`;
      }
    }
    const own = new AdAcc({ refClass: Labelled as never });
    expect((own.resolve('obs.k') as unknown as Labelled).label).toBe('k of A.obs');
  });
});

describe('get and has', () => {
  test('columns as they lie in the frame, lines as dense arrays of one axis, matrices as they are', () => {
    expect(A.obs.at('k').get(adata)).toBe(adata.obs.get('k'));
    expect(isVector(A.obs.index.get(adata))).toBe(true);
    expect(A.X.at(null, 'g').get(adata)).toMatchObject({ shape: [3], dtype: 'float32' });
    expect(A.layers.at('s').at('c', null).get(adata)).toMatchObject({ shape: [2] });
    expect(A.X.at(null, null).get(adata)).toBe(adata.X);
    expect(A.obsp.at('g').get(adata)).toBe(adata.obsp.get('g'));
    expect(A.obs.get(adata)).toBe(adata.obs);
  });

  test('by subset, as Python does it with brackets; mappings are no selectors', () => {
    expect(adata.subset(A.obs.at('k'))).toBe(adata.obs.get('k'));
    expect(adata.subset(A.X.at(null, 'g'))).toEqual(A.X.at(null, 'g').get(adata));
    expect(adata.subset(A.X)).toBe(adata.X);
    expect(adata.subset(A.var)).toBe(adata.var);
    expect(() => adata.subset(A.obsm as never)).toThrow(expect.objectContaining({ code: 'ERR_ARGUMENT' }));
    expect(() => adata.subset(A.obs.at('none'))).toThrow(expect.objectContaining({ code: 'ERR_NAME' }));
  });

  test('of negative columns, frames and records, which Python cannot cut', () => {
    const frame = new DataFrame({ columns: { p: [1, 2, 3], q: ['u', 'v', 'w'] }, index: ['0', '1', '2'] });
    const own = new AnnData({ shape: [3, 0], obsm: { frame, m: grid(3, 2) } });
    expect(list(A.obsm.at('frame').at(1).get(own))).toEqual(['u', 'v', 'w']);
    expect(list(A.obsm.at('m').at(-1).get(own))).toEqual([1, 3, 5]);
    expect(own.has(A.obsm.at('m').at(-3))).toBe(false);
    const form = { class: 'NumpyArray', primitive: 'int64', inner_shape: [], parameters: {}, form_key: 'node0' };
    const data = new DenseArray(new BigInt64Array(3), [3]);
    own.obsm.set('rows', new AwkwardArray(form as never, 3, [['node0-data', data]]));
    expect([own.has(A.obsm.at('rows')), own.has(A.obsm.at('rows').at(0))]).toEqual([true, false]);
    expect(refusal(() => A.obsm.at('rows').at(0).get(own))).toBe('ERR_ARGUMENT obsm/rows');
  });

  test('a name that is not unique refers to no line', () => {
    const twice = quietly(() => new AnnData({ X: grid(2, 2), var: { varNames: ['g', 'g'] } }));
    expect(refusal(() => A.X.at(null, 'g').get(twice))).toBe('ERR_NAME');
  });

  test('has takes accessors only', () => {
    expect([A.obsm, A.varm, A.obsp, A.layers].map((map) => adata.has(map))).toEqual([true, false, true, true]);
    expect([adata.has(A.X), adata.has(A.obs), adata.has(A.layers.at('q'))]).toEqual([true, true, false]);
    const bare = new AnnData({ shape: [1, 1] });
    expect([bare.has(A.X), bare.has(A.layers), bare.has(A.obs.index)]).toEqual([false, false, true]);
    expect(refusal(() => A.X.get(bare))).toBe('ERR_NAME');
    expect(refusal(() => adata.has('k' as never))).toBe('ERR_ARGUMENT');
  });
});
