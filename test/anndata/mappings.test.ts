// SPDX-License-Identifier: BSD-3-Clause

import { inspect } from 'node:util';
import type { DenseArray } from '../../lib/arrays/dense-array';
import { dense, identity, make, refusal, texts } from './helpers';

const m = dense(4, 2);
const n = dense(4, 1);

describe('1.5 aligned mappings', () => {
  test('are used like a Map', () => {
    const { obsm } = make({ obsm: { m, n } });
    expect([obsm.size, obsm.get('m'), obsm.get('x'), obsm.has('m'), obsm.has('x')]).toEqual([
      2,
      m,
      undefined,
      true,
      false,
    ]);
    expect([[...obsm.keys()], [...obsm.values()], [...obsm.entries()], [...obsm]]).toEqual([
      ['m', 'n'],
      [m, n],
      [
        ['m', m],
        ['n', n],
      ],
      [
        ['m', m],
        ['n', n],
      ],
    ]);
    expect([obsm.delete('m'), obsm.delete('m'), obsm.size]).toEqual([true, false, 1]);
    expect(obsm.set('p', m)).toBe(obsm);
    const seen: string[] = [];
    obsm.forEach((_, key) => {
      seen.push(key);
    });
    expect(seen).toEqual(['n', 'p']);
    obsm.clear();
    expect(obsm.size).toBe(0);
  });

  test('check what is put in; nothing changes when it does not fit', () => {
    const { obsm } = make({ obsm: { m } });
    expect(refusal(() => obsm.set('m', dense(3, 2)))).toBe('ERR_SHAPE obsm/m');
    expect(refusal(() => obsm.set('m', [1] as never))).toBe('ERR_ARGUMENT obsm/m');
    expect(refusal(() => obsm.set('m', undefined as never))).toBe('ERR_ARGUMENT obsm/m');
    expect(refusal(() => obsm.set(1 as never, m))).toBe('ERR_ARGUMENT');
    expect(refusal(() => obsm.set(null as never, m))).toBe('ERR_ARGUMENT');
    expect(refusal(() => obsm.update({ ok: n, bad: dense(3, 2) }))).toBe('ERR_SHAPE obsm/bad');
    expect([...obsm]).toEqual([['m', m]]);
  });

  test('update pop popItem setDefault copy', () => {
    const { obsm } = make({ obsm: { m } });
    expect([...obsm.update({ n, o: m }).keys()]).toEqual(['m', 'n', 'o']);
    expect([...obsm.update(new Map([['n', m]])).values()]).toEqual([m, m, m]);
    expect([obsm.pop('o'), obsm.pop('o', null), obsm.pop('o', n)]).toEqual([m, null, n]);
    expect(refusal(() => obsm.pop('o'))).toBe('ERR_NAME');
    expect(obsm.popItem()).toEqual(['m', m]);
    expect([obsm.setDefault('n', n), (obsm.setDefault('v', dense(4)) as DenseArray).shape]).toEqual([m, [4, 1]]);
    const copy = obsm.copy();
    expect([copy instanceof Map, copy.get('n'), copy.get('n') === obsm.get('n')]).toEqual([true, m, false]);
    obsm.clear();
    expect(refusal(() => obsm.popItem())).toBe('ERR_NAME');
  });

  test('a value may be null', () => {
    const adata = make({ obsm: { nothing: null } });
    adata.layers.set('l', null);
    expect([adata.obsm.get('nothing'), adata.obsm.has('nothing'), adata.layers.get('l')]).toEqual([null, true, null]);
  });

  test('tell what they are aligned to', () => {
    const adata = make({ obs: { obsNames: ['a', 'b', 'c', 'd'] } });
    const told = [adata.layers, adata.obsm, adata.varm, adata.obsp, adata.varp].map(({ attrname, axes }) => [
      attrname,
      axes,
    ]);
    expect(told).toEqual([
      ['layers', [0, 1]],
      ['obsm', [0]],
      ['varm', [1]],
      ['obsp', [0, 0]],
      ['varp', [1, 1]],
    ]);
    expect([adata.obsm.dim, adata.varp.dim, texts(adata.obsm.dimNames)]).toEqual(['obs', 'var', ['a', 'b', 'c', 'd']]);
    expect([adata.obsm.parent === adata, adata.obsm.isView]).toEqual([true, false]);
  });

  test('print their keys as in Python', () => {
    const adata = make({ obsm: { m, "it's": n }, obsp: { p: identity(4) }, layers: { l: dense(4, 3) } });
    expect([adata.obsm, adata.layers, adata.obsp, adata.varp].map((mapping) => inspect(mapping))).toEqual([
      "AxisArrays with keys: 'm', \"it's\"",
      "Layers with keys: 'l', None",
      "PairwiseArrays with keys: 'p'",
      'PairwiseArrays with keys: ',
    ]);
  });

  test('are replaced as a whole, atomically; the old one is left as it was', () => {
    const adata = make({ obsm: { m } });
    const old = adata.obsm;
    expect(refusal(() => (adata.obsm = { ok: n, bad: dense(3, 2) }))).toBe('ERR_SHAPE obsm/bad');
    expect(adata.obsm).toBe(old);
    const given = { flat: dense(4) };
    adata.obsm = given;
    expect([[...adata.obsm.keys()], given.flat.shape, [...old.keys()]]).toEqual([['flat'], [4], ['m']]);
    adata.obsm = new Map([['n', n]]);
    adata.varp = make({ varp: { p: identity(3) } }).varp;
    adata.obsp = null;
    expect([[...adata.obsm.keys()], [...adata.varp.keys()], adata.obsp.size]).toEqual([['n'], ['p'], 0]);
    adata.obsm = null;
    expect(adata.obsm.size).toBe(0);
    for (const value of [[], 'text', m, 1])
      expect(refusal(() => (adata.obsm = value as never))).toBe('ERR_ARGUMENT obsm');
  });

  test('any text is a key', () => {
    const { obsm } = make();
    for (const key of ['__proto__', 'constructor', 'size', '']) obsm.set(key, m);
    expect([[...obsm.keys()], obsm.get('__proto__')]).toEqual([['__proto__', 'constructor', 'size', ''], m]);
  });
});
