// SPDX-License-Identifier: BSD-3-Clause
//
// Codes of categoricals, stored as whatever integers there are: what anndata reads of the same file.

import { join } from 'node:path';
import type { Vector } from 'apache-arrow';
import { readElem } from '../../lib/io';
import { temporaryFolder } from '../support/bad-files';
import { describeWithPython, runPython } from '../support/python';

describeWithPython('codes of every type', () => {
  const file = join(temporaryFolder('codes'), 'a.h5');
  let expected: Record<string, unknown[]>;
  beforeAll(async () => {
    expected = JSON.parse((await runPython('test/elements/python/codes.py', [file])).stdout);
  });

  test('are what anndata reads', async () => {
    expect(Object.keys(expected)).toHaveLength(33);
    for (const [key, values] of Object.entries(expected)) {
      const column = await readElem<Vector>(file, key);
      const found = { key, values: [...column], nullCount: column.nullCount };
      expect(found).toEqual({ key, values, nullCount: values.filter((value) => value === null).length });
    }
  });

  test('are refused by value and place when there is no such category', async () => {
    const types = Object.keys(expected).filter((key) => key.endsWith('_complete'));
    for (const key of types.map((type) => type.replace('complete', 'wrong'))) {
      await expect(readElem(file, key)).rejects.toMatchObject({
        code: 'ERR_INVALID_FILE',
        key: `${key}/codes`,
        message: expect.stringContaining('code 5 at position 999 is out of range'),
      });
    }
  });
});
