// SPDX-License-Identifier: BSD-3-Clause

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnnData, Raw } from '../../lib/anndata';
import { DenseArray } from '../../lib/arrays/dense-array';
import { type AnnDataError, isAnnDataError } from '../../lib/errors';
import { readElem, readH5ad, writeH5ad } from '../../lib/io';
import { dense, make, numbers, texts } from './helpers';
import { interpreter, python, withPython } from './python';

const folder = mkdtempSync(join(tmpdir(), 'anndata-reading-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What changes a file written by Python: code over `f`, the open file; and what the object `a` was, if not the usual one. */
type Recipe = string | [change: string, object: string];

const usual = 'ad.AnnData(X, obs=dict(q=[1, 2, 3, 4]), obsm=dict(m=X))';
const recipes: { path: string; change: string; object: string }[] = [];

const script = `
import json, sys, numpy as np, h5py, anndata as ad
X = np.arange(12.).reshape(4, 3)
def put(f, key, value, kind='array', version='0.2.0'):
    f.pop(key, None)
    f[key] = value
    f[key].attrs.update({'encoding-type': kind, 'encoding-version': version})
for r in json.load(sys.stdin):
    a = eval(r['object'])
    a.write_h5ad(r['path'])
    with h5py.File(r['path'], 'r+') as f: exec(r['change'])
print('null')
`;

// One Python for all files: its start takes longer than the rest.
beforeAll(() => {
  if (interpreter !== null) python(script, recipes);
});

/** A test with files of its own, made by Python. */
function withFiles(
  name: string,
  wanted: readonly Recipe[],
  body: (...paths: [string, ...string[]]) => Promise<void>,
): void {
  const paths = wanted.map((recipe) => {
    const [change, object] = typeof recipe === 'string' ? [recipe, usual] : recipe;
    const path = join(folder, `${recipes.length}.h5ad`);
    recipes.push({ path, change, object });
    return path;
  });
  withPython(name, () => body(...(paths as [string, ...string[]])));
}

async function reading(path: string): Promise<{ adata: AnnData; warnings: string[] }> {
  const warnings: string[] = [];
  const adata = await readH5ad(path, { onWarning: ({ category, key }) => warnings.push(`${category} ${key}`) });
  return { adata, warnings };
}

async function rejection(path: string): Promise<string> {
  const error = await readH5ad(path).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!isAnnDataError(error)) throw error ?? new Error('an error was expected');
  expect((error as AnnDataError).file).toBe(path);
  return `${error.code} ${error.key}`;
}

describe('3.1 reading an AnnData leniently', () => {
  const members = '[f.pop(k) for k in ("obsm", "uns", "layers", "varp", "obsp", "varm")]';
  withFiles('missing members are empty', [members], async (path) => {
    const { adata, warnings } = await reading(path);
    expect([adata.shape, adata.obsm.size, Object.keys(adata.uns), warnings]).toEqual([[4, 3], 0, [], []]);
  });

  withFiles('a root without attributes', ['f.attrs.clear()'], async (path) => {
    const { adata } = await reading(path);
    expect([adata.shape, adata.obs.columns, numbers(adata.X)[5]]).toEqual([[4, 3], ['q'], 5]);
  });

  const nothings = [
    'f.pop("X")',
    'put(f, "X", h5py.Empty("f"), "null", "0.1.0")',
    'f.pop("X"); f["X"] = h5py.Empty("f")',
  ];
  withFiles('X may be absent or nothing', nothings, async (...paths) => {
    for (const path of paths) {
      const { adata } = await reading(path);
      expect([adata.X, adata.shape, [...adata.layers.keys()]]).toEqual([null, [4, 3], []]);
    }
  });

  const strangers = 'f["stranger"] = np.arange(3); f["type"] = np.dtype("i4"); f.create_group("more")';
  withFiles(
    'D15 unknown members and named datatypes of the root are left out with a warning',
    [strangers],
    async (path) => {
      const { adata, warnings } = await reading(path);
      expect([adata.shape, warnings]).toEqual([
        [4, 3],
        ['UserWarning more', 'UserWarning stranger', 'UserWarning type'],
      ]);
    },
  );

  const types = 'f["uns/type"] = np.dtype("i4"); f["obsm/type"] = np.dtype("i4")';
  withFiles('D15 named datatypes inside are left out with a warning', [types], async (path) => {
    const { adata, warnings } = await reading(path);
    expect([Object.keys(adata.uns), [...adata.obsm.keys()]]).toEqual([[], ['m']]);
    expect(warnings).toEqual(['UserWarning obsm/type', 'UserWarning uns/type']);
  });

  const absent = ['f.pop("obs")', 'f.pop("obs"); f.pop("var")', 'f.pop("obs"); f.pop("X")'];
  withFiles('D15 without obs or var, rows are counted with a warning', absent, async (...paths) => {
    const [one, ...others] = await Promise.all(paths.map(reading));
    expect([texts(one?.adata.obsNames ?? []), one?.warnings]).toEqual([['0', '1', '2', '3'], ['UserWarning ']]);
    for (const { adata } of others) expect(adata.shape).toEqual([4, 3]);
  });

  const lost = ['f.pop("var"); f.pop("X")'];
  withFiles('without anything that tells the length, it is refused instead of being empty', lost, async (path) => {
    expect(await rejection(path)).toBe('ERR_INVALID_FILE ');
  });

  withFiles('integer names become text', ['f.pop("obs/_index"); put(f, "obs/_index", np.arange(4))'], async (path) => {
    const spy = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    expect(texts((await reading(path)).adata.obsNames)).toEqual(['0', '1', '2', '3']);
    spy.mockRestore();
  });

  const inner = 'ad.AnnData(X, uns=dict(inner=ad.AnnData(X, obsm=dict(m=X), uns=dict(deep=ad.AnnData(shape=(2, 2))))))';
  withFiles('an AnnData inside uns, written again with the same encodings', [['pass', inner]], async (path) => {
    const { adata } = await reading(path);
    const read = adata.uns['inner'] as AnnData;
    expect([read.shape, [...read.obsm.keys()], read.raw]).toEqual([[4, 3], ['m'], null]);
    expect((read.uns['deep'] as AnnData).shape).toEqual([2, 2]);
    const copy = `${path}.copy`;
    await adata.writeH5ad(copy);
    const walk = `
import json, sys, h5py
def keys(p):
    out = {}
    with h5py.File(p) as f: f.visititems(lambda n, o: out.__setitem__(n, o.attrs['encoding-type']))
    return out
print(json.dumps([keys(p) for p in json.load(sys.stdin)]))
`;
    const [before, after] = python<[object, object]>(walk, [path, copy]);
    expect(after).toEqual(before);
  });
});

describe('reading what does not fit', () => {
  const misfits: [change: string, key: string][] = [
    ['put(f, "obsm/m", np.zeros((3, 2)))', 'obsm/m'],
    ['put(f, "X", np.zeros((4, 4)))', 'X'],
    ['put(f, "X", np.zeros((4, 3, 1)))', 'X'],
    ['put(f, "X", "text", "string")', 'X'],
    ['put(f, "layers/l", np.zeros((3, 4)))', 'layers/l'],
    ['put(f, "obsp/p", np.zeros((4, 3)))', 'obsp/p'],
    ['f.copy("var", "other"); f.pop("obs"); f.move("other", "obs")', 'X'],
  ];
  for (const [change, key] of misfits) {
    withFiles(`${change} is refused, naming the element`, [change], async (path) => {
      expect(await rejection(path)).toBe(`ERR_INVALID_FILE ${key}`);
    });
  }

  const inside: Recipe[] = [
    ['put(f, "raw/varm/v", np.zeros((9, 1)))', 'ad.AnnData(X, raw=dict(X=X))'],
    ['put(f, "uns/inner/obsm/v", np.zeros((9, 1)))', 'ad.AnnData(X, uns=dict(inner=ad.AnnData(X)))'],
  ];
  withFiles('in raw and in a nested object the key tells where', inside, async (raw, inner) => {
    expect(await rejection(raw)).toBe('ERR_INVALID_FILE raw/varm/v');
    expect(await rejection(inner as string)).toBe('ERR_INVALID_FILE uns/inner/obsm/v');
  });

  const others = [
    'f.attrs["encoding-type"] = "MuData"',
    'f.attrs["encoding-version"] = "9.9"',
    'f.attrs["encoding-type"] = "csr_matrix"',
    '[f.pop(k) for k in list(f)]',
  ];
  withFiles('a file that holds something else', others, async (...paths) => {
    expect(await Promise.all(paths.map(rejection))).toEqual([
      'ERR_UNSUPPORTED_ENCODING ',
      'ERR_UNSUPPORTED_ENCODING ',
      'ERR_INVALID_FILE ',
      'ERR_INVALID_FILE ',
    ]);
  });
});

describe('reading raw', () => {
  const parts = 'dict(X=X[:, :2], var=dict(var_names=["a", "b"]), varm=dict(v=np.ones((2, 2))))';
  withFiles('alone it becomes an AnnData, as in Python', [['pass', `ad.AnnData(X, raw=${parts})`]], async (path) => {
    const raw = await readElem<AnnData>(path, 'raw');
    expect([raw.shape, texts(raw.varNames), [...raw.varm.keys()]]).toEqual([[4, 2], ['a', 'b'], ['v']]);
    const within = (await reading(path)).adata.raw as Raw;
    expect([within.shape, numbers(within.X), [...within.varm.keys()]]).toEqual([[4, 2], numbers(raw.X), ['v']]);
  });

  test('a raw without X stays one', async () => {
    const path = join(folder, 'raw.h5ad');
    await writeH5ad(path, make({ raw: { var: { q: [1, 2] } } }));
    const { raw } = await readH5ad(path);
    expect([raw?.X, raw?.shape, raw?.var.columns]).toEqual([null, [4, 2], ['q']]);
  });
});

describe('writing and reading', () => {
  test('gives the same object', async () => {
    const path = join(folder, 'round.h5ad');
    const adata = make({
      obs: { obsNames: ['a', 'b', 'c', 'd'], q: [1, 2, 3, 4] },
      obsm: { m: dense(4, 2) },
      layers: { l: dense(4, 3) },
      raw: { X: dense(4, 5) },
      uns: { k: { deep: [1, 2] } },
    });
    await adata.writeH5ad(path);
    const read = await readH5ad(path);
    expect(String(read)).toBe(String(adata));
    expect(read.obs.equals(adata.obs)).toBe(true);
    expect((read.X as DenseArray).equals(adata.X)).toBe(true);
    expect((read.raw as Raw).X).toEqual((adata.raw as Raw).X);
  });
});

describe('a file that asks for too much memory', () => {
  test('is refused, naming the largest array', async () => {
    const path = join(folder, 'large.h5ad');
    await writeH5ad(path, make({ layers: { large: DenseArray.zeros('complex128', [4, 3]) } }));
    await expect(readH5ad(path, { limits: { maxBytes: 100 } })).rejects.toMatchObject({
      code: 'ERR_LIMIT',
      key: 'layers/large',
    });
  });
});
