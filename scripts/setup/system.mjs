// SPDX-License-Identifier: BSD-3-Clause
//
// What must come from the operating system: compiler, build tools, libraries.

import { existsSync } from 'node:fs';
import { findLibraries, missingHdf5Message, packageNames } from '../find-libs.mjs';
import { hasCommand, output, run, say } from './run.mjs';

const aptNames = {
  hdf5: 'libhdf5-dev',
  libdeflate: 'libdeflate-dev',
  lzf: 'liblzf-dev',
  zstd: 'libzstd-dev',
  lz4: 'liblz4-dev',
  blosc: 'libblosc-dev',
};

/** Installs what is missing by apt when that may be done; otherwise says what to run. Throws when it cannot go on. */
export function ensureSystem({ tests = false } = {}) {
  checkNode();
  const missing = findMissing(tests);
  if (missing.length === 0) return;
  const packages = missing.map((m) => m.apt);
  say(`Missing: ${missing.map((m) => m.name).join(', ')}`);
  if (hasCommand('apt-get')) {
    if (installByApt(packages)) return ensureFound(tests);
  }
  const needed = missing.filter((m) => m.required);
  const message = adviceFor(packages);
  if (needed.length > 0) throw new Error(message);
  say(`${message}\nGoing on without: ${missing.map((m) => m.effect).join('; ')}.`);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 3)) {
    throw new Error(`Node 20.3 or later is needed; this is ${process.version}`);
  }
}

function findMissing(tests) {
  const missing = [];
  const need = (there, name, apt, required, effect) => there || missing.push({ name, apt, required, effect });
  need(['c++', 'g++', 'clang++'].some(hasCommand), 'a C++ compiler', 'g++', true);
  need(hasCommand('cmake'), 'cmake', 'cmake', true);
  need(['ninja', 'make'].some(hasCommand), 'make', 'make', true);
  need(
    hasCommand('pkg-config'),
    'pkg-config',
    'pkg-config',
    false,
    'libraries are looked for in the usual folders only',
  );
  const found = findLibraries();
  need(found.hdf5, 'libhdf5', aptNames.hdf5, true);
  for (const name of found.missing) need(false, name, aptNames[name], false, `no ${name}`);
  if (tests) {
    need(hasGoogleTest(), 'GoogleTest', 'libgtest-dev', true);
    if (process.env.CI === 'true') {
      need(hasCommand('clang-tidy'), 'clang-tidy', 'clang-tidy', false, 'clang-tidy does not look at C++ files');
      need(hasCommand('chromium'), 'Chromium', 'chromium', false, 'the page of the Electron example is not opened');
    }
    need(hasCommand('clang-format'), 'clang-format', 'clang-format', false, 'the format of C++ files is not checked');
  }
  return missing;
}

function hasGoogleTest() {
  return (
    output('pkg-config', ['--exists', 'gtest']) !== null ||
    ['/usr', '/usr/local', '/opt/homebrew'].some((p) => existsSync(`${p}/include/gtest/gtest.h`))
  );
}

function ensureFound(tests) {
  const missing = findMissing(tests).filter((m) => m.required);
  if (missing.length > 0) throw new Error(`still missing after installing: ${missing.map((m) => m.name).join(', ')}`);
}

function installByApt(packages) {
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  if (sudo.length > 0 && output('sudo', ['-n', 'true']) === null) return false;
  const apt = (...args) => {
    const [command, ...rest] = [...sudo, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args];
    // Our stdout is for results.
    run(command, rest, { stdio: ['ignore', 2, 2] });
  };
  try {
    apt('-q', 'update');
  } catch (error) {
    say(`${error.message}; trying with the package lists that are here`);
  }
  try {
    apt('-q', 'install', '-y', '--no-install-recommends', ...packages);
    return true;
  } catch (error) {
    say(error.message);
    return false;
  }
}

function adviceFor(packages) {
  if (hasCommand('apt-get')) return `Run this, then try again:\n  sudo apt-get install -y ${packages.join(' ')}`;
  if (packages.includes(aptNames.hdf5)) return missingHdf5Message();
  const lines = Object.entries(packageNames).map(([system, line]) => `  ${system}: ${line}`);
  return `Install what is missing, besides a C++ compiler, CMake, make and GoogleTest:\n${lines.join('\n')}`;
}
