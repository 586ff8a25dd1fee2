// SPDX-License-Identifier: BSD-3-Clause

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The reference's interpreter: from ANNDATA_PYTHON, or the environment that `npm test` prepares. */
export const interpreter: string | undefined = [
  process.env['ANNDATA_PYTHON'],
  join(__dirname, '../../.refenv/bin/python'),
].find((path) => path !== undefined && existsSync(path));

/** A test against Python's anndata; skipped by name where there is none. */
export const withPython: typeof test = (
  interpreter === undefined
    ? (name: string, body: () => void) => test.skip(`${name} (no reference Python)`, body)
    : test
) as typeof test;

/** Runs a script that reads JSON from stdin and prints JSON. */
export function python<T = unknown>(script: string, input: unknown = null): T {
  const { status, stdout, stderr } = spawnSync(interpreter as string, ['-W', 'ignore', '-c', script], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`the reference failed: ${stderr}`);
  return JSON.parse(stdout) as T;
}
