// SPDX-License-Identifier: BSD-3-Clause
//
// Builds libhdf5 and the codecs from source, static, for an addon that brings its own: build/hdf5-2.2/prefix. About two
// minutes on two cores; does nothing, quickly, when it is there already. The sources are fetched by cargo, at pinned
// versions. Beside the libraries it puts NOTICES.txt, what their licences ask to be passed on.
//
//   node scripts/build-libraries.mjs

import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { hdf5Variant } from './setup/hdf5-variants.mjs';
import { findBasePython } from './setup/reference.mjs';
import { fingerprint, hasCommand, isStamped, output, root, run, say, stamp } from './setup/run.mjs';

const { home, env } = hdf5Variant('source');
const prefix = env.HDF5_DIR;

// The checksums are those of the packages, which cargo holds each download against. `folder`: of the sources in the
// package; `licence`: a file there, or one of ours where the package has none.
export const libraries = {
  hdf5: {
    title: 'HDF5 2.2.0',
    name: 'hdf5-metno-src',
    version: '0.10.4',
    checksum: '69c883c565498492954e344c482f8622525e58c7a71100dd9498c4940da82885',
    folder: 'ext/hdf5',
    licence: 'ext/hdf5/LICENSE',
  },
  zlib: {
    title: 'zlib',
    name: 'libz-sys',
    version: '1.1.31',
    checksum: 'ff20308ecabd635a2dc1dd5834a86c462cca20efba1d5d3ddab1f8aea3455cb2',
    folder: 'src/zlib',
    licence: 'src/zlib/LICENSE',
  },
  libdeflate: {
    title: 'libdeflate',
    name: 'libdeflate-sys',
    version: '1.26.1',
    checksum: 'd7870e5fbd2766179a937c725fb11f4ca0ef025d982beb61bd3ce755425bd19c',
    folder: 'libdeflate',
    licence: 'libdeflate/COPYING',
  },
  zstd: {
    title: 'zstd',
    name: 'zstd-sys',
    version: '2.1.3+zstd.1.5.7',
    checksum: 'f729a06d0257428fd9d997ac8db7e1407bd0262ab016b085b36bc52957c0052d',
    folder: 'zstd/lib',
    licence: 'zstd/LICENSE',
  },
  lz4: {
    title: 'LZ4',
    name: 'lz4-sys',
    version: '1.11.1+lz4-1.10.0',
    checksum: '6bd8c0d6c6ed0cd30b3652886bb8711dc4bb01d637a68105a3d5158039b418e6',
    folder: 'liblz4/lib',
    licence: 'liblz4/lib/LICENSE',
  },
  lzf: {
    title: 'LibLZF',
    name: 'lzf-sys',
    version: '0.1.1',
    checksum: '411d1ba1d5d217b00615238cb6e9d68fbb93dc422f68e3396b5cf803ad832b6f',
    folder: 'source',
    licence: 'source/LICENSE',
  },
  blosc: {
    title: 'C-Blosc',
    name: 'blosc-src',
    version: '0.3.8',
    checksum: 'a9046dd58971db0226346fde214143d16a6eb12f535b5320d0ea94fcea420631',
    folder: 'c-blosc/blosc',
    licence: join(root, 'scripts/libraries/blosc-license.txt'),
  },
};

const minimumCmake = [3, 26];
const pipCmake = 'cmake==3.31.10';
const project = join(root, 'scripts', 'libraries');
// Our stdout is for results.
const ourOutput = { stdio: ['ignore', 2, 2] };

/** Builds what is missing. Throws when a tool is missing or a step fails. */
export function buildLibraries() {
  const file = join(prefix, 'anndata-stamp');
  const compiler = output(process.env.CC ?? 'cc', ['--version']) ?? '';
  const self = readFileSync(fileURLToPath(import.meta.url), 'utf8');
  const value = fingerprint([self, compiler, process.platform, process.arch], [project]);
  if (isStamped(file, value)) return;
  if (!hasCommand('cargo'))
    throw new Error('cargo was not found: it fetches the sources of HDF5 and the codecs (install Rust)');
  say('Building HDF5 and the codecs from source (some minutes) …');
  rmSync(join(home, 'libraries.log'), { force: true });
  const sources = fetchSources();
  const cmake = findCmake();
  const tree = join(home, 'libraries');
  // What was linked with other libraries goes, too: nobody else would notice.
  for (const old of [tree, prefix, join(home, 'build')]) rmSync(old, { recursive: true, force: true });
  logged(cmake, [
    ...['-S', project, '-B', tree, '-Wno-dev', '-DCMAKE_BUILD_TYPE=Release', '-DCMAKE_INSTALL_PREFIX=/usr/local'],
    ...Object.entries(sources).map(([key, { folder }]) => `-D${key.toUpperCase()}_SOURCE=${folder}`),
    ...(process.platform !== 'win32' && hasCommand('ninja') ? ['-G', 'Ninja'] : []),
  ]);
  logged(cmake, ['--build', tree, '--config', 'Release', '--parallel']);
  // HDF5 keeps the place it was configured for as a text, so that is not this one.
  logged(cmake, ['--install', tree, '--prefix', prefix, '--config', 'Release']);
  rmSync(tree, { recursive: true, force: true });
  writeFileSync(join(prefix, 'NOTICES.txt'), noticesOf(sources));
  stamp(file, value);
}

/** The sources, in cargo's own cache. */
function fetchSources() {
  const folder = join(home, 'sources');
  const manifest = join(folder, 'Cargo.toml');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'src'), { recursive: true });
  const wanted = Object.values(libraries);
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

/** Of each library the folder of its sources and the text of its licence. */
function locate(manifest) {
  const question = ['metadata', '--format-version', '1', '--offline', '--manifest-path', manifest];
  const answer = output('cargo', question, { maxBuffer: 1 << 26 });
  if (answer === null) throw new Error('"cargo metadata" failed');
  const found = JSON.parse(answer).packages;
  return Object.fromEntries(
    Object.entries(libraries).map(([key, { name, version, folder, licence }]) => {
      const at = dirname(found.find((p) => p.name === name && p.version === version).manifest_path);
      return [key, { folder: join(at, folder), licence: readFileSync(resolve(at, licence), 'utf8') }];
    }),
  );
}

function noticesOf(sources) {
  const parts = Object.entries(libraries).map(
    ([key, { title }]) => `${title}\n${'='.repeat(title.length)}\n\n${sources[key].licence.trim()}\n`,
  );
  return `The prebuilt addon contains these libraries.\n\n${parts.join('\n\n')}`;
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
  const log = join(home, 'libraries.log');
  const descriptor = openSync(log, 'a');
  const { status } = spawnSync(command, args, { cwd: root, stdio: ['ignore', descriptor, descriptor] });
  closeSync(descriptor);
  if (status === 0) return;
  const tail = readFileSync(log, 'utf8').trim().split('\n').slice(-25).join('\n');
  throw new Error(`The libraries could not be built. The end of ${log}:\n${tail}`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  try {
    buildLibraries();
  } catch (error) {
    say(error.message);
    process.exitCode = 1;
  }
}
