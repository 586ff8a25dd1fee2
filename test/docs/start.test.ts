// SPDX-License-Identifier: BSD-3-Clause
//
// What a newcomer does with docs/start.md: every block pasted into one shell. In the place of the registry stands this folder.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildCommand, root } from '../support/command';

test('the five-minute start reaches its result by copy and paste', () => {
  buildCommand();
  const text = readFileSync(join(root, 'docs/start.md'), 'utf8');
  const blocks = [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map(([, language, block]) => ({ language, block }));
  expect(new Set(blocks.map(({ language }) => language))).toEqual(new Set(['sh']));
  const folder = mkdtempSync(join(tmpdir(), 'anndata-start-'));
  try {
    const install = `npm() {
      if [ "$*" = "install anndata" ]; then
        mkdir -p node_modules/.bin && ln -s "${root}" node_modules/anndata && ln -s ../anndata/dist/cli/main.js node_modules/.bin/anndata
      else command npm "$@" >/dev/null; fi
    }`;
    const script = [install, 'set -e', ...blocks.map(({ block }) => block)].join('\n');
    const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('AnnData object with n_obs × n_vars = 6 × 4');
    expect(text).toContain('3 T cells with 14 counts');
    expect(stdout).toContain('3 T cells with 14 counts');
    expect(stdout).toContain('6 obs × 4 vars');
    expect(stdout).toMatch(/^name +CD3E +MS4A1 +NKG7 +LYZ$/m);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('every page whose blocks are JavaScript is run by a test', () => {
  // These hold parts of a program, which electron.test.ts runs, and types, which test/cli/documents.test.ts compiles.
  const quoting = ['electron.md', 'cli.md'];
  const pages = readdirSync(join(root, 'docs')).filter(
    (name) => !quoting.includes(name) && /^```(js|ts)$/m.test(readFileSync(join(root, 'docs', name), 'utf8')),
  );
  const run = ['file-pages', 'pages'].flatMap((name) => [
    ...readFileSync(join(__dirname, `${name}.test.ts`), 'utf8').matchAll(/\['([\w-]+\.md)', \d+\]/g),
  ]);
  expect(pages.sort()).toEqual(run.map(([, name]) => name as string).sort());
});
