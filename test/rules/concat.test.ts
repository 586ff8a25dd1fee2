// SPDX-License-Identifier: BSD-3-Clause

import { AnnData, CscMatrix, CsrMatrix, categorical, concat, DataFrame, DenseArray } from '../../lib/index';
import { warningsOf } from '../anndata/helpers';
import { beside, type Case, column, counted, letters } from './outcomes';

const array = (...values: number[]): DenseArray => DenseArray.from(values);

/** C1: names of the other axis. */
const aligned = (a: string, b: string, join: 'inner' | 'outer'): Case => [
  'C1',
  `ad.concat([letters("x", "${a}"), letters("y", "${b}")], join="${join}").var_names`,
  () => concat([letters('x', a), letters('y', b)], { join }).varNames,
];

/** C11: the element type two columns share, spelt by pandas. */
const typed = (a: string, b: string, ours: [unknown, unknown], dtype: string): Case => [
  'C11',
  `c = ad.concat([letters("xw", "g", obs=dict(${a})), letters("yv", "g", obs=dict(${b}))], join="outer").obs["c"]\nstr(c.dtype), c.tolist()`,
  () => {
    const [x, y] = ours.map((c) => (c === null ? {} : { c }));
    const { obs } = concat([letters('xw', 'g', { obs: x as never }), letters('yv', 'g', { obs: y as never })], {
      join: 'outer',
    });
    const { encoding, dtype: stored } = obs.column('c');
    expect(`${encoding} ${stored}`).toBe(dtype);
    return [pandas[`${encoding} ${stored}`], column(obs, 'c')];
  },
];

const pandas: Record<string, string> = {
  'array float64': 'float64',
  'array int64': 'int64',
  'nullable-boolean bool': 'boolean',
  'nullable-integer int64': 'Int64',
  'string-array string': 'str',
};

/** C12: which entries of uns each strategy keeps. */
const merged = (strategy: 'same' | 'unique' | 'first' | 'only' | null): Case => [
  'C12',
  `ad.concat([letters("x", "g", uns=dict(s=1, d=1, n=dict(p=1, q=1))), letters("y", "g", uns=dict(s=1, d=2, o=3, n=dict(p=1, q=2, r=3)))], uns_merge=${strategy === null ? 'None' : `"${strategy}"`}).uns`,
  () =>
    concat(
      [
        letters('x', 'g', { uns: { s: 1, d: 1, n: { p: 1, q: 1 } } }),
        letters('y', 'g', { uns: { s: 1, d: 2, o: 3, n: { p: 1, q: 2, r: 3 } } }),
      ],
      { unsMerge: strategy },
    ).uns,
];

/** C13: whether two values of uns are the same. */
const same = (a: string, b: string, x: unknown, y: unknown): Case => [
  'C13',
  `"k" in ad.concat([letters("x", "g", uns=dict(k=${a})), letters("y", "g", uns=dict(k=${b}))], uns_merge="same").uns`,
  () =>
    'k' in
    concat([letters('x', 'g', { uns: { k: x } }), letters('y', 'g', { uns: { k: y } })], { unsMerge: 'same' }).uns,
];

const integers = (...values: number[]): DenseArray => new DenseArray(Int32Array.from(values), [1, values.length]);
const csr = (matrix: DenseArray): CsrMatrix => CsrMatrix.fromDense(matrix);
const one = counted(1, 1);
const single = new DenseArray(Float32Array.of(1), [1, 1]);

const cases: Case[] = [
  aligned('zam', 'mzq', 'inner'),
  aligned('zam', 'mzq', 'outer'),
  aligned('zam', 'maz', 'outer'),
  aligned('zam', 'zam', 'outer'),
  aligned('zam', '', 'inner'),
  [
    'C2',
    'ad.concat([letters("x", "aab"), letters("y", "ab")])',
    () => concat([letters('x', 'aab'), letters('y', 'ab')]),
  ],
  [
    'C2 D8',
    'ad.concat([letters("x", "aab"), letters("y", "aab")], join="outer")',
    () => concat([letters('x', 'aab'), letters('y', 'aab')], { join: 'outer' }),
    'D8',
  ],
  [
    'C3',
    'b = letters("ab", "g")\nw = []\nw += warned(lambda: w.append(ad.concat([b, b])))\nw',
    () => {
      const b = letters('ab', 'g');
      let made: AnnData | undefined;
      const warnings = warningsOf(() => (made = concat([b, b])));
      return [made, ...warnings];
    },
  ],
  [
    'C3',
    'b = letters("ab", "g")\nad.concat({"A": b, "B": b}, index_unique="_")',
    () => {
      const b = letters('ab', 'g');
      return concat({ A: b, B: b }, { indexUnique: '_' });
    },
  ],
  [
    'C3',
    'b = letters("ab", "g")\nad.concat([b, b], index_unique="-")',
    () => {
      const b = letters('ab', 'g');
      return concat([b, b], { indexUnique: '-' });
    },
  ],
  [
    'C4',
    'ad.concat({"B": letters("xy", "g", obs=dict(k=[1, 2])), "E": letters("", "g"), "A": letters("z", "g")}, label="k").obs["k"]',
    () =>
      column(
        concat(
          { B: letters('xy', 'g', { obs: { k: [1, 2] } }), E: letters('', 'g'), A: letters('z', 'g') },
          { label: 'k' },
        ).obs,
        'k',
      ),
  ],
  [
    'C5',
    'ad.concat([letters("x", "a", counted(1, 1)), letters("y", "b", counted(1, 1))], join="outer").X',
    () => concat([letters('x', 'a', { X: one }), letters('y', 'b', { X: one })], { join: 'outer' }).X,
  ],
  [
    'C5',
    'ad.concat([letters("x", "a", counted(1, 1, dtype="int32")), letters("y", "b", counted(1, 1, dtype="int32"))], join="outer").X',
    () => concat([letters('x', 'a', { X: integers(1) }), letters('y', 'b', { X: integers(1) })], { join: 'outer' }).X,
  ],
  [
    'C5 D9',
    'f = counted(1, 1, dtype="float32")\nad.concat([letters("x", "a", f), letters("y", "b", f)], join="outer").X',
    () => concat([letters('x', 'a', { X: single }), letters('y', 'b', { X: single })], { join: 'outer' }).X,
    'D9',
  ],
  [
    'C5',
    'ad.concat([letters("x", "a", sp.csr_matrix(counted(1, 1))), letters("y", "b", counted(1, 1))], join="outer").X',
    () => concat([letters('x', 'a', { X: csr(one) }), letters('y', 'b', { X: one })], { join: 'outer' }).X,
  ],
  [
    'C6',
    'ad.concat([letters("x", "ab", sp.csc_matrix(counted(1, 2))), letters("y", "ba", counted(1, 2))]).X',
    () =>
      concat([letters('x', 'ab', { X: CscMatrix.fromDense(counted(1, 2)) }), letters('y', 'ba', { X: counted(1, 2) })])
        .X,
  ],
  [
    'C6',
    'r = ad.concat([letters("x", "a", sp.csr_matrix(counted(1, 1))), letters("y", "b", sp.csr_matrix(counted(1, 1)))], join="outer", fill_value=7).X\nr.nnz, r.toarray().tolist()',
    () => {
      const X = concat([letters('x', 'a', { X: csr(one) }), letters('y', 'b', { X: csr(one) })], {
        join: 'outer',
        fillValue: 7,
      }).X as CsrMatrix;
      return [X.nnz, X.toDense().toNested()];
    },
  ],
  ...(['inner', 'outer'] as const).map(
    (join): Case => [
      'C7',
      `ad.concat([letters("xy", "g", obsm=dict(m=counted(2, 2), n=counted(2, 1))), letters("zw", "g", obsm=dict(m=counted(2, 3)))], join="${join}").obsm`,
      () => {
        const a = letters('xy', 'g', { obsm: { m: counted(2, 2), n: counted(2, 1) } });
        return concat([a, letters('zw', 'g', { obsm: { m: counted(2, 3) } })], { join }).obsm;
      },
    ],
  ),
  [
    'C8',
    'w = []\nw += warned(lambda: w.append(ad.concat([letters("x", "a", counted(1, 1)), letters("y", "a")]).X))\nw',
    () => {
      let X: unknown;
      const warnings = warningsOf(() => (X = concat([letters('x', 'a', { X: one }), letters('y', 'a')]).X));
      return [X, ...warnings];
    },
  ],
  [
    'C8',
    'warned(lambda: ad.concat([letters("x", "a", counted(1, 1)), letters("y", "a")], join="inner"))',
    () => warningsOf(() => concat([letters('x', 'a', { X: one }), letters('y', 'a')], { join: 'inner' })),
  ],
  [
    'C8',
    'ad.concat([letters("x", "a", counted(1, 1)), letters("y", "a")], join="outer").X',
    () => concat([letters('x', 'a', { X: one }), letters('y', 'a')], { join: 'outer' }).X,
  ],
  [
    'C9',
    'f = lambda n, **c: letters(n, "g", obsm=dict(f=pd.DataFrame(c, index=[n])))\nad.concat([f("x", p=[1.5], q=[2.5]), f("y", q=[3.5])], join="outer", fill_value=0).obsm["f"]',
    () => {
      const f = (n: string, columns: Record<string, number[]>) =>
        letters(n, 'g', { obsm: { f: new DataFrame({ index: [n], columns }) } });
      return concat([f('x', { p: [1.5], q: [2.5] }), f('y', { q: [3.5] })], { join: 'outer', fillValue: 0 }).obsm.get(
        'f',
      );
    },
  ],
  [
    'C9',
    'ad.concat([letters("x", "g", obsm=dict(f=pd.DataFrame(dict(p=[1]), index=["x"]))), letters("y", "g", obsm=dict(f=counted(1, 1)))])',
    () =>
      concat([
        letters('x', 'g', { obsm: { f: new DataFrame({ index: ['x'], columns: { p: [1] } }) } }),
        letters('y', 'g', { obsm: { f: one } }),
      ]),
  ],
  ...(['ba ca', 'ba ba', 'ba ab', 'x10x x9'] as const).map((pair): Case => {
    const [a, b] = pair.split(' ').map((labels) => [...labels.matchAll(/[a-z]\d*/g)].map(String)) as [
      string[],
      string[],
    ];
    const distinct = (labels: string[]): string[] => [...new Set(labels)];
    const text = (labels: string[]): string =>
      `pd.Categorical([${JSON.stringify(labels[0])}], categories=${JSON.stringify(distinct(labels))})`;
    return [
      'C10',
      `ad.concat([letters("x", "g", obs=dict(c=${text(a)})), letters("y", "g", obs=dict(c=${text(b)}))]).obs["c"]`,
      () => {
        const [x, y] = [a, b].map((labels) => categorical([labels[0] as string], { categories: distinct(labels) }));
        return column(concat([letters('x', 'g', { obs: { c: x! } }), letters('y', 'g', { obs: { c: y! } })]).obs, 'c');
      },
    ];
  }),
  ...(
    [
      ['ab', 'ab'],
      ['ab', 'ac'],
    ] as const
  ).map(
    ([a, b]): Case => [
      'C10',
      `o = lambda t: pd.Categorical(["a"], categories=list(t), ordered=True)\nisinstance(ad.concat([letters("x", "g", obs=dict(c=o("${a}"))), letters("y", "g", obs=dict(c=o("${b}")))]).obs["c"].dtype, pd.CategoricalDtype)`,
      () => {
        const o = (text: string) => categorical(['a'], { categories: [...text], ordered: true });
        const { obs } = concat([letters('x', 'g', { obs: { c: o(a) } }), letters('y', 'g', { obs: { c: o(b) } })]);
        return obs.column('c').encoding === 'categorical';
      },
    ],
  ),
  typed('c=[1, 2]', '', [[1, 2], null], 'array float64'),
  typed('c=[True, False]', '', [[true, false], null], 'nullable-boolean bool'),
  typed(
    'c=[True, False]',
    'c=[2, 3]',
    [
      [true, false],
      [2, 3],
    ],
    'array int64',
  ),
  typed('c=pd.array([1, None])', '', [[1, null], null], 'nullable-integer int64'),
  typed('c=np.array([1, 2], "uint64")', 'c=[3, 4]', [BigUint64Array.of(1n, 2n), [3, 4]], 'array float64'),
  typed('c=pd.Categorical(["a", "b"])', 'c=["c", "d"]', [categorical(['a', 'b']), ['c', 'd']], 'string-array string'),
  ...([null, 'same', 'unique', 'first', 'only'] as const).map(merged),
  same('np.array([np.nan, 1])', 'np.array([np.nan, 1])', array(Number.NaN, 1), array(Number.NaN, 1)),
  same('np.nan', 'float("nan")', Number.NaN, Number.NaN),
  same('1', 'True', 1, true),
  same('[1., 2.]', 'np.array([1., 2.])', [1, 2], array(1, 2)),
  same('np.ones(2)', 'np.ones(3)', array(1, 1), array(1, 1, 1)),
  same(
    'sp.csr_matrix(counted(2, 2))',
    'sp.csc_matrix(counted(2, 2))',
    csr(counted(2, 2)),
    CscMatrix.fromDense(counted(2, 2)),
  ),
  same('{}', '{}', {}, {}),
  ...(['inner', 'outer'] as const).map(
    (join): Case => [
      'C14',
      `ad.concat([letters("x", "zam", varm=dict(k=np.array([[1.], [2.], [3.]]))), letters("y", "mzq", varm=dict(k=np.array([[3.], [1.], [9.]])))], merge="same", join="${join}").varm`,
      () => {
        const k = (...values: number[]) => ({ varm: { k: array(...values) } });
        return concat([letters('x', 'zam', k(1, 2, 3)), letters('y', 'mzq', k(3, 1, 9))], { merge: 'same', join }).varm;
      },
    ],
  ),
  [
    'C15',
    'b = letters("ab", "g", obsp=dict(d=counted(2, 2)))\nad.concat([b, b]).obsp, ad.concat([b, b], pairwise=True).obsp',
    () => {
      const b = letters('ab', 'g', { obsp: { d: counted(2, 2) } });
      return [concat([b, b]).obsp, concat([b, b], { pairwise: true }).obsp];
    },
  ],
  [
    'C15',
    'b = letters("ab", "g", obsp=dict(d=counted(2, 2)))\n[len(ad.concat([b, letters("cd", "g")], pairwise=True, join=j).obsp) for j in ("inner", "outer")]',
    () => {
      const b = letters('ab', 'g', { obsp: { d: counted(2, 2) } });
      return (['inner', 'outer'] as const).map(
        (join) => concat([b, letters('cd', 'g')], { pairwise: true, join }).obsp.size,
      );
    },
  ],
  ...(['inner', 'outer'] as const).map(
    (join): Case => [
      'C16',
      `r = lambda o, v: letters(o, "x", raw=dict(X=counted(1, len(v)), var=dict(var_names=list(v))))\nad.concat([r("p", "xyzw"), r("q", "xyv")], join="${join}").raw.var_names`,
      () => {
        const r = (o: string, v: string) =>
          letters(o, 'x', { raw: { X: counted(1, v.length), var: { varNames: [...v] } } });
        return concat([r('p', 'xyzw'), r('q', 'xyv')], { join }).raw?.varNames;
      },
    ],
  ),
  [
    'C16',
    'w = []\nw += warned(lambda: w.append(ad.concat([letters("p", "x", raw=dict(X=counted(1, 1))), letters("q", "x")]).raw))\nw',
    () => {
      let raw: unknown;
      const warnings = warningsOf(
        () => (raw = concat([letters('p', 'x', { raw: { X: one } }), letters('q', 'x')]).raw),
      );
      return [raw, ...warnings];
    },
  ],
  ...(
    [
      ['cell', 'cell'],
      ['cell', null],
    ] as const
  ).map(
    (indexNames): Case => [
      'C18',
      `b = [letters(o, "g") for o in "xy"]\nb[0].obs.index.name, b[1].obs.index.name = ${indexNames[1] === null ? '"cell", None' : '"cell", "cell"'}\nad.concat(b).obs.index.name`,
      () =>
        concat(
          indexNames.map(
            (indexName, i) =>
              new AnnData({
                obs: new DataFrame({ index: ['xy'[i]!], indexName }),
                var: new DataFrame({ index: ['g'] }),
              }),
          ),
        ).obs.indexName,
    ],
  ),
  [
    'C18',
    'ad.concat([letters("x", "g"), letters("y", "g")], keys=["k"], label="l")',
    () => concat([letters('x', 'g'), letters('y', 'g')], { keys: ['k'], label: 'l' }),
  ],
  ['C18', 'ad.concat([])', () => concat([])],
];

beside('2.7 concat', cases);
