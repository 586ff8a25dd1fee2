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
  try {
    npm('ci');
  } catch (error) {
    // Some registry mirrors lack the packages made for other platforms, and `npm ci` takes that for a wrong lock
    // file. `npm install` is content; --no-save leaves the lock file alone.
    say(`${error.message}\nTrying npm install instead …`);
    installLoosely();
  }
  stamp(file, value);
}

function installLoosely() {
  try {
    npm('install', '--no-save');
  } catch (error) {
    throw new Error(
      `${error.message}\n` +
        '  - No network, or a proxy in between? "npm config get registry" tells where npm looks, "npm ping" whether it answers.\n' +
        '  - A broken cache: "npm cache verify".',
    );
  }
}

// Install scripts are not needed: the addon is built by CMake here, and nothing else compiles.
function npm(command, ...options) {
  const args = [command, ...options, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  run('npm', args, { stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
}
