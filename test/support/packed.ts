// SPDX-License-Identifier: BSD-3-Clause

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');

/** The tarball that would be published, made in a folder once. */
export function packed(folder: string): string {
  const { version } = require('../../package.json') as { version: string };
  const tarball = join(folder, `anndata-${version}.tgz`);
  if (existsSync(tarball)) return tarball;
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32',
  });
  return tarball;
}
