// SPDX-License-Identifier: BSD-3-Clause
//
// Topics of upstream's test_base, test_annot, test_utils and test_get_vector that have no other test here.

import { arrow, stringVector } from '../../lib/arrays/arrow';
import { AnnData, CsrMatrix, DataFrame, DenseArray, makeIndexUnique, readH5ad, slice } from '../../lib/index';
import { dense, identity, make, quietly, refusal, texts, warningsOf } from '../anndata/helpers';
import { scratch } from '../io/support';
import { beside, type Case, letters } from '../rules/outcomes';
import { describeWithPython, runPython } from '../support/python';

const slots = ['obsm', 'varm', 'obsp', 'varp'] as const;
const shapeOf = (value: unknown): unknown => (value as { shape: unknown }).shape;
const six = (): AnnData =>
  new AnnData({
    X: DenseArray.from([
      [1, 2, 3],
      [4, 5, 6],
    ]),
  });
const sixPython = 'b = AnnData(np.array([[1., 2, 3], [4, 5, 6]]))';
const flags = [true, false];
const genes = [true, true, false];

/** Both selectors at once, and one after the other in both orders. */
const twice = (program: string, rows: unknown, columns: unknown): Case => {
  const [r, c] = program.split(' | ');
  return [
    'test_slicing, test_boolean_slicing',
    `${sixPython}\n[b[${r}, ${c}].X, b[${r}][:, ${c}].X, b[:, ${c}][${r}].X]`,
    () => [
      six().subset(rows as never, columns as never).X,
      six()
        .subset(rows as never)
        .subset(null, columns as never).X,
      six()
        .subset(null, columns as never)
        .subset(rows as never).X,
    ],
  ];
};

const integers = arrow().vectorFromArray([1, 2, 3, 4], new (arrow().Int8)());

const cases: Case[] = [
  [
    'test_matching_int_index',
    'AnnData(pd.DataFrame(dict(a=[0., .5]), index=[0, 1]), obs=pd.DataFrame(index=[0, 1]))',
    () => {
      const index = Int32Array.of(0, 1);
      const X = new DataFrame({ columns: { a: Float64Array.of(0, 0.5) }, index });
      return new AnnData({ X, obs: new DataFrame({ index }) });
    },
  ],
  [
    'test_from_df_and_dict',
    'b = AnnData(pd.DataFrame(dict(a=[.1, .2], b=[1.1, 1.2])), dict(species=["p", "q"]))\nb, b.obs["species"]',
    () => {
      const X = new DataFrame({ columns: { a: Float64Array.of(0.1, 0.2), b: Float64Array.of(1.1, 1.2) } });
      const b = new AnnData({ X, obs: { species: ['p', 'q'] } });
      return [b, b.obs.get('species')];
    },
  ],
  [
    'test_df_warnings',
    'f = pd.DataFrame(dict(A=np.ones(4, "float32"), B=np.ones(4), C=np.ones(4)))\nw = warned(lambda: assign(a, "X", f))\nw, a.X',
    (a) => {
      const ones = Float64Array.of(1, 1, 1, 1);
      const f = new DataFrame({ columns: { A: Float32Array.from(ones), B: ones, C: ones } });
      return [warningsOf(() => (a.X = f)), a.X];
    },
  ],
  [
    'test_attr_deletion',
    'for k in ["X", "obs", "var", "obsm", "varm", "obsp", "varp", "layers", "uns"]: delattr(a, k)\na, list(a.obs), list(a.var), [len(getattr(a, k)) for k in ("obsm", "varm", "obsp", "varp", "layers", "uns")]',
    (a) => {
      for (const slot of ['X', 'obs', 'var', ...slots, 'layers', 'uns'] as const) a[slot] = null as never;
      const sizes = [...slots.map((slot) => a[slot].size), a.layers.size, Object.keys(a.uns).length];
      return [a, a.obs.columns, a.var.columns, sizes];
    },
  ],
  [
    'test_setting_index_names',
    'v = a[:, :]\nv.obs_names = list("pqrs")\nv.is_view, v, v.obs_names.name, a',
    (a) => {
      const v = a.subset(null);
      v.obsNames = ['p', 'q', 'r', 's'];
      return [v.isView, v, v.obs.indexName, a];
    },
  ],
  [
    'test_setting_dim_index',
    'a.raw = a.copy()\na.obs_names = pd.Index(list("pqrs"), name="letters")\na.obsm["new"] = pd.DataFrame(dict(k=[1, 2, 3, 4]), index=a.obs_names)\na.obs.index.name, a.raw.obs_names, a.obsm["new"].index, a.obsm.dim_names',
    (a) => {
      a.raw = a.copy();
      a.obs.setIndex(['p', 'q', 'r', 's'], 'letters');
      a.obsm.set('new', new DataFrame({ columns: { k: [1, 2, 3, 4] }, index: a.obsNames }));
      return [a.obs.indexName, a.raw?.obsNames, (a.obsm.get('new') as DataFrame).index, a.obsm.dimNames];
    },
  ],
  [
    'test_indices_dtypes',
    'a.obs_names = ["ö", "a", "日本", "👩‍🔬"]\na[["日本", "ö"]], a["ö":"a"]',
    (a) => {
      a.obsNames = ['ö', 'a', '日本', '👩‍🔬'];
      return [a.subset(['日本', 'ö']), a.subset(slice('ö', 'a'))];
    },
  ],
  twice('0 | 0', 0, 0),
  twice('1 | 0:2', 1, slice(0, 2)),
  twice('0:2 | 1:3', slice(0, 2), slice(1, 3)),
  twice('[0] | [0, 2]', [0], [0, 2]),
  twice('[True, False] | [True, True, False]', flags, genes),
  twice('[True, False] | 0', flags, 0),
  twice('0 | [True, True, False]', 0, genes),
  twice('0:2 | np.array([True, True, False])', slice(0, 2), genes),
  ['test_append_col', 'a.obs["n"] = ["not", "four", "values"]', (a) => a.obs.set('n', ['not', 'four', 'values'])],
  [
    'test_delete_col',
    'del a.obs["x"]\nlist(a.obs), list(a[:2].obs)',
    (a) => {
      a.obs.delete('x');
      return [a.obs.columns, a.subset(slice(0, 2)).obs.columns];
    },
  ],
  ...(
    [
      ['l', 'l'],
      ['None', null],
    ] as const
  ).map(
    ([layer, key]): Case => [
      'test_to_df_no_X',
      `del a.X\nv = a[:2]\n[f.to_df(layer=${layer === 'None' ? layer : `"${layer}"`}).to_dict("list") for f in (a, v)]`,
      (a) => {
        a.X = null;
        return [a, a.subset(slice(0, 2))].map((one) => one.toDf(key));
      },
    ],
  ),
  [
    'test_create_adata_from_single_axis_elem',
    '[list(AnnData(**{k: dict(a=np.zeros((5, 5)))}).shape) for k in ("obsm", "varm", "obsp", "varp")]',
    () => slots.map((slot) => new AnnData({ [slot]: { a: dense(5, 5) } }).shape),
  ],
  [
    'test_non_str_to_not_categorical',
    'b = letters("pqrst", "", obs=dict(t=["left", "right", None, np.nan, "left"], n=pd.array([True, False, None, None, True], dtype="boolean")))\nb.strings_to_categoricals()\n[str(b.obs[k].dtype) for k in b.obs]',
    () => {
      const columns = { t: ['left', 'right', null, null, 'left'], n: [true, false, null, null, true] };
      const b = letters('pqrst', '', { obs: columns });
      b.stringsToCategoricals();
      const names: Record<string, string> = { categorical: 'category', 'nullable-boolean': 'boolean' };
      return b.obs.columns.map((name) => names[b.obs.column(name).encoding]);
    },
  ],
  [
    'test_arrow_int_index',
    'b = []\nw = warned(lambda: b.append(AnnData(np.ones((4, 1)), obs=pd.DataFrame(index=pd.Index(np.array([1, 2, 3, 4], "int8"))))))\nw, b[0]',
    () => {
      let b: AnnData | undefined;
      const X = DenseArray.from([[1], [1], [1], [1]]);
      return [warningsOf(() => (b = new AnnData({ X, obs: new DataFrame({ index: integers }) }))), b];
    },
  ],
  [
    'test_make_index_unique',
    'from anndata.utils import make_index_unique\ni = pd.Index(["it", "it", pd.NA, "it-1", "it-1", pd.NA], dtype="string")\nr = []\nw = warned(lambda: r.append(make_index_unique(i)))\nw, r[0]',
    () => {
      let r: unknown;
      const i = stringVector(['it', 'it', null, 'it-1', 'it-1', null]);
      return [warningsOf(() => (r = makeIndexUnique(i))), r];
    },
  ],
  [
    'test_adata_unique_indices',
    'b = letters("aaa", "bb", sp.csr_matrix(counted(3, 2)), obsm=dict(f=pd.DataFrame(dict(k=[1, 2, 3]), index=list("aaa"))))\nb.obs_names_make_unique()\nb.var_names_make_unique()\nb, b.obsm["f"].index, b[:2, :1], b[:2].obsm["f"].index',
    () => {
      const f = new DataFrame({ columns: { k: [1, 2, 3] }, index: ['a', 'a', 'a'] });
      const X = CsrMatrix.fromDense(
        DenseArray.from([
          [1, 2],
          [3, 4],
          [5, 6],
        ]),
      );
      const b = letters('aaa', 'bb', { X, obsm: { f } });
      b.obsNamesMakeUnique();
      b.varNamesMakeUnique();
      const index = (one: AnnData): unknown => (one.obsm.get('f') as DataFrame).index;
      return [b, index(b), b.subset(slice(0, 2), slice(0, 1)), index(b.subset(slice(0, 2)))];
    },
  ],
];

beside('construction, names, annotation', cases);

test('test_setting_index_names_error: an index is named by text; the view stays one', () => {
  const v = make().subset([0, 1]);
  expect(refusal(() => v.obs.setIndex(['x', 'y'], 0 as never))).toBe('ERR_NAME');
  expect([v.isView, texts(v.obsNames), v.obs.indexName]).toEqual([true, ['0', '1'], null]);
});

test('test_convenience: vectors of a sparse and a dense object are the same, also of raw', () => {
  const X = DenseArray.from([
    [0, 2, 3],
    [0, 5, 6],
  ]);
  const of = (matrix: DenseArray | CsrMatrix): AnnData => {
    const obs = { obsNames: ['s1', 's2'], anno1: ['c1', 'c2'] };
    const adata = new AnnData({ X: matrix, obs, var: { varNames: ['a', 'b', 'c'], anno2: ['p', 'q', 'r'] } });
    adata.layers.set('same', matrix);
    adata.raw = adata;
    return adata;
  };
  const vectors = (adata: AnnData): unknown[] =>
    [
      ...['a', 'b', 'c', 'anno1'].flatMap((key) => [adata.obsVector(key), adata.obsVector(key, { layer: 'same' })]),
      ...['s1', 's2', 'anno2'].flatMap((key) => [adata.varVector(key), adata.varVector(key, { layer: 'same' })]),
      ...['a', 'b', 'c'].map((key) => adata.raw!.obsVector(key)),
      ...['s1', 's2', 'anno2'].map((key) => adata.raw!.varVector(key)),
    ].map((vector) => [...(vector as Iterable<unknown>)]);
  const expected = vectors(of(X));
  expect(expected.slice(2, 4)).toEqual([
    [2, 5],
    [2, 5],
  ]);
  expect(vectors(of(CsrMatrix.fromDense(X)))).toEqual(expected);
});

test('test_amgibuous_keys: what names a row and a column of the other frame is refused', () => {
  const names = { obsNames: ['p', 'q'], varNames: ['g', 'h'] };
  const adata = new AnnData({
    X: dense(2, 2),
    obs: { obsNames: names.obsNames, p: [1, 2], g: [3, 4] },
    var: { varNames: names.varNames, g: [5, 6], p: [7, 8] },
  });
  adata.raw = adata;
  for (const options of [{}, { layer: null }]) {
    expect(refusal(() => adata.varVector('p', options))).toBe('ERR_NAME');
    expect(refusal(() => adata.obsVector('g', options))).toBe('ERR_NAME');
    expect([[...adata.obsVector('p', options)], [...adata.varVector('g', options)]]).toEqual([
      [1n, 2n],
      [5n, 6n],
    ]);
  }
  expect(refusal(() => adata.raw!.varVector('p'))).toBe('ERR_NAME');
  expect([...adata.raw!.varVector('g')]).toEqual([5n, 6n]);
});

describeWithPython('objects of one axis, written here', () => {
  const files = scratch();

  test('test_create_adata_from_single_axis_elem: are read with the same shape, here and there', async () => {
    for (const slot of slots) {
      const path = files.path(`${slot}.h5ad`);
      await new AnnData({ [slot]: { a: identity(5) } }).writeH5ad(path);
      const back = await readH5ad(path);
      const script = `import sys, anndata; a = anndata.read_h5ad(sys.argv[1]); print(a.shape, getattr(a, "${slot}")["a"].sum())`;
      const { stdout } = await runPython('-c', [script, path]);
      const [rows, columns] = slot.startsWith('obs') ? [5, 0] : [0, 5];
      expect([back.shape, shapeOf(back[slot].get('a')), stdout.trim()]).toEqual([
        [rows, columns],
        [5, 5],
        `(${rows}, ${columns}) 5.0`,
      ]);
    }
  });
});

test('test_rename_categories: no warning', () => {
  const adata = quietly(() => make({ obs: { t: ['a', 'b', 'a', 'b'] } }));
  adata.stringsToCategoricals();
  expect(warningsOf(() => adata.renameCategories('t', ['c', 'd']))).toEqual([]);
  expect(texts(adata.obs.get('t'))).toEqual(['c', 'd', 'c', 'd']);
});
