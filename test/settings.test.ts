// SPDX-License-Identifier: BSD-3-Clause

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AnnData,
  CsrMatrix,
  DenseArray,
  filterWarnings,
  ImplicitModificationWarning,
  settings,
  type WarningCategory,
  writeH5ad,
} from '../lib/index';
import { fromEnvironment, type SettingValues } from '../lib/settings';
import { warn } from '../lib/warnings';
import { python, withPython } from './anndata/python';

afterEach(() => settings.reset());

const given = (init: object): string[] => {
  const spy = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  new AnnData(init);
  const names = spy.mock.calls.map(([, options]) => (options as unknown as { type: string }).type);
  spy.mockRestore();
  return names;
};

const twins = { obs: { obsNames: ['a', 'a'] } };

describe('settings', () => {
  test('have defaults, take values and go back', () => {
    expect({ ...settings }).toEqual({
      removeUnusedCategories: true,
      checkUniqueness: true,
      allowWriteNullableStrings: null,
      disallowForwardSlashInH5ad: true,
      writeCsrCscIndicesWithMinPossibleDtype: false,
    });
    settings.checkUniqueness = false;
    settings.allowWriteNullableStrings = true;
    settings.reset('checkUniqueness');
    expect([settings.checkUniqueness, settings.allowWriteNullableStrings]).toEqual([true, true]);
    settings.reset();
    expect(settings.allowWriteNullableStrings).toBe(null);
    expect(String(settings)).toContain('"checkUniqueness":true');
  });

  test('refuse other types and names', () => {
    expect(() => {
      settings.checkUniqueness = 'no' as never;
    }).toThrow(/checkUniqueness is true or false, not "no"/);
    expect(() => {
      settings.checkUniqueness = null as never;
    }).toThrow(/not null/);
    expect(() => {
      (settings as unknown as Record<string, boolean>).checkUniqeness = true;
    }).toThrow(TypeError);
    expect(() => settings.override({ nonsense: true } as never, () => 1)).toThrow(/there is no setting "nonsense"/);
    expect(() => settings.reset('nonsense' as never)).toThrow(/there is no setting/);
  });

  test('overrides nest, end with their body and stay in their own asynchronous branch', async () => {
    const seen: boolean[] = [];
    const later = settings.override({ checkUniqueness: false }, async () => {
      seen.push(settings.checkUniqueness);
      settings.override({ checkUniqueness: true }, () => seen.push(settings.checkUniqueness));
      await new Promise((resolve) => setTimeout(resolve, 5));
      seen.push(settings.checkUniqueness);
      return 'done';
    });
    seen.push(settings.checkUniqueness);
    expect(await later).toBe('done');
    expect(seen).toEqual([false, true, true, false]);
    expect(() =>
      settings.override({ checkUniqueness: false }, () => {
        throw new Error('body');
      }),
    ).toThrow('body');
    expect(settings.checkUniqueness).toBe(true);
  });

  test('an assignment inside ends with the override, one to another setting stays', () => {
    settings.override({ checkUniqueness: false }, () => {
      settings.checkUniqueness = true;
      settings.removeUnusedCategories = false;
      expect(settings.checkUniqueness).toBe(true);
    });
    settings.override({ checkUniqueness: false }, () => expect(settings.checkUniqueness).toBe(false));
    expect(settings.removeUnusedCategories).toBe(false);
  });

  test('the environment gives start values', () => {
    const found = fromEnvironment({
      ANNDATA_CHECK_UNIQUENESS: '0',
      anndata_disallow_forward_slash_in_h5ad: 'No',
      PATH: 'x',
      ANNDATA_PYTHON: 'p',
    });
    expect(found).toEqual({
      checkUniqueness: false,
      disallowForwardSlashInH5ad: false,
    } satisfies Partial<SettingValues>);
    expect(() => fromEnvironment({ ANNDATA_CHECK_UNIQUENESS: 'maybe' })).toThrow(/ANNDATA_CHECK_UNIQUENESS is "maybe"/);
  });

  test('checkUniqueness silences the warning about names', () => {
    expect(given(twins)).toEqual(['UserWarning']);
    expect(settings.override({ checkUniqueness: false }, () => given(twins))).toEqual([]);
  });
});

describe('warnings', () => {
  afterEach(() => filterWarnings('show'));

  test('are classes, which can be silenced or raised one by one', () => {
    const spy = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    warn('ImplicitModificationWarning', 'one');
    filterWarnings('ignore', 'ImplicitModificationWarning');
    warn('ImplicitModificationWarning', 'two');
    filterWarnings('raise', 'ImplicitModificationWarning');
    expect(() => warn('ImplicitModificationWarning', 'three')).toThrow(ImplicitModificationWarning);
    warn('WriteWarning' satisfies WarningCategory, 'four');
    expect(spy.mock.calls).toEqual([
      ['one', { type: 'ImplicitModificationWarning', code: 'ANNDATA_IMPLICIT_MODIFICATION' }],
      ['four', { type: 'WriteWarning', code: 'ANNDATA_WRITE' }],
    ]);
    spy.mockRestore();
  });
});

describe('settings when writing', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'anndata-settings-'));
    jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
    jest.restoreAllMocks();
  });

  /** Evaluates a Python expression for each file, which is open as `f`. */
  const inspect = (files: string[], expression: string): unknown =>
    python(
      `import json, sys, h5py, anndata\nprint(json.dumps([${expression} for f in map(h5py.File, json.load(sys.stdin))]))`,
      files,
    );

  withPython(
    'allowWriteNullableStrings chooses how text is stored',
    async () => {
      const adata = new AnnData({ obs: { obsNames: ['a', 'b'], full: ['x', 'y'] } });
      const files: string[] = [];
      for (const allowWriteNullableStrings of [null, true, false]) {
        files.push(join(folder, `strings-${allowWriteNullableStrings}.h5ad`));
        await settings.override({ allowWriteNullableStrings }, () => writeH5ad(files.at(-1)!, adata));
      }
      const types = inspect(files, `f["obs/full"].attrs["encoding-type"]`);
      expect(types).toEqual(['string-array', 'nullable-string-array', 'string-array']);
      adata.obs.set('gaps', ['x', null]);
      const writing = settings.override({ allowWriteNullableStrings: false }, () =>
        writeH5ad(join(folder, 'no'), adata, { convertStringsToCategoricals: false }),
      );
      await expect(writing).rejects.toMatchObject({ code: 'ERR_UNWRITEABLE', key: 'obs/gaps' });
    },
    60_000,
  );

  withPython(
    'writeCsrCscIndicesWithMinPossibleDtype narrows indices as Python does',
    async () => {
      const files: string[] = [];
      for (const columns of [3, 255, 256, 65_536]) {
        const indices = Int32Array.of(columns - 1);
        const X = new CsrMatrix({
          shape: [1, columns],
          data: Float32Array.of(1),
          indices,
          indptr: Int32Array.of(0, 1),
        });
        files.push(join(folder, `narrow-${columns}.h5ad`));
        await settings.override({ writeCsrCscIndicesWithMinPossibleDtype: true }, () =>
          writeH5ad(files.at(-1)!, new AnnData({ X })),
        );
      }
      const found = inspect(files, `[str(f["X/indices"].dtype), float(anndata.read_h5ad(f.filename).X[0, -1])]`);
      expect(found).toEqual(['uint8', 'uint8', 'uint16', 'uint32'].map((dtype) => [dtype, 1]));
    },
    60_000,
  );

  withPython(
    'a slash in a key of uns becomes a group only where it is allowed',
    async () => {
      const file = join(folder, 'slash.h5ad');
      const adata = new AnnData({ shape: [1, 1], uns: { 'a/b': 5, 'a/c': 'text' } });
      await expect(writeH5ad(file, adata)).rejects.toMatchObject({ code: 'ERR_UNWRITEABLE', key: 'uns/a/b' });
      await settings.override({ disallowForwardSlashInH5ad: false }, () => writeH5ad(file, adata));
      expect(inspect([file], `{k: dict(v) for k, v in anndata.read_h5ad(f.filename).uns.items()}`)).toEqual([
        { a: { b: 5, c: 'text' } },
      ]);
      adata.obsm.set('a/b', new DenseArray(new Float32Array(1), [1, 1]));
      const writing = settings.override({ disallowForwardSlashInH5ad: false }, () => writeH5ad(file, adata));
      await expect(writing).rejects.toMatchObject({ key: 'obsm/a/b' });
    },
    60_000,
  );
});
