// SPDX-License-Identifier: BSD-3-Clause
//
// The examples of these pages run one after the other beside a file, and print what the comments behind them say.

import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as anndata from '../../lib';

const root = join(__dirname, '..', '..');

test.each([
  ['backed.md', 10],
  ['collections.md', 8],
])('every example of %s prints what the page says', async (name, least) => {
  const page = readFileSync(join(root, 'docs', name), 'utf8');
  const code = [...page.matchAll(/^```js\n([\s\S]*?)^```/gm)].map(([, block]) => block as string).join('\n');
  const promised = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => text as string);
  const home = process.cwd();
  const folder = mkdtempSync(join(tmpdir(), 'backed-doc-'));
  copyFileSync(join(root, 'test/fixtures/pbmc68k_reduced.h5ad'), join(folder, 'cells.h5ad'));
  process.chdir(folder);
  const lines: string[] = [];
  const log = (...values: unknown[]): unknown => lines.push(values.map(String).join(' '));
  try {
    const body = code.replace(/^import (\{.*?\}) from '(.*?)';$/gm, 'const $1 = anndata;');
    await (new Function('anndata', 'console', `return (async () => {${body}})();`)(anndata, { log }) as Promise<void>);
  } finally {
    process.chdir(home);
    rmSync(folder, { recursive: true, force: true });
  }
  expect(lines).toEqual(promised);
  expect(lines.length).toBeGreaterThan(least);
});
