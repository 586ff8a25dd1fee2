// SPDX-License-Identifier: BSD-3-Clause
//
// Topics of upstream's test_raw, test_layers, test_x, test_obsmvarm and test_obspvarp that have no other test here.

import { AnnData, CscMatrix, CsrMatrix, DataFrame, DenseArray, slice } from '../../lib/index';
import { dense, failure, identity, make, numbers, quietly, refusal, texts, warningsOf } from '../anndata/helpers';
import { beside, type Case } from '../rules/outcomes';

const X = () => dense(3, 4);
const L = (): DenseArray => {
  const l = X();
  (l.data as Float64Array).forEach((value, i, data) => {
    data[i] = value + 12;
  });
  return l;
};

/** Ways to replace the layers of an object that has X and L. */
const replaced = (program: string, ours: (a: AnnData) => unknown): Case => [
  'test_replace_layers_preserves_x',
  `X, L = np.arange(12.).reshape(3, 4), np.arange(12.).reshape(3, 4) + 12\nb = AnnData(X, layers=dict(L=L))\nw = warned(lambda: ${program})\nw, sorted(map(str, b.layers)), b.X`,
  () => {
    const b = new AnnData({ X: X(), layers: { L: L() } });
    const warnings = warningsOf(() => ours(b));
    return [warnings, [...b.layers.keys()].map((key) => key ?? 'None').sort(), b.X];
  },
];

const rawPython = 'b = AnnData(a.X, obs=a.obs, var=a.var)\nb.raw = b.copy()\nb = b[:, [0, 1]].copy()';
const withRaw = (a: AnnData): AnnData => {
  const b = new AnnData({ X: a.X as DenseArray, obs: a.obs, var: a.var });
  b.raw = b.copy();
  return b.subset(null, [0, 1]).copy();
};

const cases: Case[] = [
  [
    'test_raw_init',
    `${rawPython}\nb.var_names, b.raw.var_names, b.raw[:, 0].X`,
    (a) => {
      const b = withRaw(a);
      return [b.varNames, b.raw?.varNames, b.raw?.subset(null, 0).X];
    },
  ],
  [
    'test_raw_set_as_none',
    `${rawPython}\nc = b.copy()\ndel b.raw\nc.raw = None\nb, b.raw, c, c.raw`,
    (a) => {
      const b = withRaw(a);
      b.raw = null;
      return [b, b.raw, b, b.raw];
    },
  ],
  [
    'test_raw_of_view',
    `${rawPython}\nb[b.obs["c"] == "a"].raw.X`,
    (a) => withRaw(a).subset([true, true, false, false]).raw?.X,
  ],
  [
    'test_to_adata',
    `${rawPython}\nr = b.raw.to_adata()\nr, list(r.obs), list(r.layers), r.raw`,
    (a) => {
      const r = withRaw(a).raw!.toAdata();
      return [r, r.obs.columns, r.layers.keys(), r.raw];
    },
  ],
  [
    'test_to_adata_populates_obs',
    'b = a.copy()\nfor k in ("obs", "obsm", "obsp", "uns"): delattr(b, k)\na.raw = b\nr = a.raw.to_adata()\nr, list(r.obs), list(r.obsm), list(r.obsp), list(r.uns)',
    (a) => {
      const b = a.copy();
      for (const slot of ['obs', 'obsm', 'obsp', 'uns'] as const) b[slot] = null as never;
      a.raw = b;
      const r = a.raw!.toAdata();
      return [r, r.obs.columns, r.obsm.keys(), r.obsp.keys(), Object.keys(r.uns)];
    },
  ],
  replaced('assign(b, "layers", {})', (b) => (b.layers = {})),
  replaced('assign(b, "layers", dict(M=L))', (b) => (b.layers = { M: L() })),
  replaced('assign(b, "layers", {None: L})', (b) => (b.layers = new Map([[null, L()]]))),
  replaced(
    'assign(b, "layers", {None: None, "M": L})',
    (b) =>
      (b.layers = new Map([
        [null, null],
        ['M', L()],
      ])),
  ),
  replaced('assign(b, "layers", {None: None})', (b) => (b.layers = new Map([[null, null]]))),
  replaced('b.layers.clear()', (b) => b.layers.clear()),
  replaced('b.layers.clear(keep_x=True)', (b) => b.layers.clear({ keepX: true })),
  replaced('b.layers.clear(keep_x=False)', (b) => b.layers.clear({ keepX: false })),
  replaced('delattr(b, "layers")', (b) => (b.layers = null)),
  replaced('delattr(b, "X")', (b) => (b.X = null)),
  [
    'test_layers_views',
    'v = a[1:, 1:]\na.layers["S"] = a.X\nw = warned(lambda: put(v.layers, "T", np.ones((3, 2))))\nw, v.is_view, v.layers.is_view, list(v.layers), v.layers["S"], list(a.layers)',
    (a) => {
      const v = a.subset(slice(1), slice(1));
      a.layers.set('S', a.X);
      const warnings = warningsOf(() => v.layers.set('T', dense(3, 2)));
      return [warnings, v.isView, v.layers.isView, v.layers.keys(), v.layers.get('S'), a.layers.keys()];
    },
  ],
  [
    'test_set_dataframe',
    'a.layers["df"] = pd.DataFrame(a.X ** 2)\na.obsp["df"] = pd.DataFrame(np.ones((4, 4)))\na.layers["df"], a.obsp["df"]',
    (a) => {
      const columns = [0, 1, 2].map((j): [string, Float64Array] => [
        `${j}`,
        Float64Array.from({ length: 4 }, (_, i) => (i * 3 + j) ** 2),
      ]);
      const ones = ['0', '1', '2', '3'].map((name): [string, Float64Array] => [name, Float64Array.of(1, 1, 1, 1)]);
      a.layers.set('df', new DataFrame({ columns }));
      a.obsp.set('df', new DataFrame({ columns: ones }));
      return [a.layers.get('df'), a.obsp.get('df')];
    },
  ],
  [
    'test_assignment_dict',
    'f = pd.DataFrame(dict(k=[1, 2, 3, 4]), index=a.obs_names)\na.obsm = dict(a=f, b=np.zeros((4, 2)))\na.obsp = dict(c=sp.csr_matrix(np.eye(4)))\na.obsm["a"].to_dict("list"), a.obsm["b"], a.obsp["c"]',
    (a) => {
      a.obsm = {
        a: new DataFrame({ columns: { k: [1, 2, 3, 4] }, index: a.obsNames }),
        b: DenseArray.zeros('float64', [4, 2]),
      };
      const eye = DenseArray.from([0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => Number(i === j))));
      a.obsp = { c: CsrMatrix.fromDense(new DenseArray(Float64Array.from(numbers(eye)), [4, 4])) };
      return [a.obsm.get('a'), a.obsm.get('b'), a.obsp.get('c')];
    },
  ],
  [
    'test_init_x_as_none_shape_from_obs_var',
    '[list(AnnData(None, o, v).shape) for o, v in ((dict(obs_names=["1", "2"]), None), (None, dict(var_names=["a"])), (dict(obs_names=["1"]), dict(var_names=["a", "b"])))]',
    () =>
      [
        { obs: { obsNames: ['1', '2'] } },
        { var: { varNames: ['a'] } },
        { obs: { obsNames: ['1'] }, var: { varNames: ['a', 'b'] } },
      ].map((init) => new AnnData(init).shape),
  ],
];

beside('raw, X and the mappings', cases);

test('test_raw_as_parent_view: a part of raw has mappings of its own', () => {
  const adata = make({ varm: { PCs: dense(3, 3) } });
  adata.raw = adata.copy();
  const part = adata.raw!.subset(null, '0');
  part.varm.set('PCs', DenseArray.from([[1, 2, 3]]));
  expect([numbers(part.varm.get('PCs')), adata.raw!.varm.get('PCs')?.constructor]).toEqual([[1, 2, 3], DenseArray]);
  expect(numbers(adata.raw!.varm.get('PCs'))).toEqual(numbers(dense(3, 3)));
});

test('test_replace_layers_does_not_mutate_input', () => {
  const adata = make({ layers: { l: dense(4, 3) } });
  const given = { m: dense(4, 3) };
  const map = new Map<string | null, DenseArray>([['m', dense(4, 3)]]);
  quietly(() => {
    adata.layers = given;
    adata.layers = map;
  });
  expect([Object.keys(given), [...map.keys()]]).toEqual([['m'], ['m']]);
});

const kinds = {
  csr: (array: DenseArray): CsrMatrix => CsrMatrix.fromDense(array),
  csc: (array: DenseArray): CscMatrix => CscMatrix.fromDense(array),
  dense: (array: DenseArray): DenseArray => array,
};
const pairs = Object.values(kinds).flatMap((from) => Object.values(kinds).map((to) => [from, to] as const));

test.each([
  [1, 10],
  [10, 1],
  [1, 1],
])('test_setter_singular_dim: X of %d × %d is replaced by any kind', (rows, columns) => {
  for (const [from, to] of pairs) {
    const adata = new AnnData({ X: from(dense(rows, columns)) });
    const ones = to(DenseArray.from(Array.from({ length: rows }, () => new Array<number>(columns).fill(1))));
    expect(warningsOf(() => (adata.X = ones))).toEqual([]);
    expect(adata.X).toBe(ones);
    expect(adata.shape).toEqual([rows, columns]);
  }
});

test('test_setter_view: X of a view is replaced by any kind, the parent stays', () => {
  for (const [from, to] of pairs) {
    const adata = new AnnData({ X: from(dense(5, 5)) });
    const view = adata.subset(slice(0, 4), slice(0, 4));
    const assigned = to(dense(4, 4));
    expect(warningsOf(() => (view.X = assigned))).toEqual(['ImplicitModificationWarning']);
    expect([view.isView, view.X === assigned, adata.X?.equals(from(dense(5, 5)) as never)]).toEqual([
      false,
      true,
      true,
    ]);
  }
});

test('test_del_set_equiv_x: X may be removed twice', () => {
  const adata = make();
  adata.X = null;
  adata.X = null;
  expect([adata.X, adata.shape, adata.layers.size]).toEqual([null, [4, 3], 0]);
});

test('test_shape_error: the message tells what was found and what was expected', () => {
  const adata = new AnnData({ X: X() });
  const errors = [
    failure(() => adata.layers.set('L', dense(4, 4))),
    failure(() => adata.obsm.set('b', dense(4, 3))),
    failure(() => adata.varp.set('a', dense(5, 4))),
  ];
  expect(errors.map(({ code, key }) => `${code} ${key}`)).toEqual([
    'ERR_SHAPE layers/L',
    'ERR_SHAPE obsm/b',
    'ERR_SHAPE varp/a',
  ]);
  expect(errors.map(({ message }) => /4/.test(message) && /3|5/.test(message))).toEqual([true, true, true]);
});

test.each([
  ['obsm', 4, 'obs'],
  ['varm', 3, 'var'],
] as const)(
  'test_setting_ndarray, _sparse, _dataframe: %s takes what fits and stays when it does not',
  (slot, n, frame) => {
    const adata = make();
    adata[slot].set('a', dense(n, 10)).set('s', CsrMatrix.fromDense(dense(n, 7)));
    const value = new DataFrame({ columns: { p: texts(adata[frame].index) as string[] }, index: adata[frame].index });
    adata[slot].set('f', value);
    const kept = [...adata[slot].entries()];
    for (const bad of [dense(2, 10), dense(2 * n, 10), CsrMatrix.fromDense(dense(2 * n, 7))]) {
      expect(refusal(() => adata[slot].set('b', bad))).toBe(`ERR_SHAPE ${slot}/b`);
    }
    const other = new DataFrame({
      columns: { p: texts(adata[frame].index) as string[] },
      index: texts(adata[frame].index).map((name) => `x${name}`),
    });
    expect(refusal(() => adata[slot].set('c', other))).toBe(`ERR_NAME ${slot}/c`);
    expect([...adata[slot].entries()]).toEqual(kept);
  },
);

test.each([
  ['obsp', 4],
  ['varp', 3],
] as const)('test_setting_ndarray, _sparse: %s is square', (slot, n) => {
  const adata = make();
  adata[slot].set('a', dense(n, n)).set('s', identity(n));
  for (const bad of [dense(1, n), dense(n, 2 * n), identity(n + 1), CsrMatrix.fromDense(dense(2 * n, n))]) {
    expect(refusal(() => adata[slot].set('b', bad))).toBe(`ERR_SHAPE ${slot}/b`);
  }
  expect([...adata[slot].keys()]).toEqual(['a', 's']);
});

test('test_replace_obsm_does_not_preserve_none: only layers have an entry without a name', () => {
  const adata = make({ obsm: { m: dense(4, 2) } });
  expect(refusal(() => adata.obsm.set(null as never, dense(4, 2)))).toBe('ERR_ARGUMENT');
  adata.obsm = {};
  expect(adata.obsm.size).toBe(0);
});
