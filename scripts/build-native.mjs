// SPDX-License-Identifier: BSD-3-Clause
//
// Builds the addon with CMake into build/Release/anndata.node. Does nothing, quickly, when nothing changed.
//
//   node scripts/build-native.mjs [--tests] [--bench] [--sanitize] [--threads] [--debug] [--clean]
//
//   --tests     also builds the C++ tests (build/cmake/native_tests)
//   --bench     also builds the benchmarks' physical limits (build/cmake/limits)
//   --sanitize  ASan + UBSan, everything below build/asan instead, C++ tests included
//   --threads   the same with TSan, below build/tsan

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findLibraries, missingHdf5Message } from './find-libs.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Configures when needed and builds. Throws when a command fails. */
export function buildNative({
  tests = false,
  bench = false,
  sanitize = false,
  threads = false,
  debug = false,
  clean = false,
} = {}) {
  const base = join(root, 'build', ...(sanitize ? ['asan'] : threads ? ['tsan'] : []));
  const tree = join(base, 'cmake');
  const output = join(base, 'Release');
  const found = findLibraries();
  if (!found.hdf5) throw new Error(missingHdf5Message(found.tooOld));
  if (clean) rmSync(tree, { recursive: true, force: true });

  // Only a change of what configuring depends on makes us configure again; sources are CMake's own business.
  const stampFile = join(tree, 'anndata-stamp.json');
  // What was once asked for stays, so that two callers in turn do not configure again and again.
  const before = existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, 'utf8')) : {};
  const withTests = tests || sanitize || threads || before.tests === true;
  const withBench = bench || before.bench === true;
  const stamp = JSON.stringify({ tests: withTests, bench: withBench, debug, node: process.execPath, found });
  if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== stamp) {
    configure(tree, output, {
      tests: withTests,
      bench: withBench,
      sanitizers: sanitize ? 'address,undefined' : threads ? 'thread' : '',
      debug,
    });
    writeFileSync(stampFile, stamp);
  }
  run('cmake', ['--build', tree, '--config', debug ? 'Debug' : 'Release', '--parallel']);
  return { tree, output };
}

function configure(tree, output, { tests, bench, sanitizers, debug }) {
  rmSync(join(tree, 'CMakeCache.txt'), { force: true });
  mkdirSync(tree, { recursive: true });
  const defines = {
    ANNDATA_TESTS: tests ? 'ON' : 'OFF',
    ANNDATA_BENCH: bench ? 'ON' : 'OFF',
    ANNDATA_SANITIZE: sanitizers,
    ANNDATA_OUTPUT_DIR: output,
    ANNDATA_NODE: process.execPath,
  };
  const cmakeJs = join(dirname(createRequire(import.meta.url).resolve('cmake-js/package.json')), 'bin', 'cmake-js');
  const generator = process.platform !== 'win32' && works('ninja') ? ['--generator', 'Ninja'] : [];
  run(process.execPath, [
    cmakeJs,
    'configure',
    ...['--directory', root, '--out', tree, '--config', debug ? 'Debug' : 'Release', '--log-level', 'warn'],
    ...generator,
    ...Object.entries(defines).map(([name, value]) => `--CD${name}=${value}`),
  ]);
}

function works(command) {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (error) throw new Error(`${command} could not be started: ${error.message}`);
  if (status !== 0) throw new Error(`${command} failed (exit code ${status})`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  const options = Object.fromEntries(process.argv.slice(2).map((a) => [a.replace(/^--/, ''), true]));
  try {
    buildNative(options);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
