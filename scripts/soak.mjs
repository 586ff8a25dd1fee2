// SPDX-License-Identifier: BSD-3-Clause
//
// The full count of the random suites, of which `npm test` runs a slice: many seeds, until the time is up. The last
// figures are written to docs/soak.md. Needs the reference environment (`npm run bootstrap`).
//
// usage: npm run soak -- [--minutes 60] [--seed 1] [--cases 200]

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { output, root, say } from './setup/run.mjs';

const suites = [
  ['test/interop/roundtrip.test.ts', 'objects from Python through Node and back'],
  ['test/interop/from-node.test.ts', 'objects made in TypeScript, read in Python'],
  ['test/arrays/sparse-python.test.ts', 'operations on sparse matrices, beside scipy'],
  ['test/concat/differential.test.ts', 'concat with random objects and arguments beside Python'],
  ['test/frame/pandas.test.ts', 'sorts, counts, groups and tests of frames beside pandas'],
  ['test/anndata/names.test.ts', 'unique names and text as categoricals beside Python'],
];

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

function page({ seeds, cases, failures, minutes }) {
  const [first, last] = [seeds[0], seeds.at(-1)];
  const rows = suites.map(([file, what]) => {
    const failed = failures.filter((line) => line.startsWith(file)).length;
    return `| ${what} | \`${file}\` | ${seeds.length * cases} | ${failed} |`;
  });
  const list = failures.length === 0 ? 'Nothing failed.' : failures.map((line) => `- ${line}`).join('\n');
  return `# Soak run

The random suites at their full count. Made by \`npm run soak\`; do not edit.

| suite | file | objects | seeds that failed |
|---|---|---:|---:|
${rows.join('\n')}

Seeds ${first} to ${last}, ${cases} objects each, ${minutes} minutes, commit ${output('git', ['rev-parse', '--short', 'HEAD']) ?? 'unknown'},
Node ${process.version}, ${process.platform}-${process.arch}, ${new Date().toISOString().slice(0, 10)}.

${list}
`;
}

function main() {
  const { values } = parseArgs({
    options: { minutes: { type: 'string' }, seed: { type: 'string' }, cases: { type: 'string' } },
  });
  const [limit, from, cases] = [values.minutes ?? 60, values.seed ?? 1, values.cases ?? 200].map(Number);
  const start = Date.now();
  const passed = () => (Date.now() - start) / 60_000;
  mkdirSync(join(root, 'build'), { recursive: true });
  const seeds = [];
  const failures = [];
  do {
    const seed = from + seeds.length;
    say(`seed ${seed}, after ${passed().toFixed(0)} of ${limit} minutes`);
    for (const [file] of suites) failures.push(...runSuite(file, seed, cases));
    seeds.push(seed);
  } while (passed() < limit);
  const text = page({ seeds, cases, failures, minutes: Math.round(passed()) });
  writeFileSync(join(root, 'docs', 'soak.md'), text);
  console.log(text);
  process.exitCode = failures.length === 0 ? 0 : 1;
}

main();
