// SPDX-License-Identifier: BSD-3-Clause

import { inspect } from 'node:util';
import { AnnData } from '../../lib/anndata/anndata';
import { DenseArray } from '../../lib/arrays/dense-array';
import { DataFrame } from '../../lib/frame/data-frame';
import { dense, identity, make, texts } from './helpers';
import { python, withPython } from './python';

/** Keys of each slot of an object to be made here and there. */
interface Keys {
  shape: [number, number];
  X?: boolean;
  raw?: boolean;
  obs?: string[];
  var?: string[];
  uns?: string[];
  obsm?: string[];
  varm?: string[];
  obsp?: string[];
  varp?: string[];
  layers?: string[];
}

const odd = ["it's", '"', '\'"', 'a\nb\t', '\\', 'é😀', '\u200b\xa0', '', '\x7f', 'None!'];

const objects: Keys[] = [
  { shape: [0, 0] },
  { shape: [4, 3] },
  { shape: [4, 3], X: true },
  { shape: [4, 3], X: true, layers: ['l', 'm'] },
  { shape: [4, 3], layers: ['l'] },
  {
    shape: [2, 1],
    X: true,
    obs: ['x'],
    var: ['y', 'z'],
    uns: ['u'],
    obsm: ['a'],
    varm: ['b'],
    obsp: ['c'],
    varp: ['d'],
    raw: true,
  },
  {
    shape: [1, 1],
    obs: odd.filter((key) => key !== ''),
    uns: odd,
    obsm: odd,
    layers: odd.filter((key) => key !== 'None!'),
  },
];

function build({ shape, X, raw, ...keys }: Keys): AnnData {
  const [n, m] = shape;
  const each = <V>(names: string[] | undefined, value: V): Map<string, V> =>
    new Map((names ?? []).map((name) => [name, value]));
  return new AnnData({
    ...(X === true ? { X: dense(n, m) } : { shape }),
    obs: each(keys.obs, new Float32Array(n)),
    var: each(keys.var, new Float32Array(m)),
    uns: each(keys.uns, 1),
    obsm: each(keys.obsm, dense(n, 2)),
    varm: each(keys.varm, dense(m, 2)),
    obsp: each(keys.obsp, identity(n)),
    varp: each(keys.varp, identity(m)),
    layers: each(keys.layers, dense(n, m)),
    raw: raw === true ? { X: dense(n, 5) } : null,
  });
}

const script = `
import json, sys, numpy as np, anndata as ad, scipy.sparse as sp
def build(k):
    n, m = k['shape']
    each = lambda name, value: {key: value for key in k.get(name, [])}
    X = dict(X=np.zeros((n, m))) if k.get('X') else dict(shape=(n, m))
    return ad.AnnData(**X, obs=each('obs', np.zeros(n)), var=each('var', np.zeros(m)), uns=each('uns', 1),
        obsm=each('obsm', np.zeros((n, 2))), varm=each('varm', np.zeros((m, 2))), obsp=each('obsp', sp.csr_matrix(np.eye(n))),
        varp=each('varp', sp.csr_matrix(np.eye(m))), layers=each('layers', np.zeros((n, m))), raw=dict(X=np.zeros((n, 5))) if k.get('raw') else None)
def show(k):
    a = build(k)
    return [repr(a), str(a.raw) if a.raw else None, repr(a.obsm), repr(a.layers), repr(a.varp)]
print(json.dumps([show(k) for k in json.load(sys.stdin)]))
`;

describe('1.4 the text of an object', () => {
  test('has a line for each slot that holds something', () => {
    const adata = make({
      obs: { x: [1, 2, 3, 4] },
      layers: { l: dense(4, 3) },
      uns: { a: 1 },
      raw: { X: dense(4, 5) },
    });
    const text = [
      'AnnData object with n_obs × n_vars = 4 × 3',
      "    obs: 'x'",
      "    uns: 'a'",
      "    layers: 'l', None (.X)",
    ].join('\n');
    expect([String(adata), inspect(adata), inspect({ adata }, { depth: 0 })]).toEqual([
      text,
      text,
      expect.stringContaining('AnnData object with'),
    ]);
  });

  withPython("is Python's repr of the same object", () => {
    const mine = objects.map((keys) => {
      const adata = build(keys);
      return [
        String(adata),
        adata.raw === null ? null : String(adata.raw),
        ...[adata.obsm, adata.layers, adata.varp].map(String),
      ];
    });
    expect(mine).toEqual(python(script, objects));
  });
});

const outcomes = `
import json, numpy as np, pandas as pd, anndata as ad
X = np.arange(12.).reshape(4, 3)
def A(**k): return ad.AnnData(X.copy(), **k)
def show(a): return [list(a.shape), [str(n) for n in a.obs_names], [str(n) for n in a.var_names], list(a.obs), list(a.obsm), list(a.obsp), list(a.layers), list(a.uns)]
def names(v):
    a = A(); a.obs_names = v; return [str(n) for n in a.obs_names]
out = dict(
    plain=show(A()),
    named=show(A(obs=dict(row_names=list('wxyz'), q=[1, 2, 3, 4]), var=dict(col_names=list('abc')))),
    frame=show(ad.AnnData(pd.DataFrame(X, index=list('wxyz'), columns=list('abc')))),
    graphs=show(A(uns=dict(neighbors=dict(distances=np.eye(4), params={}), k=1))),
    columns=show(A(obs=dict(pc1=[1, 2, 3, 4], pc2=[1, 2, 3, 4], o=[1, 2, 3, 4]), uns=dict(obs_keys_multicol=['pc'], k=1))),
    shapes=[list(A(obsm=dict(k=v)).obsm['k'].shape) for v in (np.zeros(4), np.zeros((4, 2)), np.zeros((4, 2, 2)))],
    dtypes=[str(ad.AnnData(v).X.dtype) for v in (X.astype('f2'), X.astype('i1'), X.astype('c8'), X > 1)],
    names=[names(v) for v in ([1, 2, 3, 4], [1.0, 2.5, 3e20, 1e-9], ['a', 1, True, 2.5], [True, False, True, False])],
)
print(json.dumps(out))
`;

describe('1.2 the outcome of the constructor', () => {
  withPython('is that of Python', () => {
    const show = (adata: AnnData): unknown => [
      adata.shape,
      texts(adata.obsNames),
      texts(adata.varNames),
      adata.obs.columns,
      [...adata.obsm.keys()],
      [...adata.obsp.keys()],
      [...adata.layers.keys()],
      Object.keys(adata.uns),
    ];
    const named = (values: unknown[]): unknown => {
      const adata = make();
      adata.obsNames = values as string[];
      return texts(adata.obsNames);
    };
    const four = [1, 2, 3, 4];
    const labels = ['w', 'x', 'y', 'z'];
    const spy = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const columns = {
      a: Float64Array.of(0, 3, 6, 9),
      b: Float64Array.of(1, 4, 7, 10),
      c: Float64Array.of(2, 5, 8, 11),
    };
    const stored = (['float16', 'int8', 'complex64', 'bool'] as const).map((dtype) => DenseArray.zeros(dtype, [4, 3]));
    const mine = {
      plain: show(make()),
      named: show(make({ obs: { row_names: labels, q: four }, var: { col_names: ['a', 'b', 'c'] } })),
      frame: show(new AnnData({ X: new DataFrame({ columns, index: labels }) })),
      graphs: show(make({ uns: { neighbors: { distances: dense(4, 4), params: {} }, k: 1 } })),
      columns: show(make({ obs: { pc1: four, pc2: four, o: four }, uns: { obs_keys_multicol: ['pc'], k: 1 } })),
      shapes: [[4], [4, 2], [4, 2, 2]].map(
        (shape) => (make({ obsm: { k: dense(...shape) } }).obsm.get('k') as DenseArray).shape,
      ),
      dtypes: stored.map((X) => (new AnnData({ X }).X as DenseArray).dtype),
      names: [four, [1, 2.5, 3e20, 1e-9], ['a', 1, true, 2.5], [true, false, true, false]].map(named),
    };
    spy.mockRestore();
    expect(python(outcomes)).toEqual(mine);
  });
});
