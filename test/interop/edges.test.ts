// SPDX-License-Identifier: BSD-3-Clause

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type FileWarning, readH5ad } from '../../lib/io';
import { temporaryFolder } from '../support/bad-files';
import { describeWithPython, runPython } from '../support/python';

const script = 'test/interop/python/edges.py';

describeWithPython('values that Node cannot keep as they were', () => {
  const folder = temporaryFolder('edges');

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('become the nearest ones, with a warning for each loss of width', async () => {
    const source = join(folder, 'source.h5ad');
    const copy = join(folder, 'copy.h5ad');
    await runPython(script, ['make', source]);
    const warnings: FileWarning[] = [];
    const adata = await readH5ad(source, { onWarning: (warning) => warnings.push(warning) });
    await adata.writeH5ad(copy, { compression: 'zstd' });
    expect((await runPython(script, ['check', source, copy])).stdout).toBe('');
    expect(new Set(warnings.map(({ key }) => key))).toEqual(
      new Set(['X', 'obs/long', 'uns/long', 'uns/long_complex', 'uns/long_scalar', 'uns/records']),
    );
  });
});
