// SPDX-License-Identifier: BSD-3-Clause

import fc from 'fast-check';

/** Another seed each day, or ANNDATA_SEED: it stands in the names of the suites, and repeats a failure. */
export const seed = Number(process.env.ANNDATA_SEED ?? Math.floor(Date.now() / 86_400_000));

/** ANNDATA_CASES, or what `npm test` has time for. */
export function caseCount(slice: number): number {
  return Number(process.env.ANNDATA_CASES ?? slice);
}

/** Milliseconds to look for a smaller case. */
const patience = Number(process.env.ANNDATA_SHRINK ?? 60) * 1000;

/**
 * Runs `check` on `count` random values; it answers what is wrong. The first value with a difference is made smaller: it
 * gives way to the first of its `smaller` ones that differs too, until none does.
 *
 * Environment: ANNDATA_SHRINK is the seconds for that; ANNDATA_ALL=1 lists all that differ instead.
 *
 * @throws an error with the seed, the smallest value found and what is wrong with it
 */
export async function findDifferences<T>(
  arbitrary: fc.Arbitrary<T>,
  check: (value: T) => Promise<readonly string[]>,
  smaller: (value: T) => Iterable<T>,
  count: number,
): Promise<void> {
  const found: string[] = [];
  for (const [i, value] of fc.sample(arbitrary, { seed, numRuns: count }).entries()) {
    let wrong = await check(value).catch((error: Error) => {
      throw new Error(`ANNDATA_SEED=${seed}, case ${i} of ${count}: ${JSON.stringify(value)}\n${found.join('\n')}`, {
        cause: error,
      });
    });
    if (wrong.length === 0) continue;
    let least = value;
    const end = Date.now() + patience;
    for (let next: Smaller<T> | null; Date.now() < end; [least, wrong] = [next.value, next.wrong]) {
      next = await firstWrong(smaller(least), check, end);
      if (next === null) break;
    }
    found.push(`case ${i}: ${JSON.stringify(least)}\n  ${wrong.join('\n  ')}`);
    if (process.env.ANNDATA_ALL !== '1') break;
  }
  if (found.length > 0) throw new Error(`ANNDATA_SEED=${seed}, of ${count}\n${found.join('\n')}`);
}

interface Smaller<T> {
  value: T;
  wrong: readonly string[];
}

async function firstWrong<T>(
  values: Iterable<T>,
  check: (value: T) => Promise<readonly string[]>,
  end: number,
): Promise<Smaller<T> | null> {
  for (const value of values) {
    if (Date.now() > end) return null;
    const wrong = await check(value);
    if (wrong.length > 0) return { value, wrong };
  }
  return null;
}
