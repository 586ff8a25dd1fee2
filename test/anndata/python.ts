// SPDX-License-Identifier: BSD-3-Clause

import { spawnSync } from 'node:child_process';
import { findPython } from '../support/python';

/** The reference's interpreter, if there is one. */
export const interpreter = findPython();

/** A test against Python's anndata; where there is none it is skipped by name, or fails under CI. */
export const withPython: typeof test = (
  interpreter === null && process.env.CI !== 'true'
    ? (name: string, body: () => void) => test.skip(`${name} [skipped: no Python reference environment]`, body)
    : test
) as typeof test;

/** Runs a script that reads JSON from stdin and prints JSON. */
export function python<T = unknown>(script: string, input: unknown = null): T {
  if (interpreter === null) throw new Error('no Python reference environment');
  const { status, stdout, stderr } = spawnSync(interpreter, ['-W', 'ignore', '-c', script], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`the reference failed: ${stderr}`);
  return JSON.parse(stdout) as T;
}
