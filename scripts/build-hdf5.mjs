// SPDX-License-Identifier: BSD-3-Clause
//
// Builds libhdf5 from source, static, for an addon that brings its own: build/hdf5-2.2/prefix. About two minutes on two
// cores; does nothing, quickly, when it is there already. The sources are fetched by cargo, at pinned versions.
//
//   node scripts/build-hdf5.mjs

import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { hdf5Variant } from './setup/hdf5-variants.mjs';
import { findBasePython } from './setup/reference.mjs';
import { fingerprint, hasCommand, isStamped, output, root, run, say, stamp } from './setup/run.mjs';

const { home, env } = hdf5Variant('source');
const prefix = env.HDF5_DIR;

// HDF5 2.2.0 and zlib. The checksums are those of the packages, which cargo holds each download against.
const packages = {
  hdf5: {
    name: 'hdf5-metno-src',
    version: '0.10.4',
    checksum: '69c883c565498492954e344c482f8622525e58c7a71100dd9498c4940da82885',
    folder: 'ext/hdf5',
  },
  zlib: {
    name: 'libz-sys',
    version: '1.1.31',
    checksum: 'ff20308ecabd635a2dc1dd5834a86c462cca20efba1d5d3ddab1f8aea3455cb2',
    folder: 'src/zlib',
  },
};

const minimumCmake = [3, 26];
const pipCmake = 'cmake==3.31.10';
const project = join(root, 'scripts', 'hdf5');
// Our stdout is for results.
const ourOutput = { stdio: ['ignore', 2, 2] };

/** Builds what is missing. Throws when a tool is missing or a step fails. */
export function buildHdf5() {
  const file = join(prefix, 'anndata-stamp');
  const compiler = output(process.env.CC ?? 'cc', ['--version']) ?? '';
  const value = fingerprint([JSON.stringify(packages), compiler, process.platform, process.arch], [project]);
  if (isStamped(file, value)) return;
  if (!hasCommand('cargo')) throw new Error('cargo was not found: it fetches the source of HDF5 (install Rust)');
  say('Building HDF5 from source (some minutes) …');
  rmSync(join(home, 'hdf5.log'), { force: true });
  const sources = fetchSources();
  const cmake = findCmake();
  const tree = join(home, 'hdf5');
  for (const old of [tree, prefix]) rmSync(old, { recursive: true, force: true });
  logged(cmake, [
    ...['-S', project, '-B', tree, '-Wno-dev', '-DCMAKE_BUILD_TYPE=Release', `-DCMAKE_INSTALL_PREFIX=${prefix}`],
    ...[`-DHDF5_SOURCE=${sources.hdf5}`, `-DZLIB_SOURCE=${sources.zlib}`],
    ...(process.platform !== 'win32' && hasCommand('ninja') ? ['-G', 'Ninja'] : []),
  ]);
  logged(cmake, ['--build', tree, '--config', 'Release', '--parallel']);
  logged(cmake, ['--install', tree, '--config', 'Release']);
  rmSync(tree, { recursive: true, force: true });
  stamp(file, value);
}

/** The folders of the sources, in cargo's own cache. */
function fetchSources() {
  const folder = join(home, 'sources');
  const manifest = join(folder, 'Cargo.toml');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'src'), { recursive: true });
  const wanted = Object.values(packages);
  writeFileSync(
    manifest,
    [
      '[package]\nname = "sources"\nversion = "0.0.0"\nedition = "2021"\n\n[workspace]\n\n[dependencies]',
      ...wanted.map((p) => `${p.name} = { version = "=${p.version}", default-features = false }`),
      '',
    ].join('\n'),
  );
  writeFileSync(join(folder, 'src', 'lib.rs'), '');
  run('cargo', ['fetch', '--quiet', '--manifest-path', manifest], ourOutput);
  checkLock(readFileSync(join(folder, 'Cargo.lock'), 'utf8'), wanted);
  return locate(manifest);
}

function locate(manifest) {
  const question = ['metadata', '--format-version', '1', '--offline', '--manifest-path', manifest];
  const answer = output('cargo', question, { maxBuffer: 1 << 26 });
  if (answer === null) throw new Error('"cargo metadata" failed');
  const found = JSON.parse(answer).packages;
  const at = ({ name, folder }) => join(dirname(found.find((p) => p.name === name).manifest_path), folder);
  return { hdf5: at(packages.hdf5), zlib: at(packages.zlib) };
}

/** Throws unless cargo got exactly what is pinned. */
function checkLock(lock, wanted) {
  for (const { name, version, checksum } of wanted) {
    const entry = lock.split('[[package]]').find((e) => e.includes(`name = "${name}"\n`)) ?? '';
    const found = /^checksum = "([0-9a-f]+)"/m.exec(entry)?.[1];
    if (!entry.includes(`version = "${version}"`) || found !== checksum) {
      throw new Error(`${name} ${version}: its checksum is ${found ?? 'missing'}, but ${checksum} was expected`);
    }
  }
}

/** cmake of the system when it is new enough, else one that pip installs below build/. */
function findCmake() {
  const version = /version (\d+)\.(\d+)/.exec(output('cmake', ['--version']) ?? '');
  const [major, minor] = [Number(version?.[1] ?? 0), Number(version?.[2] ?? 0)];
  if (major > minimumCmake[0] || (major === minimumCmake[0] && minor >= minimumCmake[1])) return 'cmake';
  const folder = join(root, 'build', 'cmake-venv');
  const programs = join(folder, process.platform === 'win32' ? 'Scripts' : 'bin');
  const file = join(folder, 'anndata-stamp');
  if (!isStamped(file, pipCmake)) {
    const python = findBasePython();
    const needed = `cmake ${minimumCmake.join('.')} or later`;
    if (python === null) throw new Error(`${needed} is needed to build HDF5, or Python with pip to install it`);
    say(`Installing ${pipCmake} by pip …`);
    rmSync(folder, { recursive: true, force: true });
    run(python, ['-m', 'venv', folder], ourOutput);
    const options = ['--disable-pip-version-check', '--no-input', '--quiet'];
    run(join(programs, 'python'), ['-m', 'pip', 'install', ...options, pipCmake], ourOutput);
    stamp(file, pipCmake);
  }
  return join(programs, 'cmake');
}

function logged(command, args) {
  const log = join(home, 'hdf5.log');
  const descriptor = openSync(log, 'a');
  const { status } = spawnSync(command, args, { cwd: root, stdio: ['ignore', descriptor, descriptor] });
  closeSync(descriptor);
  if (status === 0) return;
  const tail = readFileSync(log, 'utf8').trim().split('\n').slice(-25).join('\n');
  throw new Error(`HDF5 could not be built. The end of ${log}:\n${tail}`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  try {
    buildHdf5();
  } catch (error) {
    say(error.message);
    process.exitCode = 1;
  }
}
