// SPDX-License-Identifier: BSD-3-Clause

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explain, type Surroundings } from '../lib/load-addon';
import { buildCommand } from './support/command';

const root = join(__dirname, '..');

describe('the package where its addon cannot be loaded', () => {
  let home: string;
  let folder: string;

  beforeAll(() => {
    buildCommand();
    folder = mkdtempSync(join(tmpdir(), 'anndata-load-'));
    home = join(folder, 'node_modules/anndata');
    mkdirSync(home, { recursive: true });
    cpSync(join(root, 'dist'), join(home, 'dist'), { recursive: true });
    cpSync(join(root, 'package.json'), join(home, 'package.json'));
    symlinkSync(join(root, 'node_modules'), join(home, 'node_modules'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function failure(): { code: string; message: string } {
    const script = `require('anndata').readH5ad('x.h5ad').catch(({ code, message }) => console.log(JSON.stringify({ code, message })));`;
    const { ANNDATA_PREBUILD: _, ...env } = process.env;
    const { stdout } = spawnSync(process.execPath, ['-e', script], { cwd: folder, env, encoding: 'utf8' });
    return JSON.parse(stdout);
  }

  test('there is none: the platform, where it looked, what to do', () => {
    const { code, message } = failure();
    expect(code).toBe('ERR_ADDON');
    expect(message).toContain(`could not be loaded on ${process.platform}-${process.arch}`);
    expect(message).toContain(process.version);
    expect(message).toContain(`looked in: ${home}`);
    expect(message).toContain('addons there: none');
    expect(message).toMatch(
      /^ {2}1\. Was it not compiled, because install scripts were blocked\?.*npm install-scripts approve anndata.*npm rebuild anndata/m,
    );
    expect(message).toMatch(/^ {2}2\. Compiling needs a C\+\+17 compiler/m);
  });

  test('one that is damaged', () => {
    const place = join(home, 'prebuilds', `${process.platform}-${process.arch}`);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'node.napi.node'), 'this is no library');
    const { message } = failure();
    expect(message).toContain(join('prebuilds', `${process.platform}-${process.arch}`, 'node.napi.node'));
    expect(message).toMatch(/1\. The file is damaged or made for another system: delete node_modules/);
    rmSync(join(home, 'prebuilds'), { recursive: true });
  });

  test('one for another platform only', () => {
    const place = join(home, 'prebuilds', 'plan9-mips');
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'node.napi.node'), '');
    expect(failure().message).toMatch(
      /1\. There are prebuilt addons for plan9-mips only\. Compile it here: "npm rebuild anndata"/,
    );
    rmSync(join(home, 'prebuilds'), { recursive: true });
  });
});

describe('what the system says becomes what to do', () => {
  const here: Surroundings = {
    platform: 'linux',
    arch: 'x64',
    libc: 'glibc 2.31',
    node: 'v20.20.2',
    electron: undefined,
    folder: '/app/node_modules/anndata',
    addons: ['prebuilds/linux-x64/node.napi.node'],
    isInstalled: true,
  };

  test('a library that is missing', () => {
    const reason = 'libhdf5_serial.so.103: cannot open shared object file: No such file or directory';
    expect(explain(reason, here)).toMatch(
      /1\. libhdf5_serial\.so\.103 is missing: .*apt-get install .*libhdf5-dev.*dnf install/,
    );
  });

  test('the packages are those that the build looks for', () => {
    const source = "import { packageNames } from './scripts/find-libs.mjs'; console.log(JSON.stringify(packageNames));";
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', source], {
      cwd: root,
      encoding: 'utf8',
    });
    const lines = JSON.parse(output) as Record<string, string>;
    const said = (at: Partial<Surroundings>) => explain('', { ...here, ...at });
    const texts = {
      macOS: said({ platform: 'darwin' }),
      Windows: said({ platform: 'win32' }),
      Alpine: said({ libc: 'musl' }),
    };
    for (const [system, line] of Object.entries(lines)) {
      const text = texts[system as keyof typeof texts] ?? said({});
      for (const name of line.replace(/ \(.*/, '').split(' ').slice(2))
        expect({ system, text }).toEqual({ system, text: expect.stringContaining(name) });
    }
  });

  test('an older C library', () => {
    const reason = "/lib/libc.so.6: version `GLIBC_2.38' not found (required by node.napi.node)";
    expect(explain(reason, here)).toMatch(/1\. This system is older than the prebuilt addon asks for \(GLIBC_2\.38\)/);
  });

  test('musl', () => {
    const reason = 'Error relocating node.napi.node: fcntl64: symbol not found';
    expect(explain(reason, { ...here, libc: 'musl' })).toMatch(
      /1\. There is no prebuilt addon for musl.*LIBC=musl[\s\S]*apk add/,
    );
  });

  test('Electron is named, a clone is sent to its own command', () => {
    const text = explain('No native build was found', { ...here, electron: '39.0.0', isInstalled: false });
    expect(text).toContain('on linux-x64, glibc 2.31, Electron 39.0.0 (Node v20.20.2)');
    expect(text).toContain('"npm run bootstrap"');
  });
});
