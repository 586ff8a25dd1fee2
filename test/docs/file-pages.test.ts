// SPDX-License-Identifier: BSD-3-Clause
//
// The examples of pages that work on files run one after the other, and print what the comments behind them say.

import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as anndata from '../../lib';
import * as onnx from '../../lib/adapters/onnx';
import * as tensorflow from '../../lib/adapters/tensorflow';

const root = join(__dirname, '..', '..');

const modules: Record<string, () => unknown> = {
  anndata: () => anndata,
  'anndata/tensorflow': () => tensorflow,
  'anndata/onnx': () => onnx,
  '@tensorflow/tfjs': () => require('@tensorflow/tfjs'),
  'onnxruntime-web': () => require('onnxruntime-web'),
  'node:fs/promises': () => require('node:fs/promises'),
};

test.each([
  ['backed.md', 11],
  ['loader.md', 11],
  ['out-of-core.md', 7],
  ['collections.md', 9],
  ['views.md', 7],
  ['concat.md', 4],
  ['from-python.md', 3],
  ['troubleshooting.md', 2],
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
    const body = code.replace(/^import (?:\* as )?(\{.*?\}|\w+) from '(.*?)';$/gm, "const $1 = modules['$2']();");
    const run = new Function('modules', 'console', `return (async () => {${body}})();`);
    await (run(modules, { log, warn: () => undefined }) as Promise<void>);
  } finally {
    process.chdir(home);
    rmSync(folder, { recursive: true, force: true });
  }
  expect(lines).toEqual(promised);
  expect(lines.length).toBeGreaterThanOrEqual(atLeast);
});
