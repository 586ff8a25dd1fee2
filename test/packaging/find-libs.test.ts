// SPDX-License-Identifier: BSD-3-Clause

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'find-libs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function find(args: string[], env: Record<string, string>) {
  return spawnSync(process.execPath, ['scripts/find-libs.mjs', ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
}

/** A folder that looks like an installed HDF5. */
function fakeHdf5(version: string): string {
  const [major, minor, release] = version.split('.');
  mkdirSync(join(folder, 'include'));
  mkdirSync(join(folder, 'lib'));
  writeFileSync(join(folder, 'include/hdf5.h'), '');
  writeFileSync(
    join(folder, 'include/H5public.h'),
    `#define H5_VERS_MAJOR ${major}\n#define H5_VERS_MINOR ${minor}\n#define H5_VERS_RELEASE ${release}\n`,
  );
  writeFileSync(join(folder, 'lib/libhdf5.so'), '');
  return folder;
}

const systems = [
  ['Debian, Ubuntu', 'libhdf5-dev'],
  ['Fedora', 'hdf5-devel'],
  ['Alpine', 'hdf5-dev'],
  ['macOS', 'brew install hdf5'],
  ['Windows', 'vcpkg install hdf5'],
] as const;

test.each([['--cmake', 'settings.cmake'], ['--gyp', 'libraries'], []])(
  'a missing libhdf5 stops the build and names the packages (%s)',
  (...args: string[]) => {
    const { status, stderr } = find(args, { HDF5_DIR: folder });
    expect(status).toBe(1);
    expect(stderr).toMatch(/libhdf5 was not found/);
    for (const [system, name] of systems) expect(stderr).toMatch(new RegExp(`${system}.*${name}`));
  },
);

test('the native build stops with the same words', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/build-native.mjs'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ANNDATA_HDF5: 'system', HDF5_DIR: folder },
  });
  expect(status).toBe(1);
  expect(stderr).toMatch(/libhdf5 was not found[\s\S]*apt-get install libhdf5-dev/);
});

test.each(['1.8.23', '1.10.6'])('libhdf5 %s is too old', (version) => {
  const { status, stderr } = find([], { HDF5_DIR: fakeHdf5(version) });
  expect(status).toBe(1);
  expect(stderr).toContain(`libhdf5 ${version} in`);
  expect(stderr).toMatch(/too old: 1\.10\.7 or later/);
});

test.each(['1.10.7', '1.14.0', '2.2.0'])('libhdf5 %s is fine, and HDF5_DIR goes before the system', (version) => {
  const { status, stdout } = find(['--json'], { HDF5_DIR: fakeHdf5(version) });
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    hdf5: { version, includes: [join(folder, 'include')], libDirs: [join(folder, 'lib')], libraries: ['hdf5'] },
  });
});

test('a missing codec is disabled and said so', () => {
  const { status, stderr, stdout } = find(['--gyp', 'defines'], { ANNDATA_WITHOUT: 'lzf', ZSTD_DIR: folder });
  expect(status).toBe(0);
  expect(stdout.split('\n')).toEqual(expect.arrayContaining(['ANNDATA_HAVE_LZF=0', 'ANNDATA_HAVE_ZSTD=0']));
  expect(stderr).toContain('lzf not found; this codec is disabled');
  expect(stderr).toContain('zstd not found; this codec is disabled');
});
