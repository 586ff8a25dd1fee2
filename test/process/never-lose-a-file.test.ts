// SPDX-License-Identifier: BSD-3-Clause

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readH5ad } from '../../lib';
import { describeWithPython, findPython } from '../support/python';

const fixture = join(__dirname, '..', 'fixtures', 'pbmc68k_reduced.h5ad');
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anndata-lose-'));
  path = join(folder, 'cells.h5ad');
  copyFileSync(fixture, path);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ['a value of several kinds in uns', { bad: [1, 'a'] }],
  ['a key with a slash', { 'a/b': 1 }],
  ['text with NUL', { bad: 'a\0b' }],
])('D2 a write that fails for %s leaves the old file alone', async (_, uns) => {
  const adata = await readH5ad(path);
  Object.assign(adata.uns, uns);
  await expect(adata.writeH5ad(path)).rejects.toMatchObject({ code: 'ERR_UNWRITEABLE' });
  expect(readFileSync(path).equals(readFileSync(fixture))).toBe(true);
  expect(readdirSync(folder)).toEqual(['cells.h5ad']);
});

/** Keeps a file open in another process until its input ends, then says what it still sees. */
const holder = `
import sys, h5py
with h5py.File(sys.argv[1], sys.argv[2]) as f:
    print("open", flush=True)
    sys.stdin.read()
    print(f["X"].shape, flush=True)
`;

describeWithPython('D3 writing a file that another process has open', () => {
  test.each(['r', 'r+'])('in mode %s gives a whole new file and leaves that process the old one', async (mode) => {
    const adata = await readH5ad(path);
    adata.uns['written'] = 'by us';
    const child = spawn(findPython() as string, ['-c', holder, path, mode]);
    const lines: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => lines.push(text));
    await once(child.stdout, 'data');
    await adata.writeH5ad(path);
    child.stdin.end();
    const [code] = await once(child, 'close');
    expect([code, lines.join('')]).toEqual([0, 'open\n(700, 765)\n']);
    expect((await readH5ad(path)).uns['written']).toBe('by us');
    expect(readdirSync(folder)).toEqual(['cells.h5ad']);
  });
});
