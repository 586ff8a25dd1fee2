// SPDX-License-Identifier: BSD-3-Clause
//
// The npm packages, exactly as locked.

import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint, isStamped, root, run, say, stamp } from './run.mjs';

/** Runs `npm ci` when node_modules is missing or made from another lock file. */
export function ensurePackages() {
  const folder = join(root, 'node_modules');
  if (existsSync(folder) && lstatSync(folder).isSymbolicLink()) return; // someone else's
  const file = join(folder, '.anndata-stamp');
  const value = fingerprint([readFileSync(join(root, 'package-lock.json'), 'utf8'), process.platform, process.arch]);
  if (isStamped(file, value)) return;
  say('Installing npm packages …');
  // Scripts are not needed: the addon is built by CMake here, and nothing else compiles.
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  try {
    run('npm', args, { stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  } catch (error) {
    throw new Error(
      `${error.message}\n` +
        '  - No network, or a proxy in between? "npm config get registry" tells where npm looks, "npm ping" whether it answers.\n' +
        '  - "package.json and package-lock.json are not in sync": run "npm install --ignore-scripts" once.\n' +
        '  - A broken cache: "npm cache verify".',
    );
  }
  stamp(file, value);
}
