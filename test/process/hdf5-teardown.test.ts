// SPDX-License-Identifier: BSD-3-Clause

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const script = join(__dirname, 'hdf5-worker.js');
const fixture = join(__dirname, '../fixtures/pbmc68k_reduced.h5ad');

function run(mode: string, file = fixture) {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', script, file, mode], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { status, signal, stdout: stdout.trim(), stderr };
}

/** The process must end by itself, with its own code, whatever the addon is doing. */
describe('ending while the addon is at work', () => {
  test('nothing keeps the process alive when the work is done', () => {
    expect(run('once')).toMatchObject({ status: 0, signal: null, stdout: 'done', stderr: '' });
  });

  test('process.exit while reading', () => {
    for (let i = 0; i < 5; i++) expect(run('exit')).toMatchObject({ status: 7, signal: null, stderr: '' });
  });

  test('an uncaught error while reading', () => {
    expect(run('throw')).toMatchObject({ status: 1, signal: null, stderr: expect.stringContaining('on purpose') });
  });

  test.each(['terminate', 'exit', 'throw'])(
    'workers that end by %s',
    (how) => {
      expect(run(`workers-${how}`)).toMatchObject({ status: 0, signal: null, stdout: 'done' });
    },
    60_000,
  );

  test('process.exit while writing', () => {
    const folder = mkdtempSync(join(tmpdir(), 'anndata-exit-'));
    expect(run('write', join(folder, 'x.h5'))).toMatchObject({ status: 5, signal: null, stderr: '' });
    rmSync(folder, { recursive: true });
  });

  (process.platform === 'linux' ? test : test.skip)('handles that are collected release their descriptors', () => {
    const { status, stdout } = run('collect');
    expect(status).toBe(0);
    expect(Number(stdout)).toBeLessThan(150);
  });

  (process.platform === 'linux' ? test : test.skip)('a child process inherits no descriptor', () => {
    expect(run('child')).toMatchObject({ status: 0, stdout: 'not inherited' });
  });
});
