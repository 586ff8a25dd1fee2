// SPDX-License-Identifier: BSD-3-Clause

import { join } from 'node:path';
import { temporaryFolder } from '../support/bad-files';
import { describeAnnData } from '../support/describe';
import { describeWithPython, runPython } from '../support/python';
import { randomAnnData } from './random-anndata';

const seed = Number(process.env.ANNDATA_SEED ?? Math.floor(Date.now() / 86_400_000));
const count = Number(process.env.ANNDATA_CASES ?? 200);
const first = Number(process.env.ANNDATA_FIRST ?? 0);

describeWithPython(`random objects made in TypeScript, read in Python (ANNDATA_SEED=${seed})`, () => {
  const folder = temporaryFolder('from-node');
  const expected: unknown[] = [];
  let found: string[] = [];

  beforeAll(async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const paths: string[] = [];
    for (let i = first; i < first + count; i++) {
      const adata = randomAnnData(seed * 100_003 + i);
      const path = join(folder, `${i}.h5ad`);
      const nullable = i % 2 === 1;
      const strings = nullable ? 'nullable' : 'keep';
      await adata.writeH5ad(path, {
        convertStringsToCategoricals: false,
        strings,
        compression: i % 3 === 0 ? 'gzip' : null,
      });
      expected.push(JSON.parse(JSON.stringify(describeAnnData(adata))));
      paths.push(path);
    }
    const { stdout } = await runPython('test/interop/python/describe.py', ['--warnings-are-errors', ...paths]);
    found = stdout.trim().split('\n');
  });

  test(`Python reads all ${count} without a warning`, () => expect(found).toHaveLength(count));

  test('and finds what was put in', () => {
    found.forEach((line, i) => {
      const value: unknown = JSON.parse(line);
      try {
        expect(value).toEqual(expected[i]);
      } catch (error) {
        throw new Error(`ANNDATA_SEED=${seed} ANNDATA_FIRST=${first + i} ANNDATA_CASES=1: ${(error as Error).message}`);
      }
    });
  });
});
