// SPDX-License-Identifier: BSD-3-Clause

import { AnnData, CsrMatrix, categorical, DataFrame, DenseArray, settings, slice } from '../../lib/index';
import { dense, warningsOf } from '../anndata/helpers';
import { beside, type Case, column } from './outcomes';

const views: Case[] = [
  [
    'V1',
    'v = a[:2]\na.X[0, 0] = -1\nv.X',
    (a) => {
      const v = a.subset(slice(0, 2));
      ((a.X as DenseArray).data as Float64Array)[0] = -1;
      return v.X;
    },
  ],
  [
    'V1',
    'v = a[:2]\na.obsm["n"] = np.zeros((4, 1))\na.layers["n"] = a.X\nlist(v.obsm), list(v.layers)',
    (a) => {
      const v = a.subset(slice(0, 2));
      a.obsm.set('n', dense(4, 1));
      a.layers.set('n', a.X);
      return [v.obsm.keys(), v.layers.keys()];
    },
  ],
  [
    'V1',
    'v = a[:2]\na.obs["late"] = 1\na.uns["late"] = 1\nlist(v.obs), list(v.uns)',
    (a) => {
      const v = a.subset(slice(0, 2));
      a.obs.set('late', [1, 1, 1, 1]);
      a.uns['late'] = 1;
      return [v.obs.columns, Object.keys(v.uns)];
    },
  ],
  ...(
    [
      ['X', 'v.X = np.ones((2, 3))', (v) => (v.X = dense(2, 3))],
      ['layers', 'v.layers["l"] = np.ones((2, 3))', (v) => v.layers.set('l', dense(2, 3))],
      ['obsm', 'v.obsm["m"] = np.ones((2, 3))', (v) => v.obsm.set('m', dense(2, 3))],
      ['new obsm', 'v.obsm["n"] = np.ones((2, 3))', (v) => v.obsm.set('n', dense(2, 3))],
      ['obsp', 'v.obsp["o"] = np.ones((2, 2))', (v) => v.obsp.set('o', dense(2, 2))],
      ['deletion', 'del v.obsm["m"]', (v) => v.obsm.delete('m')],
    ] as [string, string, (v: AnnData) => unknown][]
  ).map(
    ([, edit, ours]): Case => [
      'V2',
      `v = a[:2]\nw = warned(lambda: exec(${JSON.stringify(edit)}, dict(v=v, np=np)))\nw, v.is_view, a, list(a.obsm)`,
      (a) => {
        const v = a.subset(slice(0, 2));
        return [warningsOf(() => ours(v)), v.isView, a, a.obsm.keys()];
      },
    ],
  ),
  [
    'V2',
    'v = a[:2]\nw = warned(lambda: assign(v, "obs_names", ["p", "q"]))\nw, v.is_view, v, a',
    (a) => {
      const v = a.subset(slice(0, 2));
      return [warningsOf(() => (v.obsNames = ['p', 'q'])), v.isView, v, a];
    },
  ],
  [
    'V2',
    'v = a[:2]\nv.obs["n"] = [1, 2]\nv.is_view, list(a.obs)',
    (a) => {
      const v = a.subset(slice(0, 2));
      v.obs.set('n', [1, 2]);
      return [v.isView, a.obs.columns];
    },
    'V2-private',
  ],
  [
    'V2',
    'v = a[:2]\nv.uns["k"] = 1\nv.is_view, list(a.uns)',
    (a) => {
      const v = a.subset(slice(0, 2));
      v.uns['k'] = 1;
      return [v.isView, Object.keys(a.uns)];
    },
    'V2-private',
  ],
  [
    'V2',
    'v = a[:2]\nv.X[0, 0] = 9\nv.is_view, v, a',
    (a) => {
      const v = a.subset(slice(0, 2));
      ((v.X as DenseArray).data as Float64Array)[0] = 9;
      return [v.isView, v, a];
    },
    'V2-copies',
  ],
  [
    'V3',
    'v = a[:2]\nw = warned(lambda: put(v.obs.loc, ("w", "x"), 100))\nw, v.is_view, v.obs["x"], a.obs["x"]',
    (a) => {
      const v = a.subset(slice(0, 2));
      return [warningsOf(() => v.obs.setValues('x', [0], 100)), v.isView, v.obs.get('x'), a.obs.get('x')];
    },
  ],
  [
    'V3',
    'v = a[:2]\ndel v.obs["x"]\nv.is_view, list(v.obs), list(a.obs)',
    (a) => {
      const v = a.subset(slice(0, 2));
      v.obs.delete('x');
      return [v.isView, v.obs.columns, a.obs.columns];
    },
  ],
  [
    'V4 D10',
    'v = a[:2]\nv.uns["n"]["x"] = 2\na.uns["n"]["x"]',
    (a) => {
      (a.subset(slice(0, 2)).uns['n'] as { x: number }).x = 2;
      return (a.uns['n'] as { x: number }).x;
    },
    'V4',
  ],
  [
    'D10',
    'from copy import deepcopy\nisinstance(deepcopy(a[:2].layers["s"]), sp.csr_matrix)',
    (a) => a.subset(slice(0, 2)).layers.copy().get('s') instanceof CsrMatrix,
    'D10',
  ],
  ['V5', 'a[:2].obs["c"]', (a) => column(a.subset(slice(0, 2)).obs, 'c')],
  ['V5', 'a[3:1].obs["c"]', (a) => column(a.subset(slice(3, 1)).obs, 'c')],
  [
    'V5',
    'with ad.settings.override(remove_unused_categories=False): c = a[:2].obs["c"]\nc',
    (a) => settings.override({ removeUnusedCategories: false }, () => column(a.subset(slice(0, 2)).obs, 'c')),
  ],
  ['V6', 'a[2:].uns["c_colors"]', (a) => a.subset(slice(2)).uns['c_colors']],
  [
    'V6',
    'a.uns["c_colors"] = ["r", "g"]\n"c_colors" in a[2:].uns',
    (a) => {
      a.uns['c_colors'] = ['r', 'g'];
      return 'c_colors' in a.subset(slice(2)).uns;
    },
  ],
  ['V7', 'a[[3, 0]].obsp["o"]', (a) => a.subset([3, 0]).obsp.get('o')],
  ['V7', 'a[2:].T', (a) => a.subset(slice(2)).T],
];

const assigned = (a: AnnData, X: unknown): unknown => {
  const warnings = warningsOf(() => (a.X = X as DenseArray));
  return [warnings, a.X];
};

const setters: Case[] = [
  ['S1', 'w = warned(lambda: assign(a, "X", 1.5))\nw, a.X', (a) => assigned(a, 1.5)],
  ['S1', 'w = warned(lambda: assign(a, "X", np.arange(12.).reshape(3, 4)))\nw, a.X', (a) => assigned(a, dense(3, 4))],
  [
    'S1',
    'a.X = np.arange(12.).reshape(3, 4).T.copy(order="F").T\na.X',
    (a) => {
      a.X = new DenseArray(Float64Array.of(0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11), [3, 4], { stride: [1, 3] });
      return a.X;
    },
  ],
  ['S1', 'a.X = np.zeros((3, 3))', (a) => assigned(a, dense(3, 3))],
  [
    'S1',
    'a.X = None\na.X, list(a.shape), list(a.layers)',
    (a) => {
      a.X = null;
      return [a.X, a.shape, a.layers.keys()];
    },
  ],
  [
    'S2',
    'w = warned(lambda: assign(a, "layers", {}))\nw, list(a.layers), a.X',
    (a) => [warningsOf(() => (a.layers = {})), a.layers.keys(), a.X],
  ],
  [
    'S2',
    'w = warned(lambda: a.layers.clear())\nw, list(a.layers)',
    (a) => [warningsOf(() => a.layers.clear()), a.layers.keys()],
  ],
  [
    'S2',
    'w = warned(lambda: assign(a, "layers", {None: None, "k": a.X}))\nw, list(a.layers), a.X',
    (a) => [
      warningsOf(
        () =>
          (a.layers = new Map([
            [null, null],
            ['k', a.X],
          ])),
      ),
      a.layers.keys(),
      a.X,
    ],
  ],
  ['S2', 'b = AnnData(a.X)\nlen(b.layers)', (a) => new AnnData({ X: a.X }).layers.size],
  ['S3', 'a.obs = pd.DataFrame({"k": [1, 2, 3]})', (a) => (a.obs = { k: [1, 2, 3] })],
  [
    'S3',
    'a.obsm["f"] = pd.DataFrame({"k": [1, 2, 3, 4]}, index=list("zyxw"))',
    (a) => a.obsm.set('f', new DataFrame({ columns: { k: [1, 2, 3, 4] }, index: ['z', 'y', 'x', 'w'] })),
  ],
  [
    'S3',
    'a.obsm["f"] = pd.DataFrame({"k": [1, 2, 3, 4]}, index=list("wxyz"))\na.obs = pd.DataFrame(index=list("pqrs"))\na.obsm["f"].index',
    (a) => {
      a.obsm.set('f', new DataFrame({ columns: { k: [1, 2, 3, 4] }, index: ['w', 'x', 'y', 'z'] }));
      a.obs = new DataFrame({ index: ['p', 'q', 'r', 's'] });
      return (a.obsm.get('f') as DataFrame).index;
    },
  ],
  [
    'S4',
    'a.obs_names = [1, 2, 3, 4]\na.obs_names',
    (a) => {
      a.obsNames = [1, 2, 3, 4] as never;
      return a.obsNames;
    },
  ],
  ['S4', 'a.obs_names = ["p"]', (a) => (a.obsNames = ['p'])],
];

beside('2.2 views', views);
beside('2.2 setters', setters);

test('D10 a copy of a frame in a view is that part of it', () => {
  const index = ['w', 'x', 'y', 'z'];
  const f = new DataFrame({ columns: { c: categorical(['p', 'q', 'r', 's']) }, index });
  const v = new AnnData({ obs: { obsNames: index }, obsm: { f } }).subset([2, 1]);
  expect((v.obsm.copy().get('f') as DataFrame).shape).toEqual([2, 1]);
});
