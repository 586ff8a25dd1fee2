// SPDX-License-Identifier: BSD-3-Clause

import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { badFiles, temporaryFolder, unpack } from '../support/bad-files';
import { anndata, buildCommand, fixtures } from '../support/command';

/** Runs the command once a file, a few at a time. */
async function exitCodes(files: readonly string[]): Promise<Record<string, number | string | null>> {
  const codes: Record<string, number | string | null> = {};
  const waiting = [...files];
  const work = async () => {
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
      const { code, signal } = await anndata(['validate', file, '--json']);
      codes[file.split('/').at(-1) as string] = signal ?? code;
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, work));
  return codes;
}

const all = (files: readonly string[], code: number) => Object.fromEntries(files.map((file) => [file, code]));

describe('anndata validate', () => {
  const folder = temporaryFolder('validate-cli');
  beforeAll(buildCommand);

  test('exits with 3 on every bad file', async () => {
    const names = badFiles().map(({ file }) => file);
    expect(await exitCodes(names.map((name) => unpack('bad', name, folder)))).toEqual(all(names, 3));
  });

  test('exits with 0 on every good one', async () => {
    const packed = readdirSync(join(fixtures, 'golden')).filter((name) => name.endsWith('.gz'));
    const names = packed.map((name) => name.slice(0, -'.gz'.length));
    expect(await exitCodes(names.map((name) => unpack('golden', name, folder)))).toEqual(all(names, 0));
  });
});
