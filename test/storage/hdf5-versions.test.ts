// SPDX-License-Identifier: BSD-3-Clause
//
// A file is the same whichever libhdf5 wrote it: nothing in it is newer than what every libhdf5 since 1.10 reads.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readH5ad } from '../../lib';
import { native } from '../../lib/native';
import { addonFile, hasOwnHdf5 } from '../support/addon';
import { describeWithPython, runPython } from '../support/python';

const root = join(__dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'anndata-versions-'));
const files = ([null, 'gzip', 'lzf', 'zstd'] as const).map((codec) => [codec, join(folder, `${codec}.h5ad`)] as const);

beforeAll(async () => {
  const adata = await readH5ad(join(root, 'test/fixtures/pbmc68k_reduced.h5ad'));
  for (const [compression, file] of files) await adata.writeH5ad(file, { compression });
});
afterAll(() => rmSync(folder, { recursive: true }));

function print(addon: string, file: string): string {
  const script = join(__dirname, 'print-file.js');
  return execFileSync(process.execPath, [script, addon, file], { encoding: 'utf8' });
}

describeWithPython('what h5py sees of the format', () => {
  test('the oldest superblock, object headers and indexes of chunks', async () => {
    for (const [, file] of files) {
      const { stdout } = await runPython(join(__dirname, 'python/versions.py'), [file]);
      expect(JSON.parse(stdout)).toEqual({ superblock: 0, signatures: [] });
    }
  });
});

// The system's libhdf5, usually an old one, reads what the new one wrote. For want of either there is nothing to test.
const other = join(root, 'build/Release/anndata.node');
if (hasOwnHdf5 && existsSync(other)) {
  test('the system’s libhdf5 reads the same values', () => {
    expect(native().versions().hdf5).toBe('2.2.0');
    for (const [, file] of files) {
      const said = print(addonFile(), file);
      expect(said.match(/Array [0-9a-f]{64}/g)?.length).toBeGreaterThan(20);
      expect(print(other, file)).toBe(said);
    }
  });
}
