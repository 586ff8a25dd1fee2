// SPDX-License-Identifier: BSD-3-Clause

import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryPrefix } from '../../lib/io/atomic-file';

const run = promisify(execFile);
const child = join(__dirname, 'write-child.js');
const fixture = join(__dirname, '..', 'fixtures', 'pbmc68k_reduced.h5ad');

let folder: string;
let target: string;
let before: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'survive-'));
  target = join(folder, 'cells.h5ad');
  copyFileSync(fixture, target);
  before = digest(target);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const digest = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

/** Runs the writer and kills it `delay` ms after the first bytes were written. */
async function killWhileWriting(delay: number): Promise<{ finished: boolean }> {
  const process = spawn('node', [child, target, '96'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  await new Promise<void>((resolve) => {
    process.stdout.on('data', (chunk: Buffer) => {
      output += chunk;
      if (output.startsWith('writing')) setTimeout(() => process.kill('SIGKILL'), delay);
    });
    process.on('close', () => resolve());
  });
  expect(output).toMatch(/^writing/);
  return { finished: output.includes('done') };
}

describe('the old file survives', () => {
  it.each([0, 5, 20, 60])(
    'kill -9, %i ms into the writing',
    async (delay) => {
      const { finished } = await killWhileWriting(delay);
      const changed = digest(target) !== before;
      // A late kill may find the work done; then the new file is there, whole, and nothing else.
      if (delay === 0 || !finished) expect(changed && statSync(target).size < 96 * 2 ** 20).toBe(false);
      if (changed) expect(readdirSync(folder)).toEqual(['cells.h5ad']);
      if (finished) expect(changed).toBe(true);
      const litter = readdirSync(folder).filter((name) => name !== 'cells.h5ad');
      expect(litter.every((name) => name.startsWith(temporaryPrefix))).toBe(true);
      if (delay === 0) expect(digest(target)).toBe(before);
    },
    30_000,
  );

  it.each([1, 2_000, 40_000])(
    'a file size limit of %i KiB',
    async (limit) => {
      // A process beyond its limit gets SIGXFSZ, which Node ignores: the write fails like one on a full disk.
      const command = `ulimit -f ${limit}; trap '' XFSZ; exec node ${JSON.stringify(child)} ${JSON.stringify(target)} 64`;
      const result = (await run('bash', ['-c', command]).catch((error: unknown) => error)) as {
        code: number;
        stdout: string;
      };
      expect(result.code).toBe(1);
      expect(result.stdout).toMatch(/ERR_(IO|HDF5) /);
      expect(digest(target)).toBe(before);
      expect(readdirSync(folder)).toEqual(['cells.h5ad']);
    },
    30_000,
  );

  it('a full disk', async () => {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    const mounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', disk]).then(
      () => true,
      () => false,
    );
    if (!mounted) return; // Only a privileged process may mount; the limit above covers the same path.
    try {
      const small = join(disk, 'cells.h5ad');
      copyFileSync(fixture, small);
      const result = (await run('node', [child, small, '64']).catch((error: unknown) => error)) as {
        code: number;
        stdout: string;
      };
      expect(result.code).toBe(1);
      expect(result.stdout).toMatch(/ERR_(IO|HDF5) /);
      expect(digest(small)).toBe(before);
      expect(readdirSync(disk)).toEqual(['cells.h5ad']);
    } finally {
      await run('umount', [disk]);
    }
    expect(existsSync(target)).toBe(true);
  });
});
