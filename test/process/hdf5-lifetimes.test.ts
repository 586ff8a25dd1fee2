// SPDX-License-Identifier: BSD-3-Clause

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHdf5 } from '../../lib/storage/hdf5';
import type { ArrayNode } from '../../lib/storage/storage';
import { rows, writeLifetimesFile } from './lifetimes-file';

const folder = mkdtempSync(join(tmpdir(), 'lifetimes-'));
const file = join(folder, 'a.h5');

beforeAll(() => writeLifetimesFile(file));
afterAll(() => rmSync(folder, { recursive: true }));

function run(mode: string) {
  const script = join(__dirname, 'hdf5-lifetimes.js');
  const args = ['--expose-gc', script, file, mode];
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 110_000 });
  return { status, signal, stdout: stdout.trim(), stderr };
}

/** Shared reads outlive what started them, and nothing else. */
describe('in the middle of reads', () => {
  test('100 workers are terminated', () => {
    expect(run('workers')).toEqual({ status: 0, signal: null, stdout: 'done', stderr: '' });
  }, 120_000);

  test('40 workers are terminated while they copy', () => {
    expect(run('copies')).toEqual({ status: 0, signal: null, stdout: 'done', stderr: '' });
  }, 120_000);

  test('handles are collected', () => {
    expect(run('collect')).toEqual({ status: 0, signal: null, stdout: 'done', stderr: '' });
  }, 120_000);

  test('files are closed: what has begun is finished, what comes later is refused', () => {
    expect(run('close')).toEqual({ status: 0, signal: null, stdout: 'done 144', stderr: '' });
  }, 120_000);

  test('requests are stopped, and their memory collected', () => {
    expect(run('abort')).toEqual({ status: 0, signal: null, stdout: 'done', stderr: '' });
  }, 120_000);

  test('the process ends', () => {
    for (let i = 0; i < 5; i++) expect(run('exit')).toEqual({ status: 7, signal: null, stdout: '', stderr: '' });
  }, 120_000);

  test('a read rejects with the reason of its signal, or what its progress function throws', async () => {
    const storage = await openHdf5(file);
    const node = (await storage.describe('numbers')) as ArrayNode;
    const picks = [Int32Array.from({ length: 3_000_000 }, (_, i) => (i * 7919) % rows)];
    const stop = new AbortController();
    const reading = storage.readNumeric(node, { picks, signal: stop.signal });
    stop.abort(new Error('on purpose'));
    await expect(reading).rejects.toThrow('on purpose');
    const onBytes = () => {
      throw new Error('from progress');
    };
    await expect(storage.readNumeric(node, { picks, onBytes })).rejects.toThrow('from progress');
    await storage.close();
  });
});
