// SPDX-License-Identifier: BSD-3-Clause
//
// What most users get: the tarball with a prebuilt addon, installed where there is no compiler, no Python and no HDF5.

import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { hasOwnHdf5 } from '../support/addon';
import { packed } from '../support/packed';

const root = join(__dirname, '..', '..');
const fixture = join(root, 'test/fixtures/pbmc68k_reduced.h5ad');
const native = `${process.platform}-${process.arch}`;
const isLinux = native === 'linux-x64';
// It is the addon that the run with an HDF5 of its own builds.
const when = hasOwnHdf5 && isLinux ? describe : describe.skip;

/** Programs of other Node versions, by major; see scripts/setup/nodes.mjs. */
function otherNodes(): Record<string, string> {
  const source = "import { otherNodes } from './scripts/setup/nodes.mjs'; console.log(JSON.stringify(otherNodes()));";
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', source], { cwd: root, encoding: 'utf8' })
      .trim()
      .split('\n')
      .at(-1)!,
  );
}

when('the package with a prebuilt addon [ANNDATA_HDF5=source]', () => {
  let folder: string;
  let app: string;
  let addon: string;
  let nodes: Record<string, string>;

  /** Nothing to build with: a PATH with Node, npm's shell and nothing else. */
  function bare(node: string): NodeJS.ProcessEnv {
    const bin = mkdtempSync(join(folder, 'bin-'));
    symlinkSync(node, join(bin, 'node'));
    symlinkSync('/bin/sh', join(bin, 'sh'));
    const env = Object.entries(process.env).filter(([name]) => !/^(ANNDATA_|PATH$|\w+_DIR$|PKG_CONFIG)/.test(name));
    return { ...Object.fromEntries(env), PATH: bin };
  }

  function run(node: string, ...args: string[]): string {
    const { status, stdout, stderr } = spawnSync(node, args, { cwd: app, env: bare(node), encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return stdout;
  }

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'anndata-prebuild-'));
    const { ANNDATA_PREBUILD: _, ...env } = process.env;
    execFileSync('npm', ['run', 'prebuild', '--silent'], { cwd: root, env, stdio: 'ignore' });
    app = join(folder, 'app');
    mkdirSync(app);
    writeFileSync(join(app, 'package.json'), '{"name":"app","private":true}');
    const npm = join(dirname(process.execPath), '../lib/node_modules/npm/bin/npm-cli.js');
    const install = ['install', packed(folder), '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
    const { status, stderr } = spawnSync(process.execPath, [npm, ...install], {
      cwd: app,
      env: bare(process.execPath),
      encoding: 'utf8',
    });
    expect({ status, stderr: stderr.replace(/^npm warn .*\n/gm, '') }).toEqual({ status: 0, stderr: '' });
    addon = join(app, 'node_modules/anndata/prebuilds', native, 'node.napi.node');
    nodes = { [process.versions.node.split('.')[0] as string]: process.execPath, ...otherNodes() };
    copyFileSync(fixture, join(app, 'pbmc68k_reduced.h5ad'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('nothing was compiled', () => {
    expect(existsSync(addon)).toBe(true);
    expect(existsSync(join(app, 'node_modules/anndata/build'))).toBe(false);
  });

  test('the README’s example and the command line run on three Node versions', () => {
    expect(Object.keys(nodes)).toEqual(expect.arrayContaining(['22', '24']));
    expect(Object.keys(nodes).length).toBeGreaterThanOrEqual(3);
    const example = /^```js\n([\s\S]*?)^```/m.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1] as string;
    writeFileSync(join(app, 'example.mjs'), example);
    const cli = join(app, 'node_modules/anndata/dist/cli/main.js');
    for (const node of Object.values(nodes)) {
      expect(run(node, 'example.mjs')).toMatch(/700 × 765[\s\S]*Dendritic: 240/);
      expect(JSON.parse(run(node, cli, 'info', '--json', 'labelled.h5ad'))).toMatchObject({ shape: [700, 765] });
      expect(run(node, cli, 'validate', 'labelled.h5ad')).toMatch(/valid/);
      rmSync(join(app, 'labelled.h5ad'));
    }
  });

  test('blocked install scripts do no harm', () => {
    const other = join(folder, 'blocked');
    mkdirSync(other);
    writeFileSync(join(other, 'package.json'), '{"name":"app","private":true}');
    const npm = join(dirname(process.execPath), '../lib/node_modules/npm/bin/npm-cli.js');
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
    const env = bare(process.execPath);
    execFileSync(process.execPath, [npm, 'install', packed(folder), ...options], { cwd: other, env, stdio: 'ignore' });
    const script = `require('anndata').readH5ad(${JSON.stringify(fixture)}).then((a) => console.log(a.nObs))`;
    expect(execFileSync(process.execPath, ['-e', script], { cwd: other, env, encoding: 'utf8' })).toBe('700\n');
  });

  test('every codec and library tells its version', () => {
    const versions = JSON.parse(
      run(
        process.execPath,
        '-p',
        'JSON.stringify(require("anndata/package.json").version && require("./node_modules/anndata/dist/native.js").native().versions())',
      ),
    );
    expect(versions).toMatchObject({ hdf5: expect.stringMatching(/^2\.[2-9]/) });
    for (const name of ['libdeflate', 'lzf', 'zstd', 'lz4', 'blosc', 'zlib'])
      expect(versions[name]).toMatch(/^\d+\.\d+/);
  });

  test('a second libhdf5 in the process does not matter', () => {
    const known = execFileSync('sh', ['-c', 'PATH=$PATH:/sbin:/usr/sbin ldconfig -p'], { encoding: 'utf8' });
    const other = /=> (\S*libhdf5(?:_serial)?\.so\.\S+)/.exec(known)?.[1];
    expect(other).toBeDefined();
    const script = `
      const { readH5ad } = require('anndata');
      (async () => {
        const adata = await readH5ad('pbmc68k_reduced.h5ad');
        let same = true;
        for (const compression of ['gzip', 'lzf', 'zstd']) {
          await adata.writeH5ad('again.h5ad', { compression });
          same &&= (await readH5ad('again.h5ad')).X.equals(adata.X);
        }
        const maps = require('node:fs').readFileSync('/proc/self/maps', 'utf8');
        console.log(JSON.stringify({ same, both: maps.includes(${JSON.stringify(other)}) && maps.includes('node.napi.node') }));
      })();
    `;
    const env = { ...bare(process.execPath), LD_PRELOAD: other };
    const output = execFileSync(process.execPath, ['-e', script], { cwd: app, env, encoding: 'utf8' });
    expect(JSON.parse(output)).toEqual({ same: true, both: true });
  });

  test('it needs the C library only, shows nothing of what is inside and stays small', () => {
    const nm = (which: string) =>
      execFileSync('nm', ['-D', which, addon], { encoding: 'utf8' })
        .trim()
        .split('\n')
        .map((line) => line.trim().split(/\s+/).at(-1)!.replace(/@.*/, ''));
    expect(nm('--defined-only').sort()).toEqual(['napi_register_module_v1', 'node_api_module_get_api_version_v1']);
    expect(
      nm('--undefined-only').filter((name) =>
        /H5[A-Z]|ZSTD|LZ4|lzf|blosc|deflate|inflate|external_(array)?buffer/.test(name),
      ),
    ).toEqual([]);
    const needed = execFileSync('objdump', ['-p', addon], { encoding: 'utf8' });
    expect(needed).not.toMatch(/R(UN)?PATH/);
    // Nor does it say where it was made.
    const text = readFileSync(addon, 'latin1');
    expect(text.includes(root)).toBe(false);
    expect(text).not.toMatch(/\.cargo\/registry/);
    expect([...needed.matchAll(/NEEDED\s+(\S+)/g)].map(([, name]) => name!.replace(/\.so.*/, '')).sort()).toEqual([
      'ld-linux-x86-64',
      'libc',
      'libm',
    ]);
    expect(statSync(packed(folder)).size).toBeLessThan(6 * 2 ** 20);
  });

  test('@electron/rebuild leaves it alone, and every library’s licence is there', () => {
    const home = join(app, 'node_modules/anndata');
    const { devDependencies } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
    // What it looks for, in a package with a binding.gyp: prebuildify, and a file of that name.
    expect(existsSync(join(home, 'binding.gyp'))).toBe(true);
    expect(devDependencies.prebuildify).toBeDefined();
    const notices = readFileSync(join(home, 'prebuilds/THIRD-PARTY-NOTICES.txt'), 'utf8');
    for (const title of ['HDF5 2.2.0', 'zlib', 'libdeflate', 'zstd', 'LZ4', 'LibLZF', 'C-Blosc']) {
      expect(notices).toMatch(new RegExp(`^${title}\n=+\n\n[\\s\\S]{300}`, 'm'));
    }
  });
});
