// SPDX-License-Identifier: BSD-3-Clause
//
// How scripts/build-libraries.mjs fails; that what it builds works is what the whole suite shows with ANNDATA_HDF5=source.

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasOwnHdf5 } from '../support/addon';

const root = join(__dirname, '..', '..');
const onUnix = process.platform === 'win32' ? test.skip : test;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'build-libraries-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** CC is part of what makes it up to date: with a CC that is nowhere, it never is. */
function build(env: Record<string, string> = {}) {
  const options = { cwd: root, encoding: 'utf8', env: { ...process.env, ...env } } as const;
  return spawnSync(process.execPath, ['scripts/build-libraries.mjs'], options);
}

test('without cargo it says so', () => {
  const { status, stderr } = build({ PATH: folder, CC: 'none' });
  expect(status).toBe(1);
  expect(stderr).toBe('cargo was not found: it fetches the sources of HDF5 and the codecs (install Rust)\n');
});

onUnix('a source with another checksum than the pinned one is refused', () => {
  const cargo = join(folder, 'cargo');
  const lock = '[[package]]\\nname = "hdf5-metno-src"\\nversion = "0.10.4"\\nchecksum = "00ff"\\n';
  // Called with: fetch --quiet --manifest-path PATH
  writeFileSync(cargo, `#!/bin/sh\n[ "$1" = fetch ] && printf '${lock}' > "\${4%Cargo.toml}Cargo.lock"\nexit 0\n`);
  chmodSync(cargo, 0o755);
  const { status, stderr } = build({ PATH: `${folder}:${process.env.PATH}`, CC: 'none' });
  expect(stderr).toMatch(/^hdf5-metno-src 0\.10\.4: its checksum is 00ff, but [0-9a-f]{64} was expected$/m);
  expect(status).toBe(1);
});

if (hasOwnHdf5) {
  test('what is there already is not built again', () => {
    const { status, stderr } = build();
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
}
