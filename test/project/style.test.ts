// SPDX-License-Identifier: BSD-3-Clause

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');

function run(script: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { cwd: root, encoding: 'utf8' });
  return status === 0 ? 'fine' : `${stdout}${stderr}`;
}

test('Biome and clang-format find nothing', () => {
  expect(run('scripts/lint.mjs')).toBe('fine');
});

test('everything type-checks', () => {
  expect(run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.json')).toBe('fine');
});

test('the lock file names no registry', () => {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { resolved?: string }>;
  };
  expect(Object.entries(lock.packages).filter(([, p]) => p.resolved !== undefined)).toEqual([]);
});
