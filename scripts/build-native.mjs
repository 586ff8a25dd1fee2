// SPDX-License-Identifier: BSD-3-Clause
//
// Builds the addon with CMake into build/Release/anndata.node. Does nothing, quickly, when nothing changed.
//
//   node scripts/build-native.mjs [--tests] [--bench] [--sanitize] [--threads] [--debug] [--clean] [--hdf5=source]
//        [--target=NAME]
//
//   --tests     also builds the C++ tests (build/cmake/native_tests)
//   --bench     also builds the benchmarks' physical limits (build/cmake/limits)
//   --sanitize  ASan + UBSan, everything below build/asan instead, C++ tests included
//   --threads   the same with TSan, below build/tsan
//   --target=NAME  nothing but this, for example native_tests
//   --hdf5=source  with HDF5 2.2 and the codecs inside (scripts/build-libraries.mjs), in build/hdf5-2.2/build;
//               with ANNDATA_PREBUILD=build/hdf5-2.2 the package loads that addon

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildLibraries } from './build-libraries.mjs';
import { findLibraries, missingHdf5Message } from './find-libs.mjs';
import { hdf5Variant } from './setup/hdf5-variants.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Configures when needed and builds. Throws when a command fails. */
export function buildNative({
  tests = false,
  bench = false,
  sanitize = false,
  threads = false,
  debug = false,
  clean = false,
  target = null,
  hdf5 = process.env.ANNDATA_HDF5 ?? 'system',
} = {}) {
  const { home, env: own } = hdf5Variant(hdf5);
  const env = { ...process.env, ...own };
  const base = join(home, 'build', ...(sanitize ? ['asan'] : threads ? ['tsan'] : []));
  const tree = join(base, 'cmake');
  const output = join(base, 'Release');
  if (hdf5 === 'source') buildLibraries();
  const found = findLibraries(env);
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
      own: hdf5 === 'source',
      sanitizers: sanitize ? 'address,undefined' : threads ? 'thread' : '',
      debug,
      env,
    });
    writeFileSync(stampFile, stamp);
  }
  const only = target === null ? [] : ['--target', target];
  run('cmake', ['--build', tree, '--config', debug ? 'Debug' : 'Release', '--parallel', ...only], env);
  return { tree, output };
}

function configure(tree, output, { tests, bench, own, sanitizers, debug, env }) {
  rmSync(join(tree, 'CMakeCache.txt'), { force: true });
  mkdirSync(tree, { recursive: true });
  const defines = {
    ANNDATA_TESTS: tests ? 'ON' : 'OFF',
    ANNDATA_BENCH: bench ? 'ON' : 'OFF',
    ANNDATA_SELF_CONTAINED: own && sanitizers === '' ? 'ON' : 'OFF',
    ANNDATA_SANITIZE: sanitizers,
    ANNDATA_OUTPUT_DIR: output,
    ANNDATA_NODE: process.execPath,
  };
  const cmakeJs = join(dirname(createRequire(import.meta.url).resolve('cmake-js/package.json')), 'bin', 'cmake-js');
  const generator = process.platform !== 'win32' && works('ninja') ? ['--generator', 'Ninja'] : [];
  const options = [
    ...['--directory', root, '--out', tree, '--config', debug ? 'Debug' : 'Release', '--log-level', 'warn'],
    ...generator,
    ...Object.entries(defines).map(([name, value]) => `--CD${name}=${value}`),
  ];
  run(process.execPath, [cmakeJs, 'configure', ...options], env);
}

function works(command) {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
}

function run(command, args, env) {
  const { status, error } = spawnSync(command, args, { cwd: root, env, stdio: 'inherit' });
  if (error) throw new Error(`${command} could not be started: ${error.message}`);
  if (status !== 0) throw new Error(`${command} failed (exit code ${status})`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  const options = Object.fromEntries(
    process.argv.slice(2).map((a) => {
      const [name, value] = a.replace(/^--/, '').split('=');
      return [name, value ?? true];
    }),
  );
  try {
    buildNative(options);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
