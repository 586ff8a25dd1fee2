// SPDX-License-Identifier: BSD-3-Clause

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildCommand, main, root } from '../support/command';

/** The examples of docs/cli.md, run one block at a time. `UPDATE_DOCS=1` writes the present output into the page. */
const page = join(root, 'docs', 'cli.md');
const block = /```console\n([\s\S]*?)```/g;
let folder: string;

beforeAll(() => {
  buildCommand();
  folder = mkdtempSync(join(tmpdir(), 'anndata-docs-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the commands of a block and returns the block as a terminal would show it. */
function replay(text: string): string {
  const commands = text.split('\n').filter((line) => line.startsWith('$ '));
  return commands.map((line) => `${line}\n${run(line.slice(2))}`).join('');
}

function run(command: string): string {
  const script = `anndata() { "${process.execPath}" "${main}" "$@"; }\n(${command}) 2>&1`;
  const { stdout } = spawnSync('bash', ['-c', script], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, TMP: folder, NO_COLOR: '1' },
  });
  return stdout.replaceAll(folder, '$TMP');
}

test('every example prints what the page says', () => {
  const before = readFileSync(page, 'utf8');
  const after = before.replace(block, (_, text: string) => `\`\`\`console\n${replay(text)}\`\`\``);
  if (process.env.UPDATE_DOCS === '1') writeFileSync(page, after);
  else expect(after).toBe(before);
  expect([...before.matchAll(block)].length).toBeGreaterThan(4);
});
