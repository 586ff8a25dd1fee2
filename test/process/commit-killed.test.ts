// SPDX-License-Identifier: BSD-3-Clause

import { spawn } from 'node:child_process';
import { copyFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readH5ad, slice } from '../../lib';
import { temporaryPrefix } from '../../lib/io/atomic-file';
import { temporaryFolder } from '../support/bad-files';
import { describeWithPython, runPython } from '../support/python';

const child = join(__dirname, 'commit-child.js');
const cases = Number(process.env.ANNDATA_CASES ?? 20);
const seed = Number(process.env.ANNDATA_SEED ?? Math.floor(Date.now() / 86_400_000));

/** Numbers from 0 to 1, by the seed. */
function generator(from: number): () => number {
  let state = from >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Runs the child and kills it some time after its first commit began. Gives the last state it said to be on the disk. */
async function kill(path: string, delay: number): Promise<{ committed: number; edited: number }> {
  const running = spawn('node', ['--no-warnings', child, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  await new Promise<void>((resolve) => {
    running.stdout.on('data', (chunk: Buffer) => {
      if (output === '') setTimeout(() => running.kill('SIGKILL'), delay);
      output += chunk;
    });
    running.on('close', () => resolve());
  });
  const last = (word: string) => Number([...output.matchAll(new RegExp(`^${word} (\\d+)$`, 'gm'))].at(-1)?.[1] ?? -1);
  return { committed: last('state'), edited: last('edited') };
}

describeWithPython('kill -9 during changes and commits', () => {
  test(
    `${cases} files are each as before or after the last commit (ANNDATA_SEED=${seed})`,
    async () => {
      const folder = temporaryFolder('killed');
      const original = join(folder, 'original.h5ad');
      const small = await readH5ad(join(__dirname, '..', 'fixtures', 'pbmc68k_reduced.h5ad'));
      const start = small.subset(slice(0, 200), slice(0, 300)).copy();
      start.uns['state'] = 0;
      await start.writeH5ad(original);
      const random = generator(seed);
      const path = join(folder, 'cells.h5ad');
      const kept: string[] = [];
      const told: { committed: number; edited: number; delay: number }[] = [];
      copyFileSync(original, path);
      for (let i = 0; i < cases; i++) {
        const delay = random() * (i % 4 === 0 ? 300 : 60);
        told.push({ ...(await kill(path, delay)), delay });
        kept.push(join(folder, `killed-${i}.h5ad`));
        copyFileSync(path, kept[i] as string);
      }
      const { stdout } = await runPython('test/process/python/states.py', [original], { input: JSON.stringify(kept) });
      const states = JSON.parse(stdout) as (number | string)[];
      const wrong = states.filter((state, i) => {
        const { committed, edited } = told[i] as (typeof told)[number];
        const before = i === 0 ? 0 : states[i - 1];
        return state !== (committed < 0 ? before : committed) && state !== edited;
      });
      expect(wrong).toEqual([]);
      // The kills met commits under way, and what they left is gone once the file is opened for changes again.
      expect(told.some(({ committed, edited }) => edited > committed)).toBe(true);
      await (await readH5ad(path, { backed: 'r+' })).close();
      expect(readdirSync(folder).filter((name) => name.startsWith(temporaryPrefix))).toEqual([]);
      rmSync(folder, { recursive: true });
    },
    60_000 + cases * 10_000,
  );
});
