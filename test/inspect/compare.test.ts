// SPDX-License-Identifier: BSD-3-Clause
//
// What two files are told to differ in, where it is easy to miss; `anndata diff` is tested in test/cli.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CompareOptions, type Difference, differences } from '../../lib/inspect/compare';
import { openHdf5 } from '../../lib/storage/hdf5';
import { describeWithPython, runPython } from '../support/python';

describeWithPython('differences', () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'anndata-compare-'));
    await runPython('test/inspect/python/pairs.py', [folder]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function of(name: string, options: CompareOptions = {}, sides = ['a', 'b']): Promise<Partial<Difference>[]> {
    const files = await Promise.all(sides.map((side) => openHdf5(join(folder, `${name}-${side}.h5`))));
    try {
      const [first, second] = await Promise.all(
        files.map(async (storage) => ({ storage, node: await storage.describe('') })),
      );
      const found: Difference[] = [];
      for await (const each of differences(first!, second!, options)) found.push(each);
      return found;
    } finally {
      await Promise.all(files.map((file) => file.close()));
    }
  }

  const infinite = { key: 'x', kind: 'values', count: 1, greatest: Number.POSITIVE_INFINITY };

  test.each([
    ['infinite', [{ ...infinite, first: 5, second: 'Infinity' }]],
    ['infinities', [{ ...infinite, first: '-Infinity', second: 'Infinity' }]],
    ['large', [{ key: 'x', kind: 'values', count: 1, greatest: 1, second: '9007199254740993' }]],
    ['field', [{ key: 'x', kind: 'dtype', name: 'b', first: null, second: 'float32' }]],
    ['dims', [{ key: 'x', kind: 'dtype', name: 'a', first: 'int32[2]', second: 'int32[3]' }]],
    ['subarray', [{ key: 'x', kind: 'values', name: 'a', count: 2 }]],
    ['enum', [{ key: 'x', kind: 'values', first: 0, second: 1 }]],
    ['attribute', [{ key: '', kind: 'attribute', name: 'x', first: 'NaN', second: 'Infinity' }]],
    ['no-attribute', [{ key: '', kind: 'attribute', name: 'x', first: 'NaN', second: null }]],
    ['same-attribute', []],
  ])('%s', async (name, expected) => {
    expect(await of(name)).toEqual(expected.map((each) => expect.objectContaining(each)));
    expect(await of(name, {}, ['a', 'a'])).toEqual([]);
    expect(await of(name, {}, ['b', 'b'])).toEqual([]);
  });

  test.each([
    ['opaque', 'opaque bytes'],
    ['lists', 'sequences of varying length'],
    ['reference', 'reference'],
    ['link', 'an external link to "other.h5"; links out of the file are not followed'],
  ])('%s: what cannot be read is not taken for the same', async (name, first) => {
    const unknown = [{ key: 'x', kind: 'not compared', name: null, first, second: first, count: null, greatest: null }];
    expect(await of(name)).toEqual(unknown);
    expect(await of(name, {}, ['a', 'a'])).toEqual(unknown);
  });

  test('a tolerance is one for finite numbers, also large ones', async () => {
    expect(await of('infinite', { relative: 1 })).toHaveLength(1);
    expect(await of('infinities', { absolute: 1e300, relative: 1 })).toHaveLength(1);
    expect(await of('large', { absolute: 0.5 })).toHaveLength(1);
    expect(await of('large', { absolute: 1 })).toEqual([]);
  });
});
