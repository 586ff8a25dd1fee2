// SPDX-License-Identifier: BSD-3-Clause
//
// clang-tidy takes seconds a file: with CI=true or ANNDATA_TIDY=1 only.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const there = spawnSync('clang-tidy', ['--version']).error === undefined;
const wanted = there && (process.env.CI === 'true' || process.env.ANNDATA_TIDY === '1');

(wanted ? test : test.skip)(
  'clang-tidy finds nothing [CI=true or ANNDATA_TIDY=1]',
  () => {
    const { status, stdout } = spawnSync(process.execPath, ['scripts/tidy.mjs'], { cwd: root, encoding: 'utf8' });
    expect(status === 0 ? '' : stdout).toBe('');
  },
  1_200_000,
);
