#!/usr/bin/env node
// SPDX-License-Identifier: BSD-3-Clause
//
// Makes prebuilds/<platform>-<arch>/node.napi.node: the addon with HDF5, the codecs and the C++ runtime inside, for
// this machine's platform. Beside it THIRD-PARTY-NOTICES.txt, which goes into the package too.
//
//   node scripts/prebuild.mjs [--tag-libc musl] [--tag-armv 8]
//
// prebuildify calls what it takes for node-gyp; that is this file once more (PREBUILD_NODE_GYP). It builds with CMake and
// leaves a copy where prebuildify looks, for it moves away what it finds.

import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildNative } from './build-native.mjs';
import { hdf5Variant } from './setup/hdf5-variants.mjs';
import { root } from './setup/run.mjs';

const self = fileURLToPath(import.meta.url);
const workplace = join(root, 'build', 'prebuild');

function build() {
  const { output } = buildNative({ hdf5: 'source' });
  const place = join(workplace, 'build', 'Release');
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  copyFileSync(join(output, 'anndata.node'), join(place, 'anndata.node'));
}

async function prebuild(args) {
  const tag = (name) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
  mkdirSync(workplace, { recursive: true });
  const prebuildify = promisify(createRequire(import.meta.url)('prebuildify'));
  await prebuildify({
    napi: true,
    strip: true,
    name: 'node.napi',
    targets: [{ runtime: 'node', target: process.versions.node }],
    cwd: workplace,
    out: root,
    // Through a shell on Windows, which does not start scripts by their first line.
    nodeGyp: process.platform === 'win32' ? `"${process.execPath}" "${self}"` : self,
    tagLibc: tag('--tag-libc'),
    tagArmv: tag('--tag-armv'),
  });
  copyFileSync(
    join(hdf5Variant('source').env.HDF5_DIR, 'NOTICES.txt'),
    join(root, 'prebuilds', 'THIRD-PARTY-NOTICES.txt'),
  );
}

try {
  const args = process.argv.slice(2);
  if (args[0] === 'rebuild') build();
  else await prebuild(args);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
