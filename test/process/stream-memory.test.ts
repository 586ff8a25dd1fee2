// SPDX-License-Identifier: BSD-3-Clause

import { execFileSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/bad-files';
import { buildCommand } from '../support/command';

const child = join(__dirname, 'stream-child.js');
const run = (...args: string[]): string => execFileSync(process.execPath, [child, ...args], { encoding: 'utf8' });

/** A third of what X takes in memory. */
const maxMemory = 192 * 2 ** 20;

describe('memory that writing or adding up a backed object takes beyond the start of the process', () => {
  const folder = temporaryFolder('stream-memory');
  const [path, target] = ['cells.h5ad', 'target.h5ad'].map((name) => join(folder, name)) as [string, string];

  beforeAll(buildCommand);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ['csr', ['view', 'whole', 'toBacked', 'append', 'stats']],
    ['csc', ['view', 'commit', 'stats']],
    ['dense', ['plain', 'commit', 'append', 'stats']],
  ])(
    '%s of more than 500 MB: %j',
    (kind, ways) => {
      const original = join(folder, `${kind}.h5ad`);
      run('make', original, kind);
      for (const how of ways) {
        copyFileSync(original, path);
        const { peak } = JSON.parse(run(how, path, target, String(maxMemory))) as { peak: number };
        expect({ how, isWithin: peak < 1.1 * maxMemory || peak }).toEqual({ how, isWithin: true });
      }
      rmSync(original);
    },
    300_000,
  );
});
