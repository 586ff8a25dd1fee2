// SPDX-License-Identifier: BSD-3-Clause

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runPython } from './python';

/** One difference found by test/interop/python/compare.py. */
export interface Difference {
  file: string;
  other: string;
  key: string;
  what: string;
  left?: string;
  right?: string;
  error?: string;
}

export interface CompareOptions {
  /** Compare what Python reads, not how it is stored. */
  objectsOnly?: boolean;
  /** A warning while Python reads the second file is a difference. */
  strictWarnings?: boolean;
  jobs?: number;
}

/** Compares pairs of files strictly, in one Python process; gives all differences. */
export async function comparePairs(
  pairs: readonly (readonly [string, string])[],
  folder: string,
  options: CompareOptions = {},
): Promise<Difference[]> {
  const list = join(folder, 'pairs.tsv');
  writeFileSync(list, pairs.map((pair) => `${pair.join('\t')}\n`).join(''));
  const args = ['--list', list, '--jobs', String(options.jobs ?? 1)];
  if (options.objectsOnly) args.push('--objects-only');
  if (options.strictWarnings) args.push('--strict-warnings');
  const output = await runPython('test/interop/python/compare.py', args).catch((error: unknown) => {
    const failed = error as { code?: number; stdout: string; stderr: string };
    if (failed.code !== 1 && failed.code !== 2) throw error;
    return failed;
  });
  if (!output.stderr.includes(`{"compared": ${pairs.length}}`))
    throw new Error(`the comparison broke: ${output.stderr}`);
  const lines = output.stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Difference);
}

/** The first differences, short, for the message of a failed test. */
export function summary(differences: readonly Difference[], most = 30): string {
  const lines = differences.slice(0, most).map(({ file, key, what, left, right, error }) => {
    return `${file?.split('/').at(-1)} ${key}: ${what} ${error ?? `${left} ≠ ${right}`}`;
  });
  return `${differences.length} differences\n${lines.join('\n')}`;
}
