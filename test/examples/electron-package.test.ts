// SPDX-License-Identifier: BSD-3-Clause
//
// What Electron's packagers make of the example, and what Electron asks of the addon.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as asar from '@electron/asar';
import { native } from '../../lib/native';
import { addonFile } from '../support/addon';
import { buildCommand, fixtures } from '../support/command';
import { HostProcess } from '../support/electron-app';
import { packableApp, prebuild } from '../support/electron-package';

const addonInApp = join('node_modules', 'anndata', prebuild);
let folder: string;
let archive: string;

beforeAll(async () => {
  buildCommand();
  folder = mkdtempSync(join(tmpdir(), 'electron-package-'));
  archive = join(folder, 'app.asar');
  await asar.createPackageWithOptions(packableApp(folder), archive, { unpack: '**/*.node' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the addon lies beside the archive, and everything else in it', () => {
  const names = asar.listPackage(archive, { isPack: false });
  const outside = names.filter((name) => 'unpacked' in asar.statFile(archive, name.slice(1)) && isFile(name));
  expect(outside).toEqual([`/${addonInApp}`]);
  expect(readFileSync(join(folder, 'app.asar.unpacked', addonInApp)).equals(readFileSync(addonFile()))).toBe(true);
  const files = names.filter((name) => !outside.includes(name) && isFile(name));
  expect(files).toEqual(
    expect.arrayContaining([
      ...['/main.cjs', '/preload.cjs', '/host.mjs', '/protocol.mjs', '/renderer/index.html'],
      '/node_modules/anndata/dist/index.js',
    ]),
  );
  for (const name of files) expect(existsSync(join(folder, 'app.asar.unpacked', name))).toBe(false);
});

/** Whether a name in the archive is a file's. */
function isFile(name: string): boolean {
  return 'size' in asar.statFile(archive, name.slice(1));
}

test('the addon loads from the unpacked folder', () => {
  const script = `console.log(JSON.stringify(require(${JSON.stringify(join(folder, 'app.asar.unpacked', addonInApp))}).versions()))`;
  expect(JSON.parse(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }))).toEqual(native().versions());
});

test('the host that was packed runs, with the prebuilt addon', async () => {
  const unpacked = join(folder, 'unpacked');
  asar.extractAll(archive, unpacked);
  const host = new HostProcess(unpacked, { ANNDATA_PREBUILD: '' });
  try {
    const client = host.client();
    const { token } = await host.grant(join(fixtures, 'pbmc68k_reduced.h5ad'), 'read');
    expect((await client.call('open', { token })).value.shape).toEqual([700, 765]);
  } finally {
    expect(await host.quit()).toBe(0);
  }
});

test('@electron/rebuild has nothing to compile', () => {
  const home = join(folder, 'app', 'node_modules', 'anndata');
  const packed = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as Record<string, object>;
  // Its rule for packages with a binding.gyp: prebuildify among the devDependencies, and a file of that name.
  expect(existsSync(join(home, 'binding.gyp'))).toBe(true);
  expect(packed.devDependencies).toHaveProperty('prebuildify');
  expect(prebuild).toMatch(/^prebuilds.(darwin|linux|win32)-\w+.node\.napi(\.armv8)?\.node$/);
  expect(statSync(join(home, prebuild)).size).toBeGreaterThan(0);
});

test('the addon makes no buffers of memory that is not V8’s, which Electron refuses', () => {
  const flags = process.platform === 'darwin' ? ['-u'] : ['-D', '--undefined-only'];
  const symbols =
    execFileSync('nm', [...flags, addonFile()], { encoding: 'utf8' }).match(/\b_?(napi|node_api)_\w+/g) ?? [];
  expect(symbols.length).toBeGreaterThan(30);
  expect(
    symbols.filter((name) => /external_(array)?buffer|external_string|buffer_from_arraybuffer/.test(name)),
  ).toEqual([]);
});

test('the package that is packed names the addon’s own version, and Electron exactly', () => {
  const app = JSON.parse(readFileSync(join(folder, 'app', 'package.json'), 'utf8'));
  const own = JSON.parse(readFileSync(join(folder, 'app', 'node_modules', 'anndata', 'package.json'), 'utf8'));
  expect(app.dependencies).toEqual({ anndata: own.version });
  expect(app.devDependencies.electron).toMatch(/^\d+\.\d+\.\d+$/);
  expect(app.build.asarUnpack).toEqual(['**/*.node']);
  expect(existsSync(join(folder, 'app', app.main))).toBe(true);
  expect(dirname(app.main)).toBe('.');
});
