// SPDX-License-Identifier: BSD-3-Clause

import { join } from 'node:path';
import { concat, concatAsync, readH5ad } from '../../lib';

const source = join(__dirname, '..', 'fixtures', 'pbmc68k_reduced.h5ad');

describe('C17: objects in files are read and joined, dense and sparse', () => {
  test.each(['inner', 'outer'] as const)('%s', async (how) => {
    const memory = await readH5ad(source);
    const backed = await readH5ad(source, { backed: 'r' });
    await backed.load(['obs/_index', 'var/_index']);
    const parts = [memory.subset(null, [0, 1, 2]), memory.subset([3, 1, 4])] as const;
    const options = { join: how, merge: 'same', unsMerge: 'first', label: 'part', indexUnique: '-' } as const;
    const expected = concat({ a: parts[0], b: parts[1] }, options);
    const joined = await concatAsync({ a: backed.subset(null, [0, 1, 2]), b: parts[1] }, options);
    expect([joined.isBacked, joined.shape, joined.raw?.shape]).toEqual([false, expected.shape, expected.raw?.shape]);
    expect(joined.X?.equals(expected.X)).toBe(true);
    expect(joined.raw?.X?.equals(expected.raw?.X)).toBe(true);
    expect([...joined.obs.get('part')]).toEqual([...expected.obs.get('part')]);
    await backed.close();
  });

  test('what cannot wait says so', async () => {
    const backed = await readH5ad(source, { backed: 'r' });
    expect(() => concat([backed as never])).toThrow(/object 0 lies in a file: await concatAsync/);
    await backed.close();
    await expect(concatAsync([backed])).rejects.toMatchObject({ code: 'ERR_CLOSED' });
  });

  test('an abort ends the reading', async () => {
    const backed = await readH5ad(source, { backed: 'r' });
    const aborted = AbortSignal.abort(new Error('enough'));
    await expect(concatAsync([backed], { signal: aborted })).rejects.toThrow('enough');
    await backed.close();
  });
});
