// SPDX-License-Identifier: BSD-3-Clause
//
// Runs ctest and jest and ends with one line, `N passed, N failed`, added up from the files the two runners write.
// Style, types and packaging are jest tests too (test/project, test/packaging). Both run once for each libhdf5 that is
// wanted (ANNDATA_HDF5); the second time without the tests that no libhdf5 can change, and with fewer random cases.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { wantedHdf5 } from './setup/hdf5-variants.mjs';
import { root, say } from './setup/run.mjs';

const results = join(root, 'build', 'test-results');

// Folders and files below test/ that open no file, or that a second run would tell nothing about.
const withoutHdf5 = [
  '(acc|adapters|api|arrays|bench|concat|examples|frame|project|rules|sanitizers|types)/',
  'anndata/(?!archives|reading)',
  'upstream/(?!files)',
  'docs/(site|start|readme)',
  'packaging/(find-libs|gyp-build|surface)',
  'load-addon',
].map((pattern) => `<rootDir>/test/${pattern}`);

function start(command, args, env) {
  // Runners report to people on stderr; stdout carries the last line only, when someone pipes it.
  return spawnSync(command, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 2, 2] }).status === 0;
}

/** The attributes of the one <testsuite> element ctest writes. */
function readJunit(file) {
  const head = /<testsuite\b[^>]*>/.exec(readFileSync(file, 'utf8'))?.[0] ?? '';
  const count = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(head)?.[1] ?? 0);
  const skipped = count('skipped') + count('disabled');
  return { passed: count('tests') - count('failures') - skipped, failed: count('failures'), skipped };
}

function readJest(file) {
  const r = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof r.numPassedTests !== 'number') return null; // e.g. after --listTests
  // A suite that could not even be loaded has no tests of its own to count.
  return {
    passed: r.numPassedTests,
    failed: r.numFailedTests + r.numRuntimeErrorTestSuites,
    skipped: r.numPendingTests + r.numTodoTests,
    names: skippedNames(r),
  };
}

/** What was skipped, by the name of its suite; a test outside suites by its own. */
function skippedNames(r) {
  const tests = r.testResults.flatMap((file) => file.assertionResults).filter((t) => t.status === 'pending');
  return [...new Set(tests.map((t) => t.ancestorTitles[0] ?? t.title))];
}

function ctest({ name, home, env }) {
  const file = join(results, `ctest-${name}.xml`);
  const parallel = String(availableParallelism());
  const options = [
    ...['--test-dir', join(home, 'build', 'cmake'), '--output-junit', file],
    ...['--output-on-failure', '--parallel', parallel, '--progress'],
  ];
  const fine = start('ctest', options, env);
  return { runner: 'ctest', fine, counts: existsSync(file) ? readJunit(file) : null };
}

function jest({ name, env }, args) {
  const file = join(results, `jest-${name}.json`);
  const command = [join(root, 'node_modules/jest/bin/jest.js'), '--json', `--outputFile=${file}`, '--maxWorkers=100%'];
  const fine = start(process.execPath, [...command, ...args], env);
  return { runner: 'jest', fine, counts: existsSync(file) ? readJest(file) : null };
}

function runAll(variants, args) {
  return variants.flatMap((variant, i) => {
    if (variants.length > 1) say(`\nWith the libhdf5 of: ${variant.name}`);
    if (i === 0) return [ctest(variant), jest(variant, args)];
    const { ANNDATA_CASES = '25' } = process.env;
    const without = ['--passWithNoTests', '--testPathIgnorePatterns', ...withoutHdf5];
    return [ctest(variant), jest({ ...variant, env: { ...variant.env, ANNDATA_CASES } }, [...args, ...without])];
  });
}

function main(args) {
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  const runs = runAll(wantedHdf5(), args);
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { runner, fine, counts } of runs) {
    if (counts === null) say(`${runner} left no results.`);
    for (const key of Object.keys(total)) total[key] += counts?.[key] ?? 0;
    // A runner that fails without a failed test (a crash, no results) is a failure of its own.
    if (!fine && (counts === null || counts.failed === 0)) total.failed++;
  }
  for (const name of runs.flatMap((r) => r.counts?.names ?? [])) say(`skipped: ${name}`);
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
  process.exitCode = total.failed === 0 && runs.every((r) => r.fine) ? 0 : 1;
}

main(process.argv.slice(2));
