// SPDX-License-Identifier: BSD-3-Clause
//
// The full count of the random suites, of which `npm test` runs a slice: many seeds, until the time is up. The last
// figures of each suite are written to docs/soak.md. Needs the reference environment (`npm run bootstrap`).
//
// usage: npm run soak -- [--minutes 60] [--seed 1] [--cases 200] [--only TEXT …]     TEXT: a part of a suite's path

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { output, root, say } from './setup/run.mjs';

const suites = [
  ['test/interop/roundtrip.test.ts', 'objects from Python through Node and back'],
  ['test/interop/from-node.test.ts', 'objects made in TypeScript, read in Python'],
  ['test/arrays/sparse-python.test.ts', 'operations on sparse matrices, beside scipy'],
  ['test/concat/differential.test.ts', 'concat with random objects and arguments'],
  ['test/anndata/chains.test.ts', 'chains: indexing, views of views, edits of views and parents, transpose, raw'],
  ['test/storage/random-arrays.test.ts', 'arrays of all types and layouts, parts of them, beside h5py'],
  ['test/frame/pandas.test.ts', 'sorts, counts, groups and tests of frames beside pandas'],
  ['test/process/commit-killed.test.ts', 'kill -9 during changes and commits of files opened with r+'],
  ['test/anndata/names.test.ts', 'unique names and text as categoricals'],
];

const heading =
  '| suite | file | cases | seeds that failed | seeds | minutes | commit | day |\n|---|---|---:|---:|---|---:|---|---|';

/** Runs one suite with one seed; the names of what failed. */
function runSuite(file, seed, cases) {
  const report = join(root, 'build', 'soak.json');
  rmSync(report, { force: true });
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const env = { ...process.env, CI: 'true', ANNDATA_SEED: String(seed), ANNDATA_CASES: String(cases) };
  const args = [jest, '--json', `--outputFile=${report}`, '--runTestsByPath', file];
  const { error } = spawnSync(process.execPath, args, { cwd: root, env, stdio: ['ignore', 2, 2] });
  if (error) throw error;
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const failed = testResults.flatMap((suite) => suite.assertionResults.filter((t) => t.status !== 'passed'));
  return failed.length === 0 && testResults.every((suite) => suite.status === 'passed')
    ? []
    : [`${file}, ANNDATA_SEED=${seed}: ${failed.map((t) => t.fullName).join('; ') || 'did not run'}`];
}

/** Rows of the page as it is, by the file of their suite. */
function oldRows(path) {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const rows = text.includes(heading) ? text.split('\n').filter((line) => line.startsWith('| ')) : [];
  return new Map(rows.map((line) => [/`([^`]+)`/.exec(line)?.[1], line]));
}

function page(path, results) {
  const rows = oldRows(path);
  const commit = output('git', ['rev-parse', '--short', 'HEAD']) ?? 'unknown';
  const day = new Date().toISOString().slice(0, 10);
  for (const { file, what, seeds, cases, failures, minutes } of results) {
    const range = seeds.length === 1 ? `${seeds[0]}` : `${seeds[0]} to ${seeds.at(-1)}`;
    const figures = [seeds.length * cases, failures.length, range, minutes.toFixed(0), commit, day];
    rows.set(file, `| ${what} | \`${file}\` | ${figures.join(' | ')} |`);
  }
  const failures = results.flatMap((result) => result.failures);
  const list = failures.length === 0 ? 'Nothing failed.' : failures.map((line) => `- ${line}`).join('\n');
  return `# Soak run

The random suites at their full count: the last run of each. Made by \`npm run soak\`; do not edit. What a suite may let
pass stands in [deviations.md](deviations.md).

${heading}
${suites.flatMap(([file]) => rows.get(file) ?? []).join('\n')}

Last run with Node ${process.version}, ${process.platform}-${process.arch}.

${list}
`;
}

function main() {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string' },
      seed: { type: 'string' },
      cases: { type: 'string' },
      only: { type: 'string', multiple: true },
    },
  });
  const [limit, from, cases] = [values.minutes ?? 60, values.seed ?? 1, values.cases ?? 200].map(Number);
  const chosen = suites.filter(([file]) => values.only?.some((text) => file.includes(text)) ?? true);
  if (chosen.length === 0) throw new Error(`no suite of: ${suites.map(([file]) => file).join(', ')}`);
  const start = Date.now();
  const passed = () => (Date.now() - start) / 60_000;
  mkdirSync(join(root, 'build'), { recursive: true });
  const results = chosen.map(([file, what]) => ({ file, what, cases, seeds: [], failures: [], minutes: 0 }));
  for (let seed = from; seed === from || passed() < limit; seed++) {
    for (const result of results) {
      say(`seed ${seed}, ${result.file}, after ${passed().toFixed(0)} of ${limit} minutes`);
      const began = passed();
      result.failures.push(...runSuite(result.file, seed, cases));
      result.seeds.push(seed);
      result.minutes += passed() - began;
    }
  }
  const path = join(root, 'docs', 'soak.md');
  const text = page(path, results);
  writeFileSync(path, text);
  console.log(text);
  process.exitCode = results.every(({ failures }) => failures.length === 0) ? 0 : 1;
}

main();
