// SPDX-License-Identifier: BSD-3-Clause

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const script = join(__dirname, 'hdf5-full-disk.js');
const folder = mkdtempSync(join(tmpdir(), 'anndata-full-'));
afterAll(() => rmSync(folder, { recursive: true }));

const posix = process.platform === 'win32' ? test.skip : test;
const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

function shell(setup: string, file: string, mebibytes: number) {
  const command = `${setup}; ${[process.execPath, script, file].map(quote).join(' ')} ${mebibytes} | cat`;
  const { status, stderr, stdout } = spawnSync('bash', ['-c', `set -o pipefail; ${command}`], { encoding: 'utf8' });
  return { status, stderr, result: JSON.parse(stdout || 'null') };
}

describe('a disk that is full', () => {
  posix.each([1, 8, 64, 200, 3000, 9000])('a limit of %i KiB on the file', (limit) => {
    const { status, stderr, result } = shell(`ulimit -f ${limit}`, join(folder, `limit-${limit}`), 12);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(result.leaked).toBe(0);
    expect(result.write ?? result.close).toBe('ERR_IO');
    expect(result.text ?? result.closeText).toContain('File too large');
  });

  posix('nothing is wrong without one', () => {
    const { result } = shell('true', join(folder, 'fine'), 1);
    expect(result).toEqual({ leaked: 0 });
  });

  test('a small volume', () => {
    const volume = join(folder, 'volume');
    mkdirSync(volume);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', volume]).status === 0;
    if (!mounted) return console.warn('skipped: no right to mount a volume');
    try {
      const { status, result } = shell('true', join(volume, 'x'), 12);
      expect(status).toBe(0);
      expect(result.leaked).toBe(0);
      // What a newer library still had in its cache fails at the end only.
      expect(result.write ?? result.close).toBe('ERR_IO');
      expect(result.text ?? result.closeText).toContain('No space left');
    } finally {
      spawnSync('umount', [volume]);
    }
  });
});
