// SPDX-License-Identifier: BSD-3-Clause
//
// What the addon shows to others and takes from Node.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addonFile, hasOwnHdf5 } from '../support/addon';

const root = join(__dirname, '../..');
const addon = addonFile();
const onLinux = process.platform === 'linux' ? test : test.skip;

function symbols(which: '--defined-only' | '--undefined-only'): string[] {
  const lines = execFileSync('nm', ['-D', which, addon], { encoding: 'utf8' }).trim().split('\n');
  return lines.map((line) => (line.trim().split(/\s+/).at(-1) as string).replace(/@.*/, ''));
}

onLinux('only what Node looks for is exported', () => {
  const names = symbols('--defined-only');
  expect(names.sort()).toEqual(['napi_register_module_v1', 'node_api_module_get_api_version_v1']);
});

onLinux('memory for buffers is always V8’s own', () => {
  const names = symbols('--undefined-only').filter((name) => /^(napi|node_api)_/.test(name));
  expect(names).toContain('napi_create_reference');
  expect(names.filter((name) => /external_(arraybuffer|buffer)|^napi_create_buffer|post_finalizer/.test(name))).toEqual(
    [],
  );
});

onLinux(hasOwnHdf5 ? 'HDF5 and zlib are inside, nobody else’s are used' : 'HDF5 comes from the system', () => {
  // Node itself exports a zlib: an undefined symbol of that name would be bound to it.
  const names = symbols('--undefined-only').filter((n) => /^H5|^(in|de)flate|^(crc|adler)32|^(un)?compress/.test(n));
  if (hasOwnHdf5) expect(names).toEqual([]);
  else expect(names).toContain('H5Fopen');
});

onLinux('another libhdf5 in the process is an error, not its end; or nothing, where the addon has its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'anndata-version-'));
  try {
    const [source, library] = [join(folder, 'other.c'), join(folder, 'other.so')];
    writeFileSync(
      source,
      'int H5get_libversion(unsigned *a, unsigned *b, unsigned *c) { *a = 1; *b = 99; *c = 7; return 0; }',
    );
    execFileSync('cc', ['-shared', '-fPIC', '-o', library, source]);
    const file = join(root, 'test/fixtures/pbmc68k_reduced.h5ad');
    expect(readFileSync(file).length).toBeGreaterThan(0);
    const script = `const addon = require(${JSON.stringify(addon)});
      addon.init((code, message) => Object.assign(new Error(message), { code }));
      addon.open(${JSON.stringify(file)}).then(
        () => console.log('opened'), ({ code, message }) => console.log(code, message));`;
    const env = { ...process.env, LD_PRELOAD: library };
    const said = execFileSync(process.execPath, ['-e', script], { env, encoding: 'utf8' });
    expect(said).toMatch(
      hasOwnHdf5 ? /^opened$/m : /^ERR_ADDON the addon was built with HDF5 \d+\.\d+\.\d+ and has met .* 1\.99\.7; /,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
