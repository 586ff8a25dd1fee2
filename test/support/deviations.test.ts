// SPDX-License-Identifier: BSD-3-Clause

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { excuse, readDeviations } from './deviations';

const folder = join(__dirname, '..');
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(ts|py)$/.test(file) && !file.endsWith('support/deviations.test.ts'))
  .map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));
const rows = readDeviations();

/** Ids that the random suites let a difference pass by. */
const excused = sources.flatMap(({ file, text }) =>
  [...text.matchAll(/\bexcuse\(['"]([^'"]+)['"]\)/g)].map((match) => ({ file, id: match[1]! })),
);

test('every difference that a random suite lets pass is a row of docs/deviations.md', () => {
  expect(excused.length).toBeGreaterThan(8);
  expect(excused.filter(({ id }) => !rows.has(id))).toEqual([]);
});

test('an id without a row is refused', () => {
  expect(() => excuse('no-such-row')).toThrow('no row of docs/deviations.md');
});

test('every documented difference of a rule has a test of that name, or is met by a random suite', () => {
  const titles = sources.flatMap(({ text }) =>
    [...text.matchAll(/\b(?:test|describe|describeWithPython)(?:\.each\([\s\S]*?\))?\(\s*(['"`])([\s\S]*?)\1/g)].map(
      (match) => match[2]!,
    ),
  );
  const met = new Set(excused.map(({ id }) => id));
  const untested = [...rows.keys()].filter((id) => {
    const rule = /^[A-Z]\d+/.exec(id)?.[0];
    return rule !== undefined && !met.has(id) && !titles.some((title) => new RegExp(`\\b${rule}\\b`).test(title));
  });
  expect(untested).toEqual([]);
});
