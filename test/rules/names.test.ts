// SPDX-License-Identifier: BSD-3-Clause

import { columnFrom, DataFrame, type DenseArray, makeIndexUnique, slice } from '../../lib/index';
import { warningsOf } from '../anndata/helpers';
import { beside, type Case, column, named } from './outcomes';

const unique = (names: (string | null)[]): Case => [
  'N1',
  `w = []\nfrom anndata.utils import make_index_unique\nr = make_index_unique(pd.Index(${JSON.stringify(names).replaceAll('null', 'None')}, dtype="str"))\nr`,
  () => makeIndexUnique(names).map((name) => name ?? 'missing'),
];

const converted = (rule: string, values: string, ours: (string | number | boolean | null)[]): Case => [
  rule,
  `f = pd.DataFrame({"t": ${values}})\na.strings_to_categoricals(f)\n[f["t"], isinstance(f["t"].dtype, pd.CategoricalDtype)]`,
  (a) => {
    const frame = new DataFrame({ columns: { t: columnFrom(ours) } });
    a.stringsToCategoricals(frame);
    return [column(frame, 't'), frame.column('t').encoding === 'categorical'];
  },
];

const cases: Case[] = [
  unique(['a', 'a', 'b', 'a']),
  unique(['a', 'a', 'a-1', 'a']),
  unique(['a-1', 'a', 'a']),
  unique(['a', null, 'a', null]),
  [
    'N1',
    'b = named(["p", "p", "q", "p"])\nb.obs_names_make_unique("_")\nb',
    () => {
      const b = named('p p q p');
      b.obsNamesMakeUnique('_');
      return b;
    },
  ],
  converted('N2', '["a", "b", "c"]', ['a', 'b', 'c']),
  converted('N2', '["a", "b", None]', ['a', 'b', null]),
  converted('N2', '["a", "b", "a"]', ['a', 'b', 'a']),
  converted('N2', '[True, False, True]', [true, false, true]),
  converted('N2', '[1, 1, 1]', [1, 1, 1]),
  converted('N3', '["x10", "x2", "x10"]', ['x10', 'x2', 'x10']),
  converted('N3', '["B", "a", "A", "x10", "x9", "x9"]', ['B', 'a', 'A', 'x10', 'x9', 'x9']),
  ['R1', 'a.raw = a[:2].copy()', (a) => (a.raw = a.subset(slice(0, 2)).copy())],
  ['R1', 'a.raw = a.X', (a) => (a.raw = a.X as never)],
  [
    'R2',
    'a.raw = a\na.X[0, 0] = 777\na.var["n"] = 1\na.raw.X, list(a.raw.var)',
    (a) => {
      a.raw = a;
      ((a.X as DenseArray).data as Float64Array)[0] = 777;
      a.var.set('n', [1, 1, 1]);
      return [a.raw?.X, a.raw?.var.columns];
    },
  ],
  [
    'R2',
    'a.varm["v"] = np.ones((3, 1))\na.raw = a\na.varm["w"] = np.ones((3, 1))\nlist(a.raw.varm), a.raw.varm["v"] is a.varm["v"]',
    (a) => {
      a.varm.set('v', a.subset(slice(0, 3), 0).X);
      a.raw = a;
      a.varm.set('w', a.varm.get('v') ?? null);
      return [a.raw?.varm.keys(), a.raw?.varm.get('v') === a.varm.get('v')];
    },
  ],
  [
    'R3',
    'a.raw = a\nlist(a[[0, 2], ["g1"]].raw.shape), a[[0, 2], ["g1"]].raw.X',
    (a) => {
      a.raw = a;
      const { raw } = a.subset([0, 2], ['g1']);
      return [raw?.shape, raw?.X];
    },
  ],
];

beside('2.3 names, categories, raw', cases);

test('N1 made unique by a number that another name has: a warning, as in Python', () => {
  expect(warningsOf(() => makeIndexUnique(['a', 'a', 'a-1']))).toEqual(['UserWarning']);
});
