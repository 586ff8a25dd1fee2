// SPDX-License-Identifier: BSD-3-Clause
//
// node round-trips.mjs ADDON: reads every fixture with this build of the addon, writes it, reads it again. Bad
// fixtures must be refused with a typed error.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const require = createRequire(import.meta.url);
const [addon] = process.argv.slice(2);

// What lib/native.ts asks for the addon, answered with ours.
const loader = require.resolve('node-gyp-build');
require.cache[loader] = { id: loader, filename: loader, loaded: true, exports: () => require(addon) };

const { readH5ad } = require('../../dist');
const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url));
const all = readdirSync(fixtures, { recursive: true })
  .filter((name) => /\.h5(ad)?(\.gz)?$/.test(name))
  .map((name) => join(fixtures, name));
const folder = mkdtempSync(join(tmpdir(), 'round-trips-'));

function unpacked(file) {
  if (!file.endsWith('.gz')) return file;
  const target = join(folder, basename(file, '.gz'));
  writeFileSync(target, gunzipSync(readFileSync(file)));
  return target;
}

async function roundTrip(file) {
  const first = await readH5ad(file);
  for (const compression of [undefined, 'gzip', 'lzf', 'zstd']) {
    const target = join(folder, 'copy.h5ad');
    await first.writeH5ad(target, compression === undefined ? {} : { compression });
    const second = await readH5ad(target);
    if (String(second.shape) !== String(first.shape)) throw new Error(`${file}: the shape changed`);
  }
}

let good = 0;
try {
  for (const file of all) {
    try {
      await roundTrip(unpacked(file));
      good++;
    } catch (error) {
      if (error.code === undefined || !file.includes(`${sep}bad${sep}`)) throw error;
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
// A test of the wrong binary would pass too.
const loaded = readFileSync('/proc/self/maps', 'utf8');
if (!loaded.includes(addon) || !loaded.includes('libasan')) throw new Error(`${addon} was not the addon in use`);
if (good < 5) throw new Error(`only ${good} fixtures were read`);
console.log(`${good} of ${all.length} fixtures went round`);
