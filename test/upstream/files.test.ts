// SPDX-License-Identifier: BSD-3-Clause
//
// Topics of upstream's tests of reading and writing (test_io_elementwise, test_readwrite, test_awkward, test_io_utils and
// others) that have no other test here.

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AnnData,
  AwkwardArray,
  CsrMatrix,
  categorical,
  DataFrame,
  DenseArray,
  isAnnDataError,
  readElem,
  readH5ad,
  settings,
  slice,
  writeH5ad,
} from '../../lib/index';
import { dense, identity, make, refusal, texts } from '../anndata/helpers';
import { python } from '../anndata/python';
import { describeWithPython, runPython } from '../support/python';

const script = 'test/upstream/python/files.py';
const names = ['ragged', 'strings', 'empty', 'named', 'categories', 'index', 'nested', 'large', 'old'];

describeWithPython('files of Python', () => {
  const folder = mkdtempSync(join(tmpdir(), 'anndata-upstream-'));
  const path = (name: string): string => join(folder, name);
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeAll(async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    await runPython(script, ['make', folder]);
  });

  test('are read, written, and the same for Python: awkward arrays of all kinds, records of text, odd names', async () => {
    for (const name of names) {
      const adata = await readH5ad(path(`${name}.h5ad`));
      await adata.writeH5ad(path(`node-${name}.h5ad`));
    }
    const { stdout } = await runPython(script, ['same', folder]);
    expect(JSON.parse(stdout)).toEqual({});
  });

  test('test_clean_uns: categories that lie in uns belong to obs, those of too few to nobody', async () => {
    const { obs, var: variables, uns } = await readH5ad(path('old.h5ad'));
    expect([texts(obs.get('species')), obs.column('species').encoding, Object.keys(uns)]).toEqual([
      ['a', 'b', 'a'],
      'categorical',
      [],
    ]);
    expect(texts(variables.get('species'))).toEqual([0n, 1n, 0n, 2n]);
  });

  test('test_read_with_non_2d: X and layers of 3 axes are refused by name', async () => {
    await expect(readH5ad(path('cube-X.h5ad'))).rejects.toMatchObject({ code: 'ERR_INVALID_FILE', key: 'X' });
    await expect(readH5ad(path('cube-layers.h5ad'))).rejects.toMatchObject({
      code: 'ERR_INVALID_FILE',
      key: 'layers/L',
    });
    expect((await readElem<DenseArray>(path('cube-X.h5ad'), 'X')).shape).toEqual([3, 4, 5]);
  });

  test('test_write_to_root: an element may be the whole file', async () => {
    const kinds = readdirSync(folder).filter((name) => name.startsWith('root-'));
    const read = await Promise.all(kinds.sort().map(async (name) => readElem(path(name), '/')));
    expect(kinds.map((name, i) => [name, (read[i] as object).constructor?.name ?? 'Object'])).toEqual([
      ['root-booleans.h5', 'Vector'],
      ['root-categorical.h5', 'Vector'],
      ['root-csc.h5', 'CscMatrix'],
      ['root-csr.h5', 'CsrMatrix'],
      ['root-dict.h5', 'Object'],
      ['root-frame.h5', 'DataFrame'],
      ['root-integers.h5', 'Vector'],
    ]);
  });
});

describeWithPython('files written here', () => {
  const folder = mkdtempSync(join(tmpdir(), 'anndata-upstream-'));
  const path = (name: string): string => join(folder, name);
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeEach(() => void jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined));
  afterEach(() => jest.restoreAllMocks());

  const kitchenSink = (X: DenseArray | CsrMatrix): AnnData => {
    const adata = new AnnData({
      X,
      obs: {
        row_names: ['cell a', 'cell b', 'cell c'],
        two: ['T cell', 'B cell', 'B cell'],
        one: ['T cell', 'T cell', 'T cell'],
        missing: ['T cell', 'T cell', null],
        own: ['p', 'q', 'r'],
        float: [0.5, -1, 2.25],
      },
      var: { float: [7, 0.125], one: ['T cell', 'T cell'] },
      uns: {
        two_colors: ['#1f77b4', '#ff7f0e'],
        list: ['one of a list'],
        text: 'a text alone',
        deep: { a: 1, b: [2, 3], c: '4', d: ['some', 'text'], e: Float64Array.of(1, 1), g: [1, 2.5] },
        none: null,
      },
    });
    adata.raw = adata.copy();
    return adata;
  };
  const X = DenseArray.from([
    [1, 0],
    [3, 0],
    [5, 6],
  ]);

  test('test_readwrite_kitchensink: Python finds everything, plain and compressed', async () => {
    const files: string[] = [];
    for (const matrix of [X, CsrMatrix.fromDense(X)]) {
      for (const compression of [null, 'gzip'] as const) {
        files.push(path(`sink-${files.length}.h5ad`));
        await kitchenSink(matrix).writeH5ad(files.at(-1)!, { compression });
      }
    }
    const found = python<unknown[]>(
      `
import json, sys, anndata as ad
def look(path):
    a = ad.read_h5ad(path)
    kinds = {k: "categorical" if hasattr(a.obs[k], "cat") else str(a.obs[k].dtype) for k in a.obs}
    dense = lambda X: (X.toarray() if hasattr(X, "toarray") else X).tolist()
    u = a.uns
    uns = [list(u["two_colors"]), list(u["list"]), u["text"], int(u["deep"]["a"]), u["deep"]["b"].tolist(), u["deep"]["c"], list(u["deep"]["d"]), u["deep"]["g"].tolist(), u["none"]]
    return [list(a.obs_names), kinds, list(a.obs["two"].cat.categories), list(a.obs["missing"].cat.categories), hasattr(a.raw.var["one"], "cat"), dense(a.X), dense(a.raw.X), uns]
print(json.dumps([look(p) for p in json.load(sys.stdin)]))`,
      files,
    );
    const rows = X.toNested();
    const expected = [
      ['cell a', 'cell b', 'cell c'],
      { two: 'categorical', one: 'categorical', missing: 'categorical', own: 'str', float: 'float64' },
      ['B cell', 'T cell'],
      ['T cell'],
      true,
      rows,
      rows,
      [
        ['#1f77b4', '#ff7f0e'],
        ['one of a list'],
        ...['a text alone', 1, [2, 3], '4', ['some', 'text'], [1, 2.5], null],
      ],
    ];
    expect(found.map((one) => JSON.parse(JSON.stringify(one).replaceAll('"object"', '"str"')))).toEqual(
      files.map(() => expected),
    );
  });

  test('test_hdf5_compression_opts: every array with axes is compressed', async () => {
    const adata = kitchenSink(CsrMatrix.fromDense(X));
    adata.obs.set('c', categorical(['a', 'b', 'a']));
    adata.obs.set('n', [1, null, 3]);
    const options = [
      [null, undefined],
      ['lzf', undefined],
      ['gzip', undefined],
      ['gzip', 8],
    ] as const;
    const files = options.map((_, i) => path(`packed-${i}.h5ad`));
    for (const [i, [compression, compressionOpts]] of options.entries()) {
      await adata.writeH5ad(files[i]!, { compression, compressionOpts });
    }
    const { stdout } = await runPython(script, ['datasets', ...files]);
    const found = (JSON.parse(stdout) as Record<string, [string | null, number | null]>[]).map((one) => {
      expect(Object.keys(one).length).toBeGreaterThan(25);
      return [...new Set(Object.values(one).map((pair) => JSON.stringify(pair)))];
    });
    expect(found).toEqual([['[null,null]'], ['["lzf",null]'], ['["gzip",1]'], ['["gzip",8]']]);
  });

  test('test_readwrite_h5ad_one_dimension: one variable of a view', async () => {
    for (const matrix of [X, CsrMatrix.fromDense(X)]) {
      await kitchenSink(matrix).subset(null, 0).copy().writeH5ad(path('one.h5ad'));
      const back = await readH5ad(path('one.h5ad'));
      expect([back.shape, back.X?.constructor, back.raw?.shape]).toEqual([[3, 1], matrix.constructor, [3, 2]]);
    }
  });

  test('test_raw_view_rw, test_awkward_io_view: a view is written like its copy, and stays a view', async () => {
    const view = kitchenSink(X).subset([2, 0], [1]);
    const copy = view.copy();
    await view.writeH5ad(path('view.h5ad'));
    await copy.writeH5ad(path('copy.h5ad'));
    expect(view.isView).toBe(true);
    const { stdout } = await runPython('-c', [
      `import sys; sys.path.insert(0, "test/anndata/python")
import anndata as ad
from same import difference
a, b = (ad.read_h5ad(p) for p in sys.argv[1:])
print(difference(a, b, e := set()), *e, a.raw.shape, a.raw.X.tolist(), list(a.obs_names))`,
      path('view.h5ad'),
      path('copy.h5ad'),
    ]);
    expect(stdout.trim()).toBe("None (2, 2) [[5.0, 6.0], [1.0, 0.0]] ['cell c', 'cell a']");
  });

  test('test_write_csv_view: files of a view are those of its copy', async () => {
    const view = kitchenSink(CsrMatrix.fromDense(X)).subset(slice(null, null, 2));
    await view.writeCsvs(path('view'), { skipData: false });
    await view.copy().writeCsvs(path('copy'), { skipData: false });
    const compare =
      'import filecmp, sys; c = filecmp.dircmp(*sys.argv[1:]); print(c.diff_files, c.left_only, c.right_only, len(c.same_files) > 2)';
    expect((await runPython('-c', [compare, path('view'), path('copy')])).stdout.trim()).toBe('[] [] [] True');
  });

  const slots = ['obs', 'var', 'obsm', 'varm', 'obsp', 'varp', 'layers', 'uns'] as const;
  const withKey = (slot: (typeof slots)[number], key: string): AnnData => {
    const adata = new AnnData({ X: identity(3) });
    const value = slot === 'obs' || slot === 'var' ? Float64Array.of(1, 1, 1) : dense(3, 3);
    if (slot === 'uns') adata.uns[key] = value;
    else (adata[slot] as { set(key: string, value: unknown): unknown }).set(key, value);
    return adata;
  };

  test('test_forward_slash_key: in every slot, allowed or not', async () => {
    const verdict = (slot: (typeof slots)[number], disallowForwardSlashInH5ad: boolean): Promise<boolean> =>
      settings.override({ disallowForwardSlashInH5ad }, () =>
        writeH5ad(path(`slash-${slot}.h5ad`), withKey(slot, 'bad/key')).then(
          () => true,
          (error: unknown) => !isAnnDataError(error, 'ERR_UNWRITEABLE'),
        ),
      );
    const refused = await Promise.all(slots.map((slot) => verdict(slot, true)));
    expect(refused).toEqual(slots.map(() => false));
    const allowed = await Promise.all(slots.map((slot) => verdict(slot, false)));
    expect(allowed).toEqual(JSON.parse((await runPython(script, ['slash', ...slots])).stdout));
  });

  test.each(slots)('test_leading_slash_error: in %s, whatever the setting', async (slot) => {
    for (const key of ['/', '/y']) {
      for (const disallowForwardSlashInH5ad of [true, false]) {
        const writing = settings.override({ disallowForwardSlashInH5ad }, () =>
          writeH5ad(path('never.h5ad'), withKey(slot, key)),
        );
        await expect(writing).rejects.toMatchObject({ code: 'ERR_UNWRITEABLE' });
      }
    }
    expect(readdirSync(folder)).not.toContain('never.h5ad');
  });

  test('test_old_format_warning: of an old file once, with the graphs that moved; of a new one none', async () => {
    const categories = async (file: string): Promise<string[]> => {
      const spy = jest.mocked(process.emitWarning);
      spy.mockClear();
      await readH5ad(file);
      return spy.mock.calls.map(([, options]) => (options as unknown as { type: string }).type).sort();
    };
    const old = 'test/fixtures/archives/v0.5.0/adata.h5ad';
    const expected = python<string[]>(
      `
import json, sys, warnings, anndata as ad
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    ad.read_h5ad(json.load(sys.stdin))
print(json.dumps(sorted(w.category.__name__ for w in caught)))`,
      old,
    );
    // Python tells of every old element, we of the file.
    const once = (list: string[]): string[] =>
      list.filter((one, i) => one !== 'OldFormatWarning' || list[i - 1] !== one);
    expect(await categories(old)).toEqual(once(expected));
    await kitchenSink(X).writeH5ad(path('new.h5ad'));
    expect(await categories(path('new.h5ad'))).toEqual([]);
  });
});

describe('what cannot be written', () => {
  test.each([
    ['var', (a: AnnData) => a.var.set('bad', [1, 2, 3]), 'var/bad'],
    ['uns', (a: AnnData) => (a.uns['bad'] = new Date(0)), 'uns/bad'],
    ['raw', (a: AnnData) => a.raw?.var.set('bad', [1, 2, 3]), 'raw/var/bad'],
  ] as const)('test_can_not_write_with_custom_array: in %s, also of an object in uns', async (slot, spoil, key) => {
    const bad = (): AnnData => {
      const adata = make({ raw: { X: dense(4, 3) } });
      spoil(adata);
      // A name that a file cannot hold stands for a column that cannot.
      if (slot !== 'uns') (slot === 'var' ? adata.var : adata.raw!.var).rename('bad', 'a/b');
      return adata;
    };
    const outer = new AnnData({ shape: [1, 1], uns: { inner: bad() } });
    expect([bad().unwriteable(), outer.unwriteable(), new AnnData({ uns: { inner: make() } }).unwriteable()]).toEqual([
      true,
      true,
      false,
    ]);
    const where = key.replace('bad', slot === 'uns' ? 'bad' : 'a/b');
    await expect(writeH5ad('/never/written.h5ad', outer)).rejects.toMatchObject({ key: `uns/inner/${where}` });
  });

  test('test_dataframe_reserved_columns: _index in a frame of varm', async () => {
    const adata = make();
    const columns = { _index: ['a', 'b', 'c'] };
    adata.varm.set('df', new DataFrame({ columns, index: adata.varNames }));
    expect(adata.unwriteable()).toBe(true);
    await expect(writeH5ad('/never/written.h5ad', adata)).rejects.toMatchObject({ key: 'varm/df/_index' });
  });
});

describe('awkward arrays', () => {
  /** Lists of 1, 2, 3 … numbers. */
  const lists = (rows: number): AwkwardArray => {
    const ends = Array.from({ length: rows + 1 }, (_, i) => BigInt((i * (i + 1)) / 2));
    const data = BigInt64Array.from({ length: Number(ends[rows]) }, (_, i) => BigInt(i));
    return new AwkwardArray(
      {
        class: 'ListOffsetArray',
        offsets: 'i64',
        form_key: 'node0',
        content: { class: 'NumpyArray', primitive: 'int64', form_key: 'node1' },
      },
      rows,
      [
        ['node0-offsets', new DenseArray(BigInt64Array.from(ends), [rows + 1])],
        ['node1-data', new DenseArray(data, [data.length])],
      ],
    );
  };

  test('test_set_awkward: obsm and varm take as many rows as there are names, uns any', () => {
    const adata = make();
    adata.obsm.set('a', lists(4));
    adata.varm.set('a', lists(3));
    adata.uns['a'] = lists(7);
    expect(refusal(() => adata.obsm.set('b', lists(3)))).toBe('ERR_SHAPE obsm/b');
    expect(refusal(() => adata.varm.set('b', lists(4)))).toBe('ERR_SHAPE varm/b');
  });

  test('test_copy, test_view: what is changed in a copy or in what a view gave stays there', () => {
    const adata = make({ obsm: { a: lists(4) }, uns: { a: lists(2) } });
    const before = (adata.obsm.get('a') as AwkwardArray).toList();
    const spoilt = (array: unknown): void => {
      const { data } = (array as AwkwardArray).buffers.get('node1-data') as DenseArray;
      (data as BigInt64Array).fill(99n);
    };
    const copy = adata.copy();
    spoilt(copy.obsm.get('a'));
    spoilt(copy.uns['a']);
    spoilt(adata.subset(slice(0, 2)).obsm.get('a'));
    expect((copy.obsm.get('a') as AwkwardArray).toList()[0]).toEqual([99n]);
    expect([(adata.obsm.get('a') as AwkwardArray).toList(), (adata.uns['a'] as AwkwardArray).toList()]).toEqual([
      before,
      [[0n], [1n, 2n]],
    ]);
  });
});
