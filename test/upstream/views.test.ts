// SPDX-License-Identifier: BSD-3-Clause
//
// Topics of upstream's test_views, test_inplace_subset, test_transpose and test_uns that have no other test here.

import { AnnData, CscMatrix, CsrMatrix, categorical, DataFrame, DenseArray, slice } from '../../lib/index';
import { dense, identity, quietly, refusal, texts, warningsOf } from '../anndata/helpers';
import { beside, type Case, fixture } from '../rules/outcomes';

const mappings = ['obsm', 'varm', 'obsp', 'varp', 'layers'] as const;

const shapeOf = (value: unknown): unknown => (value as { shape: unknown }).shape;

/** One more entry of 4 × 3 or n × n in every mapping. */
const filled = (a: AnnData): AnnData => {
  a.obsm.set('d', dense(4, 4));
  a.varm.set('d', dense(3, 3));
  a.obsp.set('d', dense(4, 4));
  a.varp.set('d', dense(3, 3));
  a.layers.set('d', dense(4, 3));
  return a;
};
const filledPython =
  'r = lambda *s: np.arange(np.prod(s) * 1.).reshape(s)\n' +
  'for k, s in dict(obsm=(4, 4), varm=(3, 3), obsp=(4, 4), varp=(3, 3), layers=(4, 3)).items(): getattr(a, k)["d"] = r(*s)';

const cases: Case[] = [
  [
    'test_views',
    'v = a[:2, 0]\nw = warned(lambda: assign(v, "X", np.zeros(2)))\nsorted(w), v, a[:, 0]',
    (a) => {
      const v = a.subset(slice(0, 2), 0);
      return [warningsOf(() => (v.X = new Float64Array(2))).sort(), v, a.subset(null, 0)];
    },
  ],
  ['test_convert_error', 'a[:, 0].X = [[1], []]', (a) => (a.subset(null, 0).X = [[1], []] as never)],
  [
    'test_view_subset_shapes',
    'v = a[:, ::2]\nlist(v.var.shape), [list(m.shape) for m in v.varm.values()]',
    (a) => {
      const v = a.subset(null, slice(null, null, 2));
      return [v.var.shape, [...v.varm.values()].map(shapeOf)];
    },
  ],
  [
    'test_set_scalar_subset_X',
    'v = a[[3, 1]]\nw = warned(lambda: assign(v, "X", 1.5))\nsorted(w), v.is_view, v, a',
    (a) => {
      const v = a.subset([3, 1]);
      return [warningsOf(() => (v.X = 1.5)).sort(), v.isView, v, a];
    },
  ],
  ...mappings.flatMap((slot): Case[] => [
    [
      'test_view_failed_delitem',
      `${filledPython}\nv = a[2:][:, :2]\ntry: del v.${slot}["no"]\nexcept KeyError: pass\nv.is_view`,
      (a) => {
        const v = filled(a).subset(slice(2)).subset(null, slice(0, 2));
        expect(v[slot].delete('no')).toBe(false);
        return v.isView;
      },
    ],
    [
      'test_view_delitem',
      `${filledPython}\nv = a[2:][:, :2]\nw = warned(lambda: v.${slot}.__delitem__("d"))\nw, v.is_view, "d" in v.${slot}, "d" in a.${slot}`,
      (a) => {
        const v = filled(a).subset(slice(2)).subset(null, slice(0, 2));
        return [warningsOf(() => v[slot].delete('d')), v.isView, v[slot].has('d'), a[slot].has('d')];
      },
    ],
    [
      'test_view_setattr_machinery',
      `${filledPython}\nv = a[[3, 0], ["g3"]]\nv.${slot} = v.copy().${slot}\nv.is_view, v, [list(m.shape) for m in v.${slot}.values()]`,
      (a) => {
        const v = filled(a).subset([3, 0], ['g3']);
        v[slot] = v.copy()[slot] as never;
        return [v.isView, v, [...(v[slot] as AnnData['obsp']).values()].map(shapeOf)];
      },
    ],
  ]),
  ...(['X', 'obs', 'var', 'obsm', 'varm', 'obsp', 'varp', 'layers', 'uns'] as const).map(
    (slot): Case => [
      'test_view_delattr',
      `${filledPython}\nv = a[[3, 0], ["g3"]]\ndel v.${slot}\nv.is_view, v, list(v.obs), [k for k in ("obsm", "varm", "obsp", "varp", "uns") if not getattr(v, k)], list(v.layers), list(a.obsm)`,
      (a) => {
        const v = filled(a).subset([3, 0], ['g3']);
        v[slot] = null as never;
        const empty = (['obsm', 'varm', 'obsp', 'varp'] as const).filter((one) => v[one].size === 0);
        const uns = Object.keys(v.uns).length === 0 ? ['uns'] : [];
        return [v.isView, v, v.obs.columns, [...empty, ...uns], v.layers.keys(), a.obsm.keys()];
      },
    ],
  ),
  [
    'test_view_of_view_modification',
    'a.X = sp.csr_matrix(np.zeros((4, 3)))\nu = a[0]\nv = u[:, 1:]\nv.X = np.ones((1, 2))\nv, u, a',
    (a) => {
      a.X = CsrMatrix.fromDense(DenseArray.zeros('float64', [4, 3]));
      const u = a.subset(0);
      const v = u.subset(null, slice(1));
      v.X = DenseArray.from([[1, 1]]);
      return [v, u, a];
    },
  ],
  [
    'test_x_none',
    'del a.X\nv = a[2:4]\nv, list(v.shape), v.copy()',
    (a) => {
      a.X = null;
      const v = a.subset(slice(2, 4));
      return [v, v.shape, v.copy()];
    },
  ],
  [
    'test_empty_list_subset',
    `${filledPython}\nv = a[:, []]\nv, list(v.obsm["d"].shape), list(v.varm["d"].shape), list(v.varp["d"].shape), list(v.layers["s"].shape)`,
    (a) => {
      const v = filled(a).subset(null, []);
      return [
        v,
        shapeOf(v.obsm.get('d')),
        shapeOf(v.varm.get('d')),
        shapeOf(v.varp.get('d')),
        shapeOf(v.layers.get('s')),
      ];
    },
  ],
  [
    'test_copy_X_dtype',
    '[str(a[::2].copy().X.dtype) for a in (AnnData(sp.csr_matrix(np.eye(4, dtype=t))) for t in ("int8", "float64", "bool"))]',
    () =>
      (['int8', 'float64', 'bool'] as const).map((dtype) => {
        const X = CsrMatrix.fromDense(DenseArray.zeros(dtype, [4, 4]));
        return (new AnnData({ X }).subset(slice(null, null, 2)).copy().X as CsrMatrix).dtype;
      }),
  ],
  [
    'test_modify_uns_in_copy',
    'b = a[:3].copy()\nb.uns["n"]["x"] = 5\na.uns["n"], b.uns["n"]',
    (a) => {
      const b = a.subset(slice(0, 3)).copy();
      (b.uns['n'] as { x: number }).x = 5;
      return [a.uns['n'], b.uns['n']];
    },
  ],
  [
    'test_dataframe_view_index_setting',
    'v = a[:, ["g1", "g2"]]\nv.obs.index = [n * 2 for n in v.obs.index]\nv.obs.index, a.obs.index',
    (a) => {
      const v = a.subset(null, ['g1', 'g2']);
      v.obs.setIndex(texts(v.obsNames).map((name) => `${name}${name}`));
      return [v.obs.index, a.obs.index];
    },
  ],
  [
    'test_copy_view',
    'v = a[::-2, ::-2]\ndel a.X\nv, v.copy()',
    (a) => {
      const v = a.subset(slice(null, null, -2), slice(null, null, -2));
      a.X = null;
      return [v, v.copy()];
    },
  ],
  [
    'test_transpose_with_X_as_none',
    'del a.X\nt = a.T\nt, list(t.varp), list(t.varm), list(t.layers), t.T',
    (a) => {
      a.X = null;
      return [a.T, a.T.varp.keys(), a.T.varm.keys(), a.T.layers.keys(), a.T.T];
    },
  ],
  [
    'test_transpose_orig',
    't = a.T\nt.uns["test"] = 1\n"test" in a.uns',
    (a) => {
      a.T.uns['test'] = 1;
      return 'test' in a.uns;
    },
    'transpose-uns',
  ],
];

beside('views and transposes', cases);

test('test_double_index, test_view_different_type_indices: masks, positions and names of the same rows show the same', () => {
  const forms: [unknown, unknown][] = [
    [
      [true, false, true, true],
      [false, true, true],
    ],
    [
      [0, 2, 3],
      [1, 2],
    ],
    [Int32Array.of(0, -2, -1), Uint8Array.of(1, 2)],
    [
      ['w', 'y', 'z'],
      ['g2', 'g3'],
    ],
  ];
  const shown = forms.flatMap(([rows, columns]) => {
    const a = filled(fixture());
    const both = a.subset(rows as never, columns as never);
    const apart = a.subset(rows as never).subset(null, columns as never);
    return [both, apart].map((v) =>
      JSON.stringify([v.X, ...mappings.flatMap((slot) => [...v[slot].values()])], (_, value) =>
        typeof value === 'bigint' ? Number(value) : value,
      ),
    );
  });
  expect(new Set(shown).size).toBe(1);
});

test('test_view_of_view: views of views are the copies of copies, and belong to the root', () => {
  const rows = [3, 1, 2];
  for (const X of [dense(4, 3), CsrMatrix.fromDense(dense(4, 3)), CscMatrix.fromDense(dense(4, 3))]) {
    const a = new AnnData({ X });
    const views = a.subset(null, [2, 0]).subset(rows).subset([0, 2], [1]);
    const copies = a.subset(null, [2, 0]).copy().subset(rows).copy().subset([0, 2], [1]).copy();
    expect(views.X?.equals(copies.X as never)).toBe(true);
    expect(views.X?.constructor).toBe(X.constructor);
    expect(texts(views.obsNames)).toEqual(['3', '2']);
  }
});

test('test_layers_view: a layer that does not fit leaves the view one', () => {
  const v = fixture().subset(slice(1), slice(1));
  expect(refusal(() => v.layers.set('L2', dense(4, 3)))).toBe('ERR_SHAPE layers/L2');
  expect(v.isView).toBe(true);
  expect(warningsOf(() => v.layers.set('L2', dense(3, 2)))).toEqual(['ImplicitModificationWarning']);
  expect(v.isView).toBe(false);
});

describe.each([
  ['dense', (): DenseArray => dense(4, 3)],
  ['csr', (): CsrMatrix => CsrMatrix.fromDense(dense(4, 3))],
  ['csc', (): CscMatrix => CscMatrix.fromDense(dense(4, 3))],
  ['no X', () => null],
])('test_inplace_subset: %s', (_, X) => {
  const make = (): AnnData => {
    const a = filled(fixture());
    a.X = X();
    a.obsm.set('s', identity(4));
    a.obsm.set('f', new DataFrame({ columns: { c: categorical(['p', 'q', 'p', 'r']) }, index: ['w', 'x', 'y', 'z'] }));
    return a;
  };
  const shown = (a: AnnData): unknown =>
    JSON.parse(
      JSON.stringify(
        [a.X, ...mappings.map((slot) => [...a[slot].entries()]), a.obs.toRecords(), a.var.toRecords(), a.uns],
        (key, value) => (typeof value === 'bigint' ? Number(value) : key === 'parent' ? null : value),
      ),
    );

  test.each([
    ['a slice', slice(1, 3)],
    ['a negative step', slice(null, null, -2)],
    ['names', ['y', 'w']],
    ['a mask', [true, false, false, true]],
    ['positions that repeat', [2, 2, 0]],
    ['one number', -1],
    ['nothing', []],
  ])('rows by %s as a copy of the view', (_name, rows) => {
    const [view, modified] = [make().subset(rows).copy(), make()];
    modified.inplaceSubsetObs(rows);
    expect(shown(modified)).toEqual(shown(view));
    expect(modified.isView).toBe(false);
  });

  test.each([
    ['a slice', slice(1, 3)],
    ['names', ['g3', 'g1']],
    ['a mask', [true, false, true]],
    ['one number', 0],
  ])('variables by %s as a copy of the view', (_name, columns) => {
    const [view, modified] = [make().subset(null, columns).copy(), make()];
    modified.inplaceSubsetVar(columns);
    expect(shown(modified)).toEqual(shown(view));
  });
});

test('test_uns_color_subset: colours of a wrong number are dropped, others follow their category', () => {
  const obs = { state: categorical(['k', 'k', 'l', 'm', 'n']), batch: categorical(['x', 'y', 'y', 'y', 'x']) };
  const three = ['teal', 'pink', 'gold'];
  const wrong = new AnnData({ X: dense(5, 5), obs, uns: { state_colors: three, batch_colors: three } });
  expect(Object.keys(wrong.subset(null, [0, 1]).uns)).toEqual([]);
  const colors = ['teal', 'pink', 'gold', 'grey'];
  const adata = new AnnData({ X: dense(5, 5), obs, uns: { state_colors: colors } });
  const shown = [[0, 1], [2], [3], [4]].map((rows) => {
    const v = adata.subset(rows);
    return [v.uns['state_colors'], quietly(() => v.copy()).uns['state_colors']];
  });
  expect(shown).toEqual(colors.map((color) => [[color], [color]]));
  expect(adata.uns['state_colors']).toEqual(colors);
});
