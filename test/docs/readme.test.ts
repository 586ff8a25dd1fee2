// SPDX-License-Identifier: BSD-3-Clause
//
// The example in README.md is run as it stands, against the built package.

import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'readme-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/anndata'));
  copyFileSync(join(root, 'test/fixtures/pbmc68k_reduced.h5ad'), join(folder, 'pbmc68k_reduced.h5ad'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function blocks(language: string): string[] {
  const pattern = new RegExp(['^`{3}', language, '\\n([\\s\\S]*?)^`{3}'].join(''), 'gm');
  return [...readme.matchAll(pattern)].map((m) => m[1] as string);
}

test('the example runs and writes what it says', () => {
  const [example, ...others] = blocks('js');
  expect(others).toEqual([]);
  expect((example as string).trim().split('\n').length).toBeLessThanOrEqual(20);
  writeFileSync(join(folder, 'example.mjs'), example as string);
  const output = execFileSync(process.execPath, ['example.mjs'], { cwd: folder, encoding: 'utf8' });
  expect(output).toMatch(/AnnData object with n_obs × n_vars = 700 × 765/);
  expect(output).toMatch(/Dendritic: 240/);
  expect(existsSync(join(folder, 'labelled.h5ad'))).toBe(true);
});

test('the command lines run', () => {
  const lines = blocks('sh')
    .join('')
    .split('\n')
    .filter((line) => line.startsWith('anndata '));
  expect(lines.length).toBeGreaterThanOrEqual(3);
  for (const line of lines) {
    const [, ...args] = line.replace(/\s+#.*$/, '').split(/\s+/);
    execFileSync(process.execPath, [join(root, 'dist/cli/main.js'), ...args], { cwd: folder, stdio: 'pipe' });
  }
});
