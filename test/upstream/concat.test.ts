// SPDX-License-Identifier: BSD-3-Clause
//
// Topics of upstream's test_concatenate that have no other test here. Random calls are compared with Python in
// test/concat/differential.test.ts.

import { type AnnData, CscMatrix, CsrMatrix, categorical, concat, DataFrame, DenseArray, slice } from '../../lib/index';
import { dense, refusal, texts } from '../anndata/helpers';
import { beside, type Case, column, counted, letters } from '../rules/outcomes';

type Uns = Record<string, unknown>;

/** Nested objects as Python spells them are JSON. */
const patterns: Uns[][] = [
  [{ k: 1 }, { k: 2 }],
  [{ k: 1 }, { l: 2 }],
  [{ k: { p: 1, q: { r: 3 } } }, { k: { p: 1, q: { s: 4 } } }],
  [{ k: 1 }, { k: 1, l: 2 }, { k: 1, l: { m: 1 }, n: 3 }, { o: 4 }],
  Array.from({ length: 12 }, (_, i) => ({ k: i })),
  [...Array.from({ length: 9 }, () => ({ k: 1 })), { k: 2 }],
  [{ k: 'text' }, { k: 'text' }],
  [{ k: { p: 'text', q: 'x' } }, { k: { p: 'text', q: 'y' } }],
  [{ k: { p: { q: { r: 'x' } } } }, { k: { p: { q: { r: 'y' } } } }, { k: { p: { q: { r: 'x' } } } }],
  [{ k: 1 }, { k: { p: { q: 'x' } } }],
  [{ k: { p: { q: 'x' } } }, { k: 1 }],
];
const strategies = [null, 'same', 'unique', 'first', 'only'] as const;
const python = (strategy: string | null): string => (strategy === null ? 'None' : `"${strategy}"`);

const unsCases = patterns.flatMap((unss) =>
  strategies.map(
    (strategy): Case => [
      'test_concatenate_uns, test_merge_unique, test_merge_same, test_merge_first',
      `ad.concat([letters("x", "g", uns=u) for u in ${JSON.stringify(unss)}], uns_merge=${python(strategy)}).uns`,
      () =>
        concat(
          unss.map((uns) => letters('x', 'g', { uns })),
          { unsMerge: strategy },
        ).uns,
    ],
  ),
);

/** Values in place of the numbers of a pattern: whether they are seen as the same does not depend on their kind. */
const values: [string, (n: number) => unknown][] = [
  ['frames', (n) => new DataFrame({ columns: { k: [n, n + 1], c: categorical(['a', 'b']) } })],
  ['arrays', (n) => DenseArray.from([n, Number.NaN])],
  ['lists', (n) => [n, n + 1]],
  ['sparse matrices', (n) => CsrMatrix.fromDense(DenseArray.from([[n, 0]]))],
  ['arrays of 3 axes', (n) => DenseArray.from([[[n]], [[n + 1]]])],
];

const annotated = (given: Record<string, number[]>): Record<string, Float64Array> =>
  Object.fromEntries(Object.entries(given).map(([name, list]) => [name, Float64Array.from(list)]));
const vars: Record<string, number[]>[] = [
  { everywhere: [5, 6, 7], inAll: [0.5, 1, 1.5], inTwo: [9, 8, 7], differs: [2, 4, 6] },
  { everywhere: [5, 6, 7], inAll: [0.5, 1, 1.5], inTwo: [9, 8, 7], differs: [2, 4, 6] },
  { everywhere: [5, 6, 7], inAll: [0.5, 1, 1.5], differs: [2, 4, 6.5], alone: [1, 0, 1] },
];

const sizes = [
  ['ab', 'ghi', 'cde', ''],
  ['ab', 'ghi', '', 'gh'],
  ['', 'g', '', ''],
] as const;

const cases: Case[] = [
  ...unsCases,
  ...strategies.map(
    (merge): Case => [
      'test_concatenate_merge',
      `f = lambda o, v: letters(o, "abc", var={k: np.array(c, float) for k, c in v.items()})\nlist(ad.concat([f(o, v) for o, v in zip("pqr", ${JSON.stringify(vars)})], merge=${python(merge)}).var)`,
      () =>
        concat(
          vars.map((given, i) => letters('pqr'[i]!, 'abc', { var: annotated(given) })),
          { merge },
        ).var.columns,
    ],
  ),
  ['test_concat_interface_errors', 'ad.concat([a, a], axis=3)', (a) => concat([a, a], { axis: 3 as never })],
  [
    'test_concat_interface_errors',
    'ad.concat([a, a], join="not implemented")',
    (a) => concat([a, a], { join: 'x' as never }),
  ],
  ...sizes.flatMap(([o1, v1, o2, v2]) =>
    (['inner', 'outer'] as const).flatMap((join) =>
      (['obs', 'var'] as const).map(
        (axis): Case => [
          'test_concat_size_0_axis, test_concatenate_size_0_axis',
          `b = lambda o, v: letters(o, v, counted(len(o), len(v)), obs=dict(k=np.arange(len(o)) + .5), obsp=dict(p=counted(len(o), len(o))))\nr = ad.concat({"a": b("${o1}", "${v1}"), "b": b("${o2}", "${v2}")}, axis="${axis}", join="${join}", merge="same", pairwise=True, index_unique="-")\nr, r.obsp.keys() if "${axis}" == "obs" else []`,
          () => {
            const b = (o: string, v: string): AnnData =>
              letters(o, v, {
                X: counted(o.length, v.length),
                obs: { k: Float64Array.from([...o], (_, i) => i + 0.5) },
                obsp: { p: counted(o.length, o.length) },
              });
            const options = { axis, join, merge: 'same', pairwise: true, indexUnique: '-' } as const;
            const r = concat({ a: b(o1, v1), b: b(o2, v2) }, options);
            return [r, axis === 'obs' ? r.obsp.keys() : []];
          },
        ],
      ),
    ),
  ),
  [
    'test_concat_names',
    'b = letters("xy", "g")\n[ad.concat([b, b], index_unique=u).obs_names.is_unique for u in (None, "-")]',
    () => {
      const b = letters('xy', 'g');
      return [undefined, '-'].map((indexUnique) => {
        const names = texts(concat([b, b], indexUnique === undefined ? {} : { indexUnique }).obsNames);
        return new Set(names).size === names.length;
      });
    },
  ],
  [
    'test_concat_categories_from_mapping',
    'm = {"p": letters("x", "g"), "q": letters("y", "g")}\nr = ad.concat(m, label="group", index_unique="+")\ns = ad.concat(list(m.values()), keys=list(m), label="group", index_unique="+")\nr, r.obs["group"], s, s.obs["group"]',
    () => {
      const m = { p: letters('x', 'g'), q: letters('y', 'g') };
      const r = concat(m, { label: 'group', indexUnique: '+' });
      const s = concat(Object.values(m), { keys: Object.keys(m), label: 'group', indexUnique: '+' });
      return [r, column(r.obs, 'group'), s, column(s.obs, 'group')];
    },
  ],
  [
    'test_batch_key',
    'b = letters("xy", "g", obs=dict(k=[1, 2]))\nlist(ad.concat([b, b]).obs), list(ad.concat([b, b], label="batch").obs)',
    () => {
      const b = letters('xy', 'g', { obs: { k: [1, 2] } });
      return [concat([b, b]).obs.columns, concat([b, b], { label: 'batch' }).obs.columns];
    },
  ],
  [
    'test_1d_concat',
    'b = letters("xy", "g", counted(2, 1), obsm={"one": np.ones(2)})\nad.concat([b, b]).obsm["one"]',
    () => {
      const b = letters('xy', 'g', { X: counted(2, 1), obsm: { one: DenseArray.from([1, 1]) } });
      const one = concat([b, b]).obsm.get('one') as DenseArray;
      return new DenseArray(Float64Array.from(one, Number), one.shape);
    },
  ],
  [
    'test_concatenate_awkward, test_concat_outer_aligned_mapping',
    'c = letters("xy", "g", counted(2, 1), obsm=dict(m=counted(2, 2), s=sp.csr_matrix(counted(2, 2))))\nd = letters("z", "g", counted(1, 1))\nad.concat([c, d], join="outer").obsm',
    () => {
      const obsm = { m: counted(2, 2), s: CsrMatrix.fromDense(counted(2, 2)) };
      const c = letters('xy', 'g', { X: counted(2, 1), obsm });
      return concat([c, letters('z', 'g', { X: counted(1, 1) })], { join: 'outer' }).obsm;
    },
  ],
];

beforeEach(() => void jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined));
afterEach(() => jest.restoreAllMocks());

beside('joining', cases);

test.each(values)('test_concatenate_uns: %s in place of numbers', (_, make) => {
  const put = (value: unknown): unknown => {
    if (typeof value === 'number') return make(value);
    return Object.fromEntries(Object.entries(value as Uns).map(([key, one]) => [key, put(one)]));
  };
  const keysOf = (value: unknown): unknown =>
    value !== null && typeof value === 'object' && [null, Object.prototype].includes(Object.getPrototypeOf(value))
      ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, keysOf(one)]))
      : 'value';
  for (const unss of patterns.slice(0, 6)) {
    for (const unsMerge of strategies) {
      const plain = concat(
        unss.map((uns) => letters('x', 'g', { uns })),
        { unsMerge },
      );
      const other = concat(
        unss.map((uns) => letters('x', 'g', { uns: put(uns) as Uns })),
        { unsMerge },
      );
      expect(keysOf(other.uns)).toEqual(keysOf(plain.uns));
    }
  }
});

const matrices = {
  dense: (array: DenseArray): DenseArray => array,
  csr: (array: DenseArray): CsrMatrix => CsrMatrix.fromDense(array),
  csc: (array: DenseArray): CscMatrix => CscMatrix.fromDense(array),
};

describe.each(Object.entries(matrices))('of %s matrices', (kind, matrix) => {
  const whole = (): AnnData =>
    letters('abcdefg', 'uvwxyz', {
      X: matrix(dense(7, 6)),
      layers: { l: matrix(dense(7, 6)) },
      obs: { n: [1, 2, 3, 4, 5, 6, 7], c: categorical(['p', 'q', 'p', 'q', 'r', 'r', 'p']) },
      var: { v: [1, 2, 3, 4, 5, 6] },
      obsm: { m: matrix(dense(7, 2)) },
      uns: { k: { deep: 1 } },
    });
  const rows = (value: unknown): unknown => {
    const array = value as DenseArray | CsrMatrix;
    return (array instanceof DenseArray ? array : array.toDense()).toNested();
  };

  test.each(['inner', 'outer'] as const)('test_concatenate_roundtrip: parts joined by %s are the whole', (join) => {
    const a = whole();
    const parts = [['g', 'b'], ['a'], ['f', 'd', 'c', 'e']].map((names) => a.subset(names));
    const joined = concat(parts, { join, merge: 'unique', unsMerge: 'same' })
      .subset(texts(a.obsNames) as string[])
      .copy();
    expect([rows(joined.X), rows(joined.layers.get('l')), rows(joined.obsm.get('m'))]).toEqual([
      rows(a.X),
      rows(a.layers.get('l')),
      rows(a.obsm.get('m')),
    ]);
    expect([joined.obs.toRecords(), joined.var.toRecords(), { ...joined.uns }]).toEqual([
      a.obs.toRecords(),
      a.var.toRecords(),
      { ...a.uns },
    ]);
    expect(joined.X instanceof DenseArray).toBe(kind === 'dense');
  });

  test.each(['inner', 'outer'] as const)('test_concatenate_layers, _misaligned: layers go with X, %s', (join) => {
    const a = whole();
    const joined = concat([a.subset(null, ['z', 'u', 'w']), a.subset(null, ['w', 'v', 'z'])], { join });
    expect(rows(joined.layers.get('l'))).toEqual(rows(joined.X));
  });

  test.each(['inner', 'outer'] as const)('test_transposed_concat: variables join as observations do, %s', (join) => {
    const [a, b] = [whole(), whole().subset(null, slice(0, 4)).copy()];
    b.varNames = ['u', 'r', 's', 't'];
    const direct = concat([a, b], { join, merge: 'unique' });
    const turned = concat([a.T, b.T], { axis: 'var', join, merge: 'unique' }).T;
    expect([texts(turned.obsNames), texts(turned.varNames), rows(turned.X)]).toEqual([
      texts(direct.obsNames),
      texts(direct.varNames),
      rows(direct.X),
    ]);
    expect([turned.obs.toRecords(), turned.var.toRecords()]).toEqual([direct.obs.toRecords(), direct.var.toRecords()]);
    const named = concat([a, b], { axis: 0, join, merge: 'unique' });
    expect(rows(named.X)).toEqual(rows(direct.X));
  });

  test('test_concat_X_dtype: the element type of X, and of raw, stays', () => {
    const X = matrix(new DenseArray(new Int8Array(6).fill(1), [2, 3]));
    const object = (): AnnData => {
      const adata = letters('xy', 'abc', { X });
      adata.raw = letters('xy', 'abcd', { X: matrix(dense(2, 4)) });
      return adata;
    };
    const joined = concat({ a: object(), b: object() }, { indexUnique: '-' });
    expect([joined.X?.dtype, joined.raw?.X?.dtype, joined.shape]).toEqual(['int8', 'float64', [4, 3]]);
  });
});

test('test_outer_concat_outputs_nullable_bool_writable: a frame that one object lacks', () => {
  const frame = new DataFrame({ index: ['x'], columns: { b: [true], n: [1], t: ['a'] } });
  const joined = concat([letters('x', 'g', { obsm: { frame } }), letters('y', 'g')], { join: 'outer' });
  const made = joined.obsm.get('frame') as DataFrame;
  expect([texts(made.get('b')), made.column('b').encoding, joined.unwriteable()]).toEqual([
    [true, null],
    'nullable-boolean',
    false,
  ]);
});

test('test_awkward_does_not_mix: a frame beside an array is refused, and named', () => {
  const frame = new DataFrame({ index: ['x'], columns: { b: [1] } });
  const objects = [letters('x', 'g', { obsm: { k: frame } }), letters('y', 'g', { obsm: { k: dense(1, 1) } })];
  expect(refusal(() => concat(objects))).toBe('ERR_ARGUMENT obsm/k');
});
