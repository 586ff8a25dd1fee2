// SPDX-License-Identifier: BSD-3-Clause

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { native } from '../../lib/native';

const root = join(__dirname, '..', '..');

interface Found {
  hdf5: { version: string };
  missing: string[];
}

function found(): Found {
  const text = execFileSync(process.execPath, ['scripts/find-libs.mjs', '--json'], { cwd: root, encoding: 'utf8' });
  return JSON.parse(text) as Found;
}

test('versions() lists HDF5, Node-API and each codec, "disabled" where it was built without', () => {
  const versions = native().versions();
  const { hdf5, missing } = found();
  const codecs = ['libdeflate', 'lzf', 'zstd', 'lz4', 'blosc'];
  expect(Object.keys(versions).sort()).toEqual(['hdf5', 'node-api', 'zlib', ...codecs].sort());
  expect(versions.zlib).toMatch(missing.includes('blosc') ? /^not told$/ : /^1\.\d+/);
  expect(versions.hdf5).toBe(hdf5.version);
  expect(versions['node-api']).toBe('9');
  for (const codec of codecs) {
    expect([codec, versions[codec]]).toEqual([
      codec,
      missing.includes(codec) ? 'disabled' : expect.stringMatching(/^\d+\.\d+/),
    ]);
  }
});

test('filters() has every codec that is built in, once', () => {
  const versions = native().versions();
  const ids: Record<string, number> = { lzf: 32000, blosc: 32001, lz4: 32004, zstd: 32015 };
  const expected = Object.keys(ids).filter((name) => versions[name] !== 'disabled');
  const filters = native().filters();
  expect(filters).toEqual([...new Set(filters)]);
  expect(filters.filter((id) => id >= 32000).sort()).toEqual(expected.map((name) => ids[name]).sort());
  expect(filters).toEqual(expect.arrayContaining([1, 2, 3]));
});
