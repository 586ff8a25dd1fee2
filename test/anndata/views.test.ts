// SPDX-License-Identifier: BSD-3-Clause

import { inspect } from 'node:util';
import { AnnData, settings } from '../../lib';
import { slice } from '../../lib/anndata/indexing/slice';
import { stringVector } from '../../lib/arrays/arrow';
import { AwkwardArray } from '../../lib/arrays/awkward-array';
import { DenseArray } from '../../lib/arrays/dense-array';
import { RecordArray } from '../../lib/arrays/record-array';
import { CsrMatrix } from '../../lib/arrays/sparse-matrix';
import { hintFor, setHint } from '../../lib/elements/hints';
import { categorical } from '../../lib/frame/column-from';
import { DataFrame } from '../../lib/frame/data-frame';
import { where } from '../../lib/frame/where';
import { dense, failure, numbers, quietly, texts, warningsOf } from './helpers';

/** The fixture of the rules: 4 × 3 dense 0 … 11, something in every slot. */
function full(): AnnData {
  const names = ['w', 'x', 'y', 'z'];
  const adata = new AnnData({
    X: dense(4, 3),
    obs: { obsNames: names, x: [1, 2, 3, 4], c: categorical(['a', 'a', 'b', 'c']) },
    var: { varNames: ['g1', 'g2', 'g3'], k: categorical(['u', 'v', 'v']) },
    layers: { s: CsrMatrix.fromDense(dense(4, 3)) },
    obsm: {
      m: dense(4, 2),
      f: new DataFrame({ index: names, columns: { q: categorical(['p', 'q', 'r', 's']) } }),
      r: new RecordArray([['n', new DenseArray(Int32Array.of(5, 6, 7, 8), [4])]]),
      a: new AwkwardArray(
        {
          class: 'ListOffsetArray',
          offsets: 'i64',
          content: { class: 'NumpyArray', primitive: 'int64', inner_shape: [], parameters: {}, form_key: 'node1' },
          parameters: {},
          form_key: 'node0',
        },
        4,
        [
          ['node0-offsets', new DenseArray(BigInt64Array.of(0n, 1n, 3n, 3n, 4n), [5])],
          ['node1-data', new DenseArray(BigInt64Array.of(10n, 11n, 12n, 13n), [4])],
        ],
      ),
      none: null,
    },
    varm: { v: dense(3, 2) },
    obsp: { o: dense(4, 4), s: CsrMatrix.fromDense(dense(4, 4)) },
    varp: { p: dense(3, 3) },
    uns: {
      n: { x: 1, list: [1, [2]], arr: Float64Array.of(1, 2), deep: { y: 'text' } },
      map: new Map([['k', { z: 1 }]]),
      frame: new DataFrame({ columns: { a: [1, 2] } }),
      c_colors: ['red', 'green', 'blue'],
      dense: dense(2, 2),
    },
  });
  adata.raw = adata;
  return adata;
}

/** Everything an object holds, as plain values that can be compared. */
function snapshot(adata: AnnData): unknown {
  const plain = (value: unknown): unknown => {
    if (value === null || typeof value !== 'object') return value;
    if (ArrayBuffer.isView(value)) return Array.from(value as unknown as number[], String);
    if ('toNested' in value)
      return [(value as DenseArray).dtype, (value as DenseArray).shape, (value as DenseArray).toNested()];
    if ('toDense' in value) return ['csr', plain((value as CsrMatrix).toDense())];
    if ('toColumns' in value) {
      const frame = value as DataFrame;
      return [
        texts(frame.index),
        frame.columns.map((name) => [name, frame.column(name).encoding, [...(frame.get(name) as Iterable<unknown>)]]),
      ];
    }
    if ('toList' in value) return (value as AwkwardArray).toList();
    if ('fields' in value) return [...(value as RecordArray).fields].map(([name, field]) => [name, plain(field)]);
    if (value instanceof AnnData) return snapshot(value);
    if (Symbol.iterator in value) return Array.from(value as Iterable<unknown>, plain);
    return Object.entries(value).map(([key, member]) => [key, plain(member)]);
  };
  const { obs, var: variables, uns, obsm, varm, obsp, varp, layers, raw } = adata;
  return plain([
    adata.shape,
    obs,
    variables,
    uns,
    obsm,
    varm,
    obsp,
    varp,
    layers,
    raw && [raw.shape, raw.X, raw.var, raw.varm],
  ]);
}

const nested = (value: unknown): unknown => (value as DenseArray).toNested();

describe('2.2 views', () => {
  test('V1 annotation is that of the moment the view is made, arrays are those of the moment they are asked for', () => {
    const a = full();
    const v = a.subset(slice(0, 2));
    ((a.X as DenseArray).data as Float64Array)[0] = -1;
    a.obsm.set('new', dense(4, 1));
    a.layers = { other: dense(4, 3) };
    a.obs.set('later', [1, 2, 3, 4]);
    a.uns['later'] = 1;
    expect([numbers(v.X)[0], v.obsm.has('new'), [...v.layers.keys()]]).toEqual([-1, true, ['other', null]]);
    expect([v.obs.has('later'), 'later' in v.uns]).toEqual([false, false]);
  });

  test('V2 a set… makes the view actual with a warning, and the parent stays', () => {
    const edits: [string, (v: AnnData) => unknown][] = [
      ['X', (v) => (v.X = dense(2, 3))],
      ['X null', (v) => (v.X = null)],
      ['layers item', (v) => v.layers.set('s', dense(2, 3))],
      ['new layers item', (v) => v.layers.set('t', dense(2, 3))],
      ['layers', (v) => (v.layers = new Map([[null, dense(2, 3)]]))],
      ['obsm item', (v) => v.obsm.set('m', dense(2, 5))],
      ['obsm', (v) => (v.obsm = { k: dense(2, 1) })],
      ['varm item', (v) => v.varm.set('m', dense(3, 5))],
      ['obsp item', (v) => v.obsp.set('o', dense(2, 2))],
      ['varp', (v) => (v.varp = null)],
      ['deletion', (v) => v.obsm.delete('m')],
      ['pop', (v) => v.obsm.pop('m')],
      ['clear', (v) => v.obsm.clear()],
      ['layers.clear', (v) => v.layers.clear({ keepX: true })],
      ['obs', (v) => (v.obs = { x: [7, 8] })],
      ['var', (v) => (v.var = null)],
      ['uns', (v) => (v.uns = { only: 1 })],
      ['raw', (v) => (v.raw = null)],
    ];
    for (const [what, edit] of edits) {
      const a = full();
      const before = snapshot(a);
      const v = a.subset(slice(0, 2));
      expect([what, warningsOf(() => edit(v))]).toEqual([what, ['ImplicitModificationWarning']]);
      expect([what, v.isView, v.obsm.isView, v.shape]).toEqual([what, false, false, [2, 3]]);
      expect([what, snapshot(a)]).toEqual([what, before]);
    }
  });

  test('V2 names make it actual without a warning', () => {
    const a = full();
    const v = a.subset(slice(0, 2));
    expect(warningsOf(() => (v.obsNames = ['p', 'q']))).toEqual([]);
    expect([v.isView, texts(v.obsNames), texts((v.obsm.get('f') as DataFrame).index)]).toEqual([
      false,
      ['p', 'q'],
      ['p', 'q'],
    ]);
    expect(texts(a.obsNames)).toEqual(['w', 'x', 'y', 'z']);
  });

  test('V2 what does not fit changes nothing; the view stays one', () => {
    const v = full().subset(slice(0, 2));
    for (const bad of [
      () => v.layers.set('s', dense(4, 3)),
      () => (v.X = dense(4, 3)),
      () => (v.obs = { x: [1, 2, 3, 4] }),
      () => (v.obsNames = ['a']),
      () => (v.obsm = { k: dense(4, 1) }),
      () => (v.uns = 'text' as never),
      () => (v.raw = full()),
    ]) {
      expect(failure(bad).code).toMatch(/ERR_SHAPE|ERR_ARGUMENT/);
      expect(v.isView).toBe(true);
    }
    expect([v.obsm.delete('nothing'), v.isView]).toEqual([false, true]);
  });

  test('V2 the rest of the view is what it showed, with memory of its own', () => {
    const a = full();
    const v = a.subset([2, 0], [1, 2]);
    const shown = snapshot(v) as unknown[];
    const { uns, obs, obsm } = v;
    quietly(() => v.varm.set('new', dense(2, 1)));
    const now = snapshot(v) as unknown[];
    for (const at of [0, 1, 2, 3, 4, 6, 7, 8, 9]) expect(now[at]).toEqual(shown[at]);
    expect([v.uns === uns, v.obs === obs, v.obsm === obsm]).toEqual([true, true, true]);
    expect(v.X).toBe(v.X);
    ((v.uns['n'] as { arr: Float64Array }).arr as Float64Array)[0] = 77;
    expect((a.uns['n'] as { arr: Float64Array }).arr[0]).toBe(1);
  });

  test('V3 writes to the frames of a view stay private, silently', () => {
    const a = full();
    const before = snapshot(a);
    const v = a.subset(slice(0, 2));
    expect(
      warningsOf(() => {
        v.obs.setValues('x', [1], 100).delete('c');
        v.obs.set('new', [1, 2]);
        v.var.rename('k', 'kk');
      }),
    ).toEqual([]);
    expect([v.isView, [...v.obs.get('x')], v.obs.columns, v.var.columns]).toEqual([
      true,
      [1n, 100n],
      ['x', 'new'],
      ['kk'],
    ]);
    expect(snapshot(a)).toEqual(before);
    expect(v.subset(1).obs.columns).toEqual(['x', 'new']);
  });

  test('V4, D10 uns is private at every depth; its arrays are shared until the view is actual', () => {
    const a = full();
    const before = snapshot(a);
    const v = a.subset(slice(0, 2));
    type N = { x: number; list: [number, number[]]; arr: Float64Array; deep: { y: string } };
    const n = v.uns['n'] as N;
    n.x = 2;
    n.list[1].push(3);
    n.deep.y = 'other';
    (v.uns['map'] as Map<string, { z: number }>).get('k')!.z = 9;
    (v.uns['frame'] as DataFrame).set('b', [1, 2]);
    v.uns['more'] = 1;
    expect(v.isView).toBe(true);
    expect(snapshot(a)).toEqual(before);
    expect(n.arr).toBe((a.uns['n'] as N).arr);
    const w = v.subset(0);
    (w.uns['n'] as N).x = 3;
    expect((v.uns['n'] as N).x).toBe(2);
  });

  test('V4 hints, cycles, prototypes, whole objects inside come along', () => {
    const a = full();
    const inner = full();
    const cycle: Record<string, unknown> = { arr: a.uns['dense'] };
    cycle['self'] = cycle;
    a.uns['cycle'] = cycle;
    a.uns['inner'] = inner;
    a.uns['odd'] = Object.fromEntries([
      ['__proto__', 1],
      ['hasOwnProperty', 2],
    ]);
    a.uns['one'] = 1;
    setHint(a.uns, 'one', 1, {
      encodingType: 'numeric-scalar',
      encodingVersion: '0.2.0',
      dtype: 'int8',
    });
    for (const made of [a.subset(0), a.copy(), a.subset(0).copy()]) {
      const { uns } = made;
      expect(hintFor(uns, 'one', uns['one'])?.dtype).toBe('int8');
      expect((uns['cycle'] as { self: unknown }).self).toBe(uns['cycle']);
      expect(Object.keys(uns['odd'] as object)).toEqual(['__proto__', 'hasOwnProperty']);
      (uns['inner'] as AnnData).obs.set('late', [1, 2, 3, 4]);
      expect(inner.obs.has('late')).toBe(false);
    }
    const v = a.subset(0);
    quietly(() => (v.X = null));
    expect((v.uns['cycle'] as { self: unknown }).self).toBe(v.uns['cycle']);
    expect((v.uns['cycle'] as { arr: unknown }).arr).toBe(v.uns['dense']);
    expect(v.uns['dense']).not.toBe(a.uns['dense']);
    expect(hintFor(v.uns, 'one', 1)?.dtype).toBe('int8');
    expect((v.uns['inner'] as AnnData).isView).toBe(false);
  });

  test('V5 unused categories are dropped from obs and var, and from frames in obsm', () => {
    const v = full().subset(slice(0, 2), [1, 2]);
    const labels = (frame: DataFrame, name: string) => [...(frame.column(name).categories!.values as Iterable<string>)];
    expect([labels(v.obs, 'c'), labels(v.var, 'k'), [...v.obs.get('c')]]).toEqual([['a'], ['v'], ['a', 'a']]);
    expect(labels(v.obsm.get('f') as DataFrame, 'q')).toEqual(['p', 'q']);
    const kept = settings.override({ removeUnusedCategories: false }, () => full().subset(slice(0, 2)));
    expect([labels(kept.obs, 'c'), kept.uns['c_colors']]).toEqual([
      ['a', 'b', 'c'],
      ['red', 'green', 'blue'],
    ]);
    const whole = full();
    whole.obs.set('c', categorical(['a', 'a', 'b', null], { categories: ['z', 'b', 'a'], ordered: true }));
    expect([labels(whole.subset(null).obs, 'c'), whole.subset(null).obs.column('c').ordered]).toEqual([
      ['b', 'a'],
      true,
    ]);
  });

  test('V6 uns[<column>_colors] follows; a wrong length drops it from the view', () => {
    const colors = (value: unknown, rows: number[] = [2, 3]): unknown => {
      const a = full();
      a.uns['c_colors'] = value;
      const { uns } = a.subset(rows);
      expect(a.uns['c_colors']).toBe(value);
      return 'c_colors' in uns ? Array.from(uns['c_colors'] as Iterable<unknown>) : 'none';
    };
    const rgb = ['r', 'g', 'b'];
    expect([colors(rgb), colors(rgb, [3]), colors(rgb, [])]).toEqual([['g', 'b'], ['b'], []]);
    expect([colors(['r', 'g']), colors('r')]).toEqual(['none', ['r']]);
    expect([colors(DenseArray.from(rgb)), colors(stringVector(rgb)), colors(Int8Array.of(1, 2, 3))]).toEqual([
      ['g', 'b'],
      ['g', 'b'],
      [2, 3],
    ]);
    const a = full();
    expect(a.subset([2, 3]).subset([1]).uns['c_colors']).toEqual(['blue']);
    a.uns['x_colors'] = ['not', 'of', 'a', 'categorical'];
    expect(a.subset(0).uns['x_colors']).toHaveLength(4);
  });

  test('V7 obsp is cut on both axes; views are not transposed', () => {
    const v = full().subset([3, 0], [2]);
    expect([nested(v.obsp.get('o')), nested(v.varp.get('p'))]).toEqual([
      [
        [15, 12],
        [3, 0],
      ],
      [[8]],
    ]);
    expect(failure(() => v.transpose()).code).toBe('ERR_ARGUMENT');
    expect(failure(() => v.T).code).toBe('ERR_ARGUMENT');
  });

  test('what a view returns is a copy, made at each access', () => {
    const a = full();
    const before = snapshot(a);
    for (const v of [a.subset(null), a.subset(slice(0, 3)), a.subset([0, 1])]) {
      for (const [get] of [
        [() => v.X],
        [() => v.layers.get('s')],
        [() => v.obsm.get('m')],
        [() => v.varm.get('v')],
        [() => v.obsp.get('o')],
        [() => v.varp.get('p')],
        [() => v.raw!.X],
        [() => v.raw!.varm.get('v')],
        [() => [...v.layers.values()][0]],
        [() => new Map(v.obsm).get('m')],
      ] as [() => unknown][]) {
        const array = get() as DenseArray;
        (array.data as Float64Array).fill(99);
        expect(get()).not.toBe(array);
        expect(snapshot(a)).toEqual(before);
      }
      (v.obsm.get('f') as DataFrame).set('new', new Array(v.nObs).fill(1));
      v.raw!.var.set('new', [1, 2, 3]);
      v.raw!.varm.set('new', dense(3, 1));
      expect(snapshot(a)).toEqual(before);
      expect(v.isView).toBe(true);
    }
  });

  test('mappings of a view', () => {
    const v = full().subset([1, 2]);
    expect([...v.obsm.keys()]).toEqual(['m', 'f', 'r', 'a', 'none']);
    expect([v.obsm.size, v.obsm.get('none'), v.obsm.get('nothing'), v.obsm.has('m')]).toEqual([
      5,
      null,
      undefined,
      true,
    ]);
    expect([nested(v.obsm.get('m')), (v.obsm.get('a') as AwkwardArray).toList()]).toEqual([
      [
        [2, 3],
        [4, 5],
      ],
      [[11n, 12n], []],
    ]);
    expect(String(v.obsm)).toBe("AxisArraysView with keys: 'm', 'f', 'r', 'a', 'none'");
    expect(v.obsm.parent).toBe(v);
    const seen: string[] = [];
    v.obsm.forEach((_, key) => {
      seen.push(key);
    });
    expect(seen).toHaveLength(5);
    expect([...v.obsp.entries()].map(([key, value]) => [key, value?.shape])).toEqual([
      ['o', [2, 2]],
      ['s', [2, 2]],
    ]);
    expect(nested(v.varm.copy().get('v'))).toEqual(nested(full().varm.get('v')));
  });

  test('an object inside out: views of what is subset in place stay', () => {
    const a = full();
    const v = a.subset([3, 2]);
    const before = snapshot(v);
    a.inplaceSubsetObs([0, 1]);
    a.inplaceSubsetVar(['g3']);
    expect([a.shape, a.isView, nested(a.X)]).toEqual([[2, 1], false, [[2], [5]]]);
    expect(a.raw?.shape).toEqual([2, 3]);
    expect(snapshot(v)).toEqual(before);
    v.inplaceSubsetObs(1);
    expect([v.isView, texts(v.obsNames)]).toEqual([false, ['y']]);
  });

  test('is printed as in Python', () => {
    const v = new AnnData({
      X: dense(4, 3),
      obs: { x: [1, 2, 3, 4] },
      uns: { u: 1 },
      layers: { l: dense(4, 3) },
    }).subset(slice(0, 2));
    const text = [
      'View of AnnData object with n_obs × n_vars = 2 × 3',
      "    obs: 'x'",
      "    uns: 'u'",
      "    layers: 'l', None (.X)",
    ].join('\n');
    expect([String(v), inspect(v)]).toEqual([text, text]);
  });
});

describe('2.1 on both axes', () => {
  test('I1 one of each keeps both dimensions', () => {
    expect([full().subset(-1).shape, nested(full().subset(0, 0).X)]).toEqual([[1, 3], [[0]]]);
  });

  test('I15 two lists make the outer product', () => {
    expect(nested(full().subset([0, 2], [2, 0]).X)).toEqual([
      [2, 0],
      [8, 6],
    ]);
  });

  test('I16 one selector is that of observations', () => {
    expect(full().subset('x').shape).toEqual([1, 3]);
    expect(failure(() => full().subset(undefined as never)).code).toBe('ERR_ARGUMENT');
  });

  test('I18 views compose against the root', () => {
    const a = full();
    expect(texts(a.subset(slice(null, null, -1)).subset([true, false, true, false]).obsNames)).toEqual(['z', 'x']);
    const v = a.subset([3, 1, 0]).subset(slice(1));
    expect([texts(v.obsNames), nested(v.X)]).toEqual([
      ['x', 'w'],
      [
        [3, 4, 5],
        [0, 1, 2],
      ],
    ]);
    a.X = dense(4, 3);
    ((a.X as DenseArray).data as Float64Array)[0] = -5;
    expect(numbers(v.X)).toEqual([3, 4, 5, -5, 1, 2]);
    const middle = a.subset([1, 2]);
    const last = middle.subset(1);
    quietly(() => middle.layers.set('s', dense(2, 3)));
    expect(nested((last.layers.get('s') as CsrMatrix).toDense())).toEqual([[6, 7, 8]]);
  });

  test('columns of obs and var, and of raw', () => {
    const a = full();
    expect(a.subset(where('c', ['a', 'b']), where('k', 'v')).shape).toEqual([3, 2]);
    expect(
      a.raw!.subset(
        where('x', (x) => Number(x) > 3),
        where('k', 'u'),
      ).shape,
    ).toEqual([1, 1]);
    expect(failure(() => a.subset(null, where('c', 'a'))).key).toBe('var');
  });
});

describe('copy, toMemory, transpose', () => {
  test('copy has everything, and nothing in common', () => {
    const a = full();
    const before = snapshot(a);
    const copy = a.copy();
    expect(snapshot(copy)).toEqual(before);
    for (const slot of ['layers', 'obsm', 'varm', 'obsp', 'varp'] as const) {
      for (const [key, value] of copy[slot] as unknown as Map<string, unknown>) {
        expect([slot, key, value === null || value !== (a[slot] as unknown as Map<string, unknown>).get(key)]).toEqual([
          slot,
          key,
          true,
        ]);
      }
    }
    expect(copy.raw!.X).not.toBe(a.raw!.X);
    (copy.uns['n'] as { arr: Float64Array }).arr.fill(0);
    ((copy.uns['dense'] as DenseArray).data as Float64Array).fill(9);
    copy.obs.delete('x');
    copy.raw!.var.delete('k');
    expect(snapshot(a)).toEqual(before);
    expect(copy.raw!.obsNames).toBe(copy.obsNames);
  });

  test('copy of a view is what it shows, and no view', () => {
    const v = full().subset([2, 0], [1]);
    const copy = v.copy();
    expect([copy.isView, v.isView]).toEqual([false, true]);
    expect(snapshot(copy)).toEqual(snapshot(v));
    expect(copy.X).toBe(copy.X);
  });

  test('an AnnData made of a view', () => {
    const v = full().subset([2, 0], [1]);
    expect(snapshot(new AnnData({ X: v }))).toEqual(snapshot(v));
  });

  test('no warnings come again', () => {
    const a = quietly(() => new AnnData({ X: dense(2, 2), obs: { obsNames: ['a', 'a'] } }));
    expect(warningsOf(() => [a.copy(), a.subset(null), a.subset(0).copy(), a.T, a.toMemory()])).toEqual([]);
  });

  test('toMemory shares arrays unless told otherwise, never those of a view', () => {
    const a = full();
    const shared = a.toMemory();
    expect([shared.X === a.X, shared.uns === a.uns, shared.obs === a.obs]).toEqual([true, false, false]);
    expect(snapshot(shared)).toEqual(snapshot(a));
    expect(a.toMemory({ copy: true }).X).not.toBe(a.X);
    const v = a.subset(null);
    expect((v.toMemory().uns['n'] as { arr: unknown }).arr).not.toBe((a.uns['n'] as { arr: unknown }).arr);
    expect(v.toMemory().isView).toBe(false);
  });

  test('transpose interchanges the axes, shares memory and drops raw', () => {
    const a = full();
    const { T } = a;
    expect([T.shape, T.raw, nested(T.X)]).toEqual([[3, 4], null, nested((a.X as DenseArray).transpose())]);
    expect([(T.X as DenseArray).data === (a.X as DenseArray).data, T.obs.columns, [...T.varm.keys()]]).toEqual([
      true,
      ['k'],
      [...a.obsm.keys()],
    ]);
    const layer = T.layers.get('s') as CsrMatrix;
    expect([layer.format, layer.data === (a.layers.get('s') as CsrMatrix).data]).toEqual(['csc', true]);
    expect([T.obsp.get('p'), T.varm.get('m')]).toEqual([a.varp.get('p'), a.obsm.get('m')]);
    T.obs.set('new', [1, 2, 3]);
    expect(a.var.has('new')).toBe(false);
    T.obs.delete('new');
    const back = T.T;
    back.raw = a.raw;
    expect(snapshot(back)).toEqual(snapshot(a));
    expect(new AnnData({ shape: [2, 3] }).T.shape).toEqual([3, 2]);
  });
});

describe('raw', () => {
  test('R3 rows reach raw, columns do not', () => {
    const v = full().subset([0, 2], ['g1']);
    expect([v.raw!.shape, nested(v.raw!.X), texts(v.raw!.obsNames)]).toEqual([
      [2, 3],
      [
        [0, 1, 2],
        [6, 7, 8],
      ],
      ['w', 'y'],
    ]);
    const { raw } = v;
    expect(v.raw).toBe(raw);
    expect(v.subset(1).raw!.X?.shape).toEqual([1, 3]);
    expect(v.copy().raw!.shape).toEqual([2, 3]);
    expect(v.raw!.isView).toBe(false);
  });

  test('subset takes both axes and belongs to a view', () => {
    const a = full();
    const raw = a.raw!.subset(['z', 'w'], slice(1));
    expect([raw.shape, nested(raw.X), texts(raw.obsNames), texts(raw.varNames), nested(raw.varm.get('v'))]).toEqual([
      [2, 2],
      [
        [10, 11],
        [1, 2],
      ],
      ['z', 'w'],
      ['g2', 'g3'],
      [
        [2, 3],
        [4, 5],
      ],
    ]);
    expect([a.raw!.subset(null, 'g2').shape, a.raw!.subset(-1).shape]).toEqual([
      [4, 1],
      [1, 3],
    ]);
    expect(failure(() => a.raw!.subset(null, 'c')).key).toBe('raw/var');
  });

  test('toAdata adds obs, obsm, obsp and uns of the object; nothing is shared', () => {
    const a = full();
    a.inplaceSubsetVar('g1');
    const whole = a.raw!.toAdata();
    expect([whole.shape, whole.raw, [...whole.obsm.keys()], [...whole.obsp.keys()], [...whole.varm.keys()]]).toEqual([
      [4, 3],
      null,
      [...a.obsm.keys()],
      ['o', 's'],
      ['v'],
    ]);
    expect([whole.X === a.raw!.X, nested(whole.X), whole.layers.size]).toEqual([false, nested(dense(4, 3)), 1]);
    (whole.uns['n'] as { x: number }).x = 5;
    expect((a.uns['n'] as { x: number }).x).toBe(1);
    const part = a.subset([1]).raw!.toAdata();
    expect([part.shape, part.isView, texts(part.obsNames)]).toEqual([[1, 3], false, ['x']]);
    expect(a.raw!.subset([2, 1], 'g2').toAdata().shape).toEqual([2, 1]);
  });

  test('copy', () => {
    const a = full();
    const copy = a.raw!.copy();
    expect([copy.X === a.raw!.X, nested(copy.X), texts(copy.obsNames)]).toEqual([
      false,
      nested(a.raw!.X),
      texts(a.obsNames),
    ]);
  });

  test('a view may be the source, and the target', () => {
    const a = full();
    const v = a.subset([1, 0]);
    quietly(() => (v.raw = a.subset([2, 3], [0])));
    expect([v.isView, nested(v.raw!.X), texts(v.raw!.obsNames)]).toEqual([false, [[6], [9]], ['x', 'w']]);
    expect(a.raw!.shape).toEqual([4, 3]);
  });
});

describe('obsVector and varVector', () => {
  test('a column, or values of the matrix', () => {
    const a = full();
    for (const o of [a, a.subset(null)]) {
      expect([[...o.obsVector('x')], [...o.obsVector('g2')], [...o.obsVector('g2', { layer: 's' })]]).toEqual([
        [1n, 2n, 3n, 4n],
        [1, 4, 7, 10],
        [1, 4, 7, 10],
      ]);
      expect([[...o.varVector('k')], [...o.varVector('x')], (o.varVector('x') as DenseArray).shape]).toEqual([
        ['u', 'v', 'v'],
        [3, 4, 5],
        [3],
      ]);
    }
    expect([[...a.raw!.obsVector('g3')], [...a.raw!.varVector('y')], [...a.raw!.varVector('k')]]).toEqual([
      [2, 5, 8, 11],
      [6, 7, 8],
      ['u', 'v', 'v'],
    ]);
  });

  test('neither, both, no matrix', () => {
    const a = full();
    a.obs.set('g1', [1, 2, 3, 4]);
    for (const bad of [
      () => a.obsVector('nothing'),
      () => a.obsVector('g1'),
      () => a.obsVector('g2', { layer: 'nothing' }),
      () => new AnnData({ shape: [2, 2] }).obsVector('1'),
      () => a.raw!.obsVector('x'),
    ]) {
      expect(failure(bad).code).toBe('ERR_NAME');
    }
  });
});
