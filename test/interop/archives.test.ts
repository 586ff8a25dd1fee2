// SPDX-License-Identifier: BSD-3-Clause

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { readH5ad } from '../../lib/io';
import { temporaryFolder } from '../support/bad-files';
import { comparePairs, summary } from '../support/compare';
import { describeWithPython } from '../support/python';

const fixtures = join(__dirname, '..', 'fixtures');
const archives = ['v0.5.0', 'v0.7.0', 'v0.7.8', 'v0.11.4'].map(
  (name) => [name, join(fixtures, 'archives', name, 'adata.h5ad')] as const,
);
const files = [...archives, ['pbmc68k_reduced', join(fixtures, 'pbmc68k_reduced.h5ad')] as const];
const hasH5diff = spawnSync('h5diff', ['--version']).status === 0;

async function rewrite(source: string, target: string): Promise<string> {
  const adata = await readH5ad(source);
  await adata.writeH5ad(target, { convertStringsToCategoricals: false });
  return target;
}

describeWithPython('files of earlier releases, rewritten', () => {
  const folder = temporaryFolder('archives');
  beforeAll(() => void jest.spyOn(process, 'emitWarning').mockImplementation(() => {}));

  test.each(files)(
    '%s gives Python the same object, without a warning',
    async (name, source) => {
      const target = await rewrite(source, join(folder, `${name}.h5ad`));
      const found = await comparePairs([[source, target]], folder, { objectsOnly: true, strictWarnings: true });
      if (found.length > 0) throw new Error(summary(found));
    },
    60_000,
  );
});

describe('v0.11.4 rewritten', () => {
  const folder = temporaryFolder('h5diff');

  (hasH5diff ? test : test.skip)('h5diff finds no difference', async () => {
    const source = join(fixtures, 'archives', 'v0.11.4', 'adata.h5ad');
    const target = await rewrite(source, join(folder, 'v0.11.4.h5ad'));
    const { status, stdout } = spawnSync('h5diff', ['-c', source, target], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });
});
