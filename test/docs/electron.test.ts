// SPDX-License-Identifier: BSD-3-Clause
//
// What docs/electron.md quotes of the example is what stands there.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'electron.md'), 'utf8');
const example = join(root, 'examples', 'electron');
const sources = readdirSync(example)
  .filter((name) => /\.[cm]js$/.test(name))
  .map((name) => readFileSync(join(example, name), 'utf8'));

test('each block of code is a part of the example', () => {
  const blocks = [...page.matchAll(/^```js\n([\s\S]*?)^```/gm)].map(([, block]) => block as string);
  expect(blocks.length).toBeGreaterThanOrEqual(4);
  for (const block of blocks) expect(sources.filter((source) => source.includes(block)).length).toBe(1);
});

test('the files it names are there', () => {
  for (const name of ['main.cjs', 'preload.cjs', 'host.mjs', 'protocol.mjs'])
    expect(existsSync(join(example, name))).toBe(true);
  expect(page).toContain('.github/workflows/electron.yml');
  expect(existsSync(join(root, '.github/workflows/electron.yml'))).toBe(true);
});
