// SPDX-License-Identifier: BSD-3-Clause
//
// What `npm install` does where no prebuilt binary fits: the packed tarball, and nothing else, is compiled by
// node-gyp and used.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packed } from '../support/packed';

const root = join(__dirname, '..', '..');
const fixture = join(root, 'test/fixtures/pbmc68k_reduced.h5ad');
let folder: string;
let copy: string;

/** npm with this project's own settings kept out: we are often run by npm ourselves. No addon is there already. */
function npmEnvironment(): NodeJS.ProcessEnv {
  const env = { ...process.env, JOBS: 'max', npm_config_loglevel: 'error', ANNDATA_PREBUILD: '' };
  const prefix = dirname(dirname(process.execPath));
  // Headers that came with this Node need no download.
  if (existsSync(join(prefix, 'include/node/node_api.h'))) Object.assign(env, { npm_config_nodedir: prefix });
  return env;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gyp-build-'));
  execFileSync('tar', ['-xzf', packed(folder), '-C', folder]);
  copy = join(folder, 'package');
  // As on a system for which there is no prebuilt addon.
  rmSync(join(copy, 'prebuilds'), { recursive: true, force: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the install script compiles the addon from the tarball alone', () => {
  expect(existsSync(join(copy, 'build'))).toBe(false);
  const { status, stderr, stdout } = spawnSync('npm', ['run', 'install'], {
    cwd: copy,
    env: npmEnvironment(),
    encoding: 'utf8',
  });
  expect(status === 0 ? '' : stdout + stderr).toBe('');
  expect(readdirSync(join(copy, 'build/Release')).filter((f) => f.endsWith('.node'))).toEqual(['anndata.node']);
  expect(stdout + stderr).not.toMatch(/native\/.*warning:/);
});

test('what it built has every codec and reads a real file', () => {
  const script = `
    const { native } = require(${JSON.stringify(join(copy, 'dist/native.js'))});
    const { readH5ad } = require(${JSON.stringify(copy)});
    readH5ad(${JSON.stringify(fixture)}).then((a) =>
      console.log(JSON.stringify({ shape: a.shape, versions: native().versions(), filters: native().filters() })));
  `;
  const output = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8', env: npmEnvironment() });
  const { native } = require('../../lib/native') as typeof import('../../lib/native');
  expect(JSON.parse(output)).toEqual({ shape: [700, 765], versions: native().versions(), filters: native().filters() });
});

test('symbols of the libraries inside stay inside', () => {
  const { stdout, error } = spawnSync('nm', ['-D', '--defined-only', join(copy, 'build/Release/anndata.node')], {
    encoding: 'utf8',
  });
  if (error !== undefined) return; // no binutils here
  const names = stdout.split('\n').map((line) => line.split(' ').at(-1) ?? '');
  expect(names.filter((name) => /^(napi_|node_api_)/.test(name)).length).toBeGreaterThan(0);
  expect(names.filter((name) => /anndata/i.test(name))).toEqual([]);
});

test('without libhdf5 it says what to install', () => {
  const env = { ...npmEnvironment(), HDF5_DIR: join(folder, 'nowhere') };
  rmSync(join(copy, 'build'), { recursive: true });
  const { status, stderr, stdout } = spawnSync('npm', ['run', 'install'], { cwd: copy, env, encoding: 'utf8' });
  expect(status).not.toBe(0);
  expect(stdout + stderr).toContain('anndata: libhdf5 was not found (looked at HDF5_DIR, pkg-config,');
  expect(stdout + stderr).toMatch(/Debian, Ubuntu +apt-get install libhdf5-dev/);
  expect(stdout + stderr).toMatch(/Or set HDF5_DIR to a folder with include\/ and lib\//);
});
