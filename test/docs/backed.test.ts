// SPDX-License-Identifier: BSD-3-Clause
//
// The examples of pages that work on files run one after the other, and print what the comments behind them say.

import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as anndata from '../../lib';

const root = join(__dirname, '..', '..');
const modules = (name: string): unknown => (name === 'anndata' ? anndata : require(name));

test.each([
  ['backed.md', 11],
  ['loader.md', 8],
  ['out-of-core.md', 7],
  ['collections.md', 9],
])('every example in %s prints what the page says', async (page, atLeast) => {
  const text = readFileSync(join(root, 'docs', page), 'utf8');
  const code = [...text.matchAll(/^```js\n([\s\S]*?)^```/gm)].map(([, block]) => block as string).join('\n');
  const promised = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, comment]) => comment as string);
  const home = process.cwd();
  const folder = mkdtempSync(join(tmpdir(), 'backed-doc-'));
  copyFileSync(join(root, 'test/fixtures/pbmc68k_reduced.h5ad'), join(folder, 'cells.h5ad'));
  process.chdir(folder);
  const lines: string[] = [];
  const log = (...values: unknown[]): unknown => lines.push(values.map(String).join(' '));
  try {
    const body = code.replace(/^import (\{.*?\}) from '(.*?)';$/gm, "const $1 = modules('$2');");
    await (new Function('modules', 'console', `return (async () => {${body}})();`)(modules, { log }) as Promise<void>);
  } finally {
    process.chdir(home);
    rmSync(folder, { recursive: true, force: true });
  }
  expect(lines).toEqual(promised);
  expect(lines.length).toBeGreaterThanOrEqual(atLeast);
});
