// SPDX-License-Identifier: BSD-3-Clause

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('inputs.py', import.meta.url));

/**
 * The inputs of that size, made when they are not there. Kept by size and by what the script says: another script, other files.
 *
 * @returns what inputs.json tells, the folder, and `input(name)`: the path of one of the files
 */
export function ensureInputs(python, cache, nnz) {
  const version = createHash('sha256').update(readFileSync(script)).digest('hex').slice(0, 8);
  const folder = join(cache, `nnz-${nnz}-${version}`);
  const facts = join(folder, 'inputs.json');
  if (!existsSync(facts)) {
    mkdirSync(folder, { recursive: true });
    console.log(`making inputs of ${nnz} entries in ${folder}`);
    const { status } = spawnSync(python, [script, folder, String(nnz)], { stdio: 'inherit' });
    if (status !== 0) throw new Error(`the inputs could not be made (exit code ${status})`);
  }
  const input = (name) => join(folder, `${name}.h5ad`);
  const { chunk, ...rest } = JSON.parse(readFileSync(facts, 'utf8'));
  return { ...rest, chunks: Math.ceil(rest.nnz / chunk), folder, input };
}
