// SPDX-License-Identifier: BSD-3-Clause

import { isAnnDataError } from '../../lib/errors';
import { readH5ad } from '../../lib/io';
import { validateH5ad } from '../../lib/validate';
import { badFiles, isAt, temporaryFolder, unpack } from '../support/bad-files';

const MIB = 2 ** 20;

/** Well-formed HDF5 that is no valid AnnData: each file must be refused quickly, by name, without much memory. */
describe('bad files', () => {
  const folder = temporaryFolder('bad');
  const slow: string[] = [];
  beforeAll(async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    // Loading Arrow takes a moment that no file is to blame for.
    await readH5ad(unpack('golden', 'columns-categorical.h5ad', folder));
  });
  afterAll(() => {
    if (slow.length > 0) process.stderr.write(`slow to refuse: ${slow.join(', ')}\n`);
  });

  test('there are many', () => expect(badFiles().length).toBeGreaterThan(150));

  test.each(badFiles())('$file: $why', async ({ file, code, key }) => {
    const path = unpack('bad', file, folder);
    const memory = process.memoryUsage.rss();
    const start = performance.now();
    const error: unknown = await readH5ad(path).then(
      (adata) => new Error(`it was read: ${adata}`),
      (error: unknown) => error,
    );
    const took = performance.now() - start;
    const grown = process.memoryUsage.rss() - memory;
    if (took > 200) slow.push(`${file} ${took.toFixed(0)} ms`);
    if (!isAnnDataError(error)) throw error;
    expect({ code: error.code, message: error.message }).toMatchObject({ code });
    expect(error.file).toBe(path);
    if (!isAt(error.key, key)) throw new Error(`the error should name ${key}: ${error.message}`);
    expect(took).toBeLessThan(1000);
    expect(grown).toBeLessThan(64 * MIB);
  });

  test.each(badFiles())('$file: validate names the element', async ({ file, key }) => {
    const start = performance.now();
    const { valid, findings } = await validateH5ad(unpack('bad', file, folder));
    expect(performance.now() - start).toBeLessThan(1000);
    expect(valid).toBe(false);
    const errors = findings.filter(({ severity }) => severity === 'error').map((finding) => finding.key);
    if (!errors.some((found) => isAt(found, key)))
      throw new Error(`${key} should be among ${JSON.stringify(findings)}`);
  });
});
