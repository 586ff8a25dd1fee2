// SPDX-License-Identifier: BSD-3-Clause
//
// What goes from files into files: its memory, and what is there when it is killed, aborted, when an input is damaged or the disk full.

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { concatOnDisk, readH5ad } from '../../lib';
import { temporaryPrefix } from '../../lib/storage/scratch';
import { temporaryFolder } from '../support/bad-files';
import { buildCommand } from '../support/command';
import { seed } from '../support/random-suite';

const child = join(__dirname, 'disk-child.js');
const kills = Number(process.env.ANNDATA_CASES ?? 8);
/** Every input takes 128 MB in memory, the four of them 580 MB. */
const maxMemory = 128 * 2 ** 20;

const folder = temporaryFolder('disk');
const target = join(folder, 'target.h5ad');
const inputs = [0, 1, 2, 3].map((i) => join(folder, `part-${i}.h5ad`));
const litter = (): string[] => readdirSync(folder).filter((name) => name.startsWith(temporaryPrefix));

beforeAll(async () => {
  jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  await buildCommand();
  execFileSync(process.execPath, [child, 'make', folder]);
}, 120_000);
afterEach(() => rmSync(target, { recursive: true, force: true }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(['concat', 'inner', 'csc', 'sort', 'split'])(
  '%s stays within its memory',
  (how) => {
    if (how === 'split') mkdirSync(target);
    const output = execFileSync(process.execPath, ['--no-warnings', child, how, folder, target, String(maxMemory)], {
      encoding: 'utf8',
    });
    const { peak } = JSON.parse(output.trim().split('\n').at(-1) as string) as { peak: number };
    expect({ how, isWithin: peak < 1.1 * maxMemory || peak }).toEqual({ how, isWithin: true });
    expect(litter()).toEqual([]);
  },
  120_000,
);

test(
  `${kills} kills leave no part of a file, and what they leave is swept up (ANNDATA_SEED=${seed})`,
  async () => {
    let [state, met] = [seed >>> 0, 0];
    for (let i = 0; i < kills; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const how = ['concat', 'csc', 'sort', 'inner'][i % 4] as string;
      const running = spawn(process.execPath, ['--no-warnings', child, how, folder, target, String(maxMemory)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const delay = (state / 2 ** 32) * 1500;
      let output = '';
      await new Promise<void>((resolve) => {
        running.stdout.on('data', (chunk: Buffer) => {
          if (output === '') setTimeout(() => running.kill('SIGKILL'), delay);
          output += chunk;
        });
        running.on('close', () => resolve());
      });
      expect(output).toMatch(/^writing/);
      if (!output.includes('peak')) met++;
      // A late kill may find the work done; then the file is whole.
      if (existsSync(target)) await (await readH5ad(target, { backed: 'r', load: ['obs', 'var'] })).close();
      rmSync(target, { force: true });
    }
    expect(met).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 2100));
    await concatOnDisk(inputs.slice(0, 1), target, { maxMemory });
    expect(litter()).toEqual([]);
  },
  60_000 + kills * 20_000,
);

test('a full disk is a typed error that names the output, and nothing is left', () => {
  // A process beyond its limit gets SIGXFSZ, which Node ignores: the write fails like one on a full disk.
  for (const how of ['concat', 'csc', 'sort']) {
    const command = `ulimit -f 20000; trap '' XFSZ; exec node --no-warnings ${[child, how, folder, target, maxMemory].map((word) => JSON.stringify(String(word))).join(' ')}`;
    const { status, stdout } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
    const told = JSON.parse(stdout.trim().split('\n').at(-1) as string) as { code: string; file: string };
    expect({ how, status, code: told.code, isNamed: [target, folder].includes(told.file) }).toEqual({
      how,
      status: 1,
      code: 'ERR_IO',
      isNamed: true,
    });
    expect([existsSync(target), litter()]).toEqual([false, []]);
  }
}, 120_000);

test('a damaged input in the middle is named, and what was there stays', async () => {
  const damaged = join(folder, 'damaged.h5ad');
  copyFileSync(inputs[1] as string, damaged);
  const file = openSync(damaged, 'r+');
  const { size } = statSync(damaged);
  for (let at = size / 4; at < (3 * size) / 4; at += 50_000)
    writeSync(file, Buffer.alloc(500, 0xa5), 0, 500, Math.floor(at));
  closeSync(file);
  copyFileSync(inputs[0] as string, target);
  const before = statSync(target);
  const joining = concatOnDisk([inputs[0] as string, damaged, inputs[2] as string], target, { maxMemory });
  await expect(joining).rejects.toMatchObject({
    name: 'AnnDataError',
    file: damaged,
    key: expect.stringContaining('X'),
  });
  expect([statSync(target).ino, statSync(target).mtimeMs]).toEqual([before.ino, before.mtimeMs]);
  expect(litter()).toEqual([]);
  rmSync(damaged);
}, 60_000);

test('an abort ends it with its reason, and nothing is left', async () => {
  const controller = new AbortController();
  const onProgress = ({ done, total }: { done: number; total: number }): void => {
    if (done > total / 3) controller.abort(new Error('enough'));
  };
  const joining = concatOnDisk(inputs, target, { join: 'outer', maxMemory, signal: controller.signal, onProgress });
  await expect(joining).rejects.toThrow('enough');
  expect([existsSync(target), litter()]).toEqual([false, []]);
  await expect(concatOnDisk(inputs, target, { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow(
    'before',
  );
}, 60_000);

test('inputs that are missing, no files, or the output are told before anything is written', async () => {
  const nowhere = join(folder, 'nowhere.h5ad');
  await expect(concatOnDisk([inputs[0] as string, nowhere], target)).rejects.toMatchObject({
    code: 'ERR_FILE_NOT_FOUND',
    file: nowhere,
  });
  await expect(concatOnDisk([], target)).rejects.toMatchObject({ code: 'ERR_ARGUMENT' });
  await expect(concatOnDisk(inputs[0] as never, target)).rejects.toMatchObject({ code: 'ERR_ARGUMENT' });
  await expect(concatOnDisk(inputs, target, { joint: 'outer' } as never)).rejects.toThrow(/no option joint/);
  await expect(concatOnDisk(inputs.slice(0, 2), inputs[0] as string)).rejects.toThrow(/one of the inputs/);
  expect(existsSync(target)).toBe(false);
});
