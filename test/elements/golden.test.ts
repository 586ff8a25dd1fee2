// SPDX-License-Identifier: BSD-3-Clause

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readH5ad } from '../../lib/io';
import { temporaryFolder, unpack } from '../support/bad-files';
import { describeAnnData } from '../support/describe';

const golden = join(__dirname, '..', 'fixtures', 'golden');
const names = readdirSync(golden)
  .filter((file) => file.endsWith('.h5ad.gz'))
  .map((file) => file.slice(0, -8));

describe('golden files read as Python reads them', () => {
  const folder = temporaryFolder('golden');
  beforeAll(() => void jest.spyOn(process, 'emitWarning').mockImplementation(() => {}));

  test('there are many', () => expect(names.length).toBeGreaterThan(50));

  test.each(names)('%s', async (name) => {
    const adata = await readH5ad(unpack('golden', `${name}.h5ad`, folder));
    const expected: unknown = JSON.parse(readFileSync(join(golden, `${name}.json`), 'utf8'));
    expect(JSON.parse(JSON.stringify(describeAnnData(adata)))).toEqual(expected);
  });

  test.each(names)('%s, written and read again', async (name) => {
    const source = await readH5ad(unpack('golden', `${name}.h5ad`, folder));
    const target = join(folder, `again-${name}.h5ad`);
    await source.writeH5ad(target, { convertStringsToCategoricals: false });
    const expected: unknown = JSON.parse(readFileSync(join(golden, `${name}.json`), 'utf8'));
    expect(JSON.parse(JSON.stringify(describeAnnData(await readH5ad(target))))).toEqual(expected);
  });
});
