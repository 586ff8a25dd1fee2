// SPDX-License-Identifier: BSD-3-Clause

import { inspect } from 'node:util';
import { AnnData } from '../../lib/anndata/anndata';
import { Raw } from '../../lib/anndata/raw';
import type { DenseArray } from '../../lib/arrays/dense-array';
import { dense, make, numbers, refusal, texts } from './helpers';

describe('R1 raw takes only an AnnData with as many rows', () => {
  test('other rows, arrays and mappings are refused; raw stays', () => {
    const adata = make({ raw: { X: dense(4, 2) } });
    const { raw } = adata;
    expect(refusal(() => (adata.raw = new AnnData({ X: dense(2, 3) })))).toBe('ERR_SHAPE raw');
    expect(refusal(() => (adata.raw = new AnnData({ shape: [2, 3] })))).toBe('ERR_SHAPE raw');
    for (const value of [dense(4, 3), { X: dense(4, 3) }, [], 'text', undefined]) {
      expect(refusal(() => (adata.raw = value as never))).toBe('ERR_ARGUMENT raw');
    }
    expect(adata.raw).toBe(raw);
  });

  test('the constructor takes another object too, and shares its X', () => {
    const other = make();
    expect(make({ raw: other }).raw?.X).toBe(other.X);
    expect(refusal(() => make({ raw: new AnnData({ X: dense(2, 3) }) }))).toBe('ERR_SHAPE raw');
    for (const raw of ['text', 5, [], dense(4, 3)]) {
      expect(refusal(() => make({ raw: raw as never }))).toBe('ERR_ARGUMENT raw');
    }
  });

  test('null removes it', () => {
    const adata = make({ raw: { X: dense(4, 2) } });
    adata.raw = null;
    expect(adata.raw).toBeNull();
  });

  test('names of observations are those of the object it belongs to', () => {
    const adata = make();
    adata.raw = make({ obs: { obsNames: ['a', 'b', 'c', 'd'] } });
    expect(texts(adata.raw?.obsNames ?? [])).toEqual(['0', '1', '2', '3']);
    adata.obsNames = ['p', 'q', 'r', 's'];
    expect(texts(adata.raw?.obsNames ?? [])).toEqual(['p', 'q', 'r', 's']);
  });

  test("another's Raw is shared like an AnnData", () => {
    const { raw } = make({ raw: { X: dense(4, 2) } });
    const adata = make();
    adata.raw = raw;
    expect(adata.raw?.X).toBe(raw?.X);
    expect(refusal(() => (new AnnData({ shape: [3, 3] }).raw = raw))).toBe('ERR_SHAPE raw');
  });

  test('an AnnData without X gives a raw without X, of its variables', () => {
    const adata = make();
    adata.raw = new AnnData({ shape: [4, 7] });
    expect([adata.raw?.X, adata.raw?.shape]).toEqual([null, [4, 7]]);
  });
});

describe('R2 raw shares X, not its annotation', () => {
  test('X is the same buffer, var is private, varm a private mapping of shared arrays', () => {
    const adata = make({ varm: { m: dense(3, 2) } });
    adata.raw = adata;
    ((adata.X as DenseArray).data as Float64Array)[0] = 777;
    adata.var.set('n', [1, 2, 3]);
    adata.varm.set('k', dense(3, 1));
    expect([numbers(adata.raw?.X)[0], adata.raw?.var.columns, [...(adata.raw?.varm.keys() ?? [])]]).toEqual([
      777,
      [],
      ['m'],
    ]);
    expect(adata.raw?.varm.get('m')).toBe(adata.varm.get('m'));
  });
});

describe('Raw', () => {
  test('without parts it is a copy of the object', () => {
    const adata = make({ varm: { m: dense(3, 2) } });
    const raw = new Raw(adata);
    expect([raw.shape, raw.isView, numbers(raw.X), [...raw.varm.keys()]]).toEqual([
      [4, 3],
      false,
      numbers(adata.X),
      ['m'],
    ]);
    expect(raw.X).not.toBe(adata.X);
  });

  test('cannot be assigned to', () => {
    const raw = new Raw(make()) as unknown as Record<string, unknown>;
    expect(() => (raw['varm'] = null)).toThrow(TypeError);
    expect(() => (raw['shape'] = [1, 1])).toThrow(TypeError);
  });

  test('prints itself as in Python', () => {
    const raw = new Raw(make(), { X: dense(4, 2), var: { q: [1, 2] }, varm: { a: dense(2) } });
    const text = "Raw AnnData with n_obs × n_vars = 4 × 2\n    var: 'q'\n    varm: 'a'";
    expect([String(raw), inspect(raw)]).toEqual([text, text]);
  });
});
