// SPDX-License-Identifier: BSD-3-Clause
//
// Finds libhdf5 and the optional codec libraries. The one place that knows how: CMakeLists.txt, binding.gyp and
// the bootstrap all ask here.
//
//   node scripts/find-libs.mjs                 a table for people
//   node scripts/find-libs.mjs --json          everything
//   node scripts/find-libs.mjs --cmake FILE    writes set(...) commands
//   node scripts/find-libs.mjs --gyp KIND      one value a line; KIND: defines, includes, libraries, rpaths
//
// Looked at, in this order: HDF5_DIR (LZF_DIR, ZSTD_DIR … for the codecs), pkg-config, and header and library files
// below conda's, Homebrew's and vcpkg's prefixes and the system's. A set *_DIR is binding: what is not there is
// missing. ANNDATA_WITHOUT=lz4,blosc leaves codecs out although they are there.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const minimumHdf5 = [1, 10, 7];

export const hdf5 = {
  name: 'hdf5',
  packages: ['hdf5', 'hdf5-serial'],
  header: 'hdf5.h',
  library: 'hdf5',
  env: 'HDF5_DIR',
};

/** Codecs that are built in when their library is there. `packages`: names known to pkg-config. */
export const codecs = [
  { name: 'libdeflate', packages: ['libdeflate'], header: 'libdeflate.h', library: 'deflate', env: 'LIBDEFLATE_DIR' },
  { name: 'lzf', packages: ['liblzf'], header: 'lzf.h', library: 'lzf', env: 'LZF_DIR' },
  { name: 'zstd', packages: ['libzstd'], header: 'zstd.h', library: 'zstd', env: 'ZSTD_DIR' },
  { name: 'lz4', packages: ['liblz4'], header: 'lz4.h', library: 'lz4', env: 'LZ4_DIR' },
  { name: 'blosc', packages: ['blosc'], header: 'blosc.h', library: 'blosc', env: 'BLOSC_DIR' },
];

/** What to install, by system. */
export const packageNames = {
  'Debian, Ubuntu': 'apt-get install libhdf5-dev libdeflate-dev libzstd-dev liblz4-dev liblzf-dev libblosc-dev',
  Fedora: 'dnf install hdf5-devel libdeflate-devel libzstd-devel lz4-devel liblzf-devel blosc-devel',
  Alpine: 'apk add hdf5-dev libdeflate-dev zstd-dev lz4-dev liblzf-dev blosc-dev',
  macOS: 'brew install hdf5 libdeflate zstd lz4 liblzf c-blosc',
  Windows: 'vcpkg install hdf5 libdeflate zstd lz4 liblzf blosc --triplet x64-windows (and set VCPKG_ROOT)',
};

function installAdvice() {
  const width = Math.max(...Object.keys(packageNames).map((s) => s.length));
  return Object.entries(packageNames)
    .map(([system, line]) => `  ${system.padEnd(width)}  ${line}`)
    .join('\n');
}

/** The message for a missing or too old libhdf5. */
export function missingHdf5Message(found) {
  const what = found
    ? `libhdf5 ${found.version} in ${found.includes.join(', ')} is too old: ${minimumHdf5.join('.')} or later is needed`
    : 'libhdf5 was not found (looked at HDF5_DIR, pkg-config, conda, Homebrew, vcpkg and the system folders)';
  return `anndata: ${what}.\nInstall it, then build again:\n${installAdvice()}\nOr set HDF5_DIR to a folder with include/ and lib/.`;
}

/**
 * Finds everything. `hdf5` is null when missing, with `tooOld` set when only an old one is there.
 * Each library: `{ name, version, includes, libDirs, libraries, source }`.
 */
export function findLibraries(env = process.env) {
  const without = new Set((env.ANNDATA_WITHOUT ?? '').split(',').filter(Boolean));
  const prefixes = candidatePrefixes(env);
  const found = find(hdf5, env, prefixes);
  if (found) found.version = hdf5Version(found.includes);
  const good = found && atLeast(found.version, minimumHdf5);
  const there = codecs.map((c) => (without.has(c.name) ? null : find(c, env, prefixes))).filter(Boolean);
  return {
    hdf5: good ? found : null,
    tooOld: found && !good ? found : null,
    codecs: there,
    missing: codecs.map((c) => c.name).filter((name) => !there.some((c) => c.name === name)),
  };
}

function find(wanted, env, prefixes) {
  const own = env[wanted.env];
  if (own) return probe(wanted, [resolve(own)]);
  return fromPkgConfig(wanted, env) ?? probe(wanted, prefixes);
}

function fromPkgConfig(wanted, env) {
  for (const name of wanted.packages) {
    const flags = run('pkg-config', ['--cflags', '--libs', name], env);
    if (flags === null) continue;
    const words = flags.split(/\s+/).filter(Boolean);
    const pick = (prefix) => words.filter((w) => w.startsWith(prefix)).map((w) => w.slice(2));
    const version = run('pkg-config', ['--modversion', name], env) ?? '';
    const includes = pick('-I');
    if (includes.length === 0)
      includes.push(...(run('pkg-config', ['--variable=includedir', name], env) ?? '').split('\n'));
    const libDirs = pick('-L');
    return {
      name: wanted.name,
      version,
      includes: present(includes),
      libDirs,
      libraries: pick('-l'),
      source: `pkg-config ${name}`,
    };
  }
  return null;
}

function probe(wanted, prefixes) {
  for (const prefix of prefixes) {
    const include = ['', 'hdf5/serial', 'liblzf']
      .map((sub) => join(prefix, 'include', sub))
      .find((dir) => existsSync(join(dir, wanted.header)));
    const libDir = include && libraryFolders(prefix).find((dir) => holdsLibrary(dir, wanted.library));
    if (libDir) {
      const libraries = [windowsName(libDir, wanted.library)];
      return { name: wanted.name, version: '', includes: [include], libDirs: [libDir], libraries, source: prefix };
    }
  }
  return null;
}

function libraryFolders(prefix) {
  const base = ['lib', 'lib64'].map((d) => join(prefix, d)).filter(existsSync);
  const multiarch = base.flatMap((dir) =>
    readdirSync(dir)
      .filter((d) => d.includes('-linux-'))
      .map((d) => join(dir, d)),
  );
  return [...base, ...multiarch].flatMap((dir) => [dir, join(dir, 'hdf5', 'serial')]).filter(existsSync);
}

function holdsLibrary(dir, library) {
  const names = [`lib${library}.so`, `lib${library}.dylib`, `lib${library}.a`, `${library}.lib`, `lib${library}.lib`];
  return names.some((n) => existsSync(join(dir, n)));
}

/** On Windows a library may be called libx.lib: there the file's name is what the linker is told. */
function windowsName(dir, library) {
  return !existsSync(join(dir, `${library}.lib`)) && existsSync(join(dir, `lib${library}.lib`))
    ? `lib${library}`
    : library;
}

function candidatePrefixes(env) {
  const prefixes = [];
  if (env.CONDA_PREFIX) prefixes.push(env.CONDA_PREFIX, join(env.CONDA_PREFIX, 'Library'));
  if (env.VCPKG_ROOT) {
    const triplet =
      env.VCPKG_DEFAULT_TRIPLET ??
      `${process.arch}-${{ win32: 'windows', darwin: 'osx' }[process.platform] ?? 'linux'}`;
    prefixes.push(join(env.VCPKG_ROOT, 'installed', triplet));
  }
  const brew = process.platform === 'darwin' ? run('brew', ['--prefix'], env) : null;
  if (brew) prefixes.push(brew);
  if (process.platform !== 'win32') prefixes.push('/opt/homebrew', '/usr/local', '/usr');
  return prefixes;
}

function hdf5Version(includes) {
  for (const dir of [...includes, '/usr/include', '/usr/local/include']) {
    const file = join(dir, 'H5public.h');
    if (!existsSync(file)) continue;
    const text = readFileSync(file, 'utf8');
    return ['MAJOR', 'MINOR', 'RELEASE']
      .map((p) => new RegExp(`define H5_VERS_${p}\\s+(\\d+)`).exec(text)?.[1] ?? '0')
      .join('.');
  }
  return '0.0.0';
}

function atLeast(version, minimum) {
  const parts = version.split('.').map(Number);
  for (let i = 0; i < minimum.length; i++) {
    if ((parts[i] ?? 0) !== minimum[i]) return (parts[i] ?? 0) > minimum[i];
  }
  return true;
}

function run(command, args, env) {
  try {
    return execFileSync(command, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
}

function present(dirs) {
  return dirs.filter((d) => d && existsSync(d));
}

const unique = (list) => [...new Set(list)];

/** The same answer in the shape both build systems take. */
export function buildSettings(found) {
  // Static ones are looked through once: blosc needs zstd and lz4, and the zlib of a libhdf5 of our own.
  const all = [found.hdf5, ...found.codecs].reverse();
  const libDirs = unique(all.flatMap((l) => l.libDirs));
  return {
    defines: codecs.map((c) => `ANNDATA_HAVE_${c.name.toUpperCase()}=${found.missing.includes(c.name) ? 0 : 1}`),
    includes: unique(all.flatMap((l) => l.includes)).filter((d) => d !== '/usr/include'),
    libDirs,
    libraries: unique(all.flatMap((l) => l.libraries)),
    rpaths: process.platform === 'win32' ? [] : libDirs.filter((d) => !/^\/(usr\/)?lib(64)?(\/|$)/.test(d)),
  };
}

/** One line a library, for the build's output. */
export function summary(found) {
  const lines = [found.hdf5, ...found.codecs].map((l) =>
    `anndata: ${l.name} ${l.version} (${l.source})`.replace('  ', ' '),
  );
  for (const name of found.missing) lines.push(`anndata: ${name} not found; this codec is disabled`);
  return lines.join('\n');
}

function cmakeText(found) {
  const settings = buildSettings(found);
  const line = (name, values) => `set(ANNDATA_${name} ${values.map((v) => `"${v.replaceAll('\\', '/')}"`).join(' ')})`;
  return [
    line('DEFINES', settings.defines),
    line('INCLUDE_DIRS', settings.includes),
    line('LIBRARY_DIRS', settings.libDirs),
    line('LIBRARIES', settings.libraries),
    line('RPATHS', settings.rpaths),
    '',
  ].join('\n');
}

/** gyp hands `libraries` to the linker as they are. */
function gypLines(settings, kind) {
  if (kind === 'libraries' && process.platform === 'win32') {
    return settings.libraries.map((l) => {
      const dir = settings.libDirs.find((d) => existsSync(join(d, `${l}.lib`)));
      return dir ? join(dir, `${l}.lib`) : `${l}.lib`;
    });
  }
  if (kind === 'libraries')
    return [...settings.libDirs.map((d) => `-L${d}`), ...settings.libraries.map((l) => `-l${l}`)];
  if (kind === 'rpaths') return settings.rpaths.map((d) => `-Wl,-rpath,${d}`);
  return settings[kind];
}

function main([mode, value]) {
  const found = findLibraries();
  if (mode === '--json') {
    console.log(JSON.stringify(found, null, 2));
    process.exitCode = found.hdf5 ? 0 : 1;
    return;
  }
  if (!found.hdf5) {
    console.error(missingHdf5Message(found.tooOld));
    process.exitCode = 1;
    return;
  }
  if (mode === '--cmake') {
    writeFileSync(value, cmakeText(found));
    console.log(summary(found));
  } else if (mode === '--gyp') {
    for (const line of gypLines(buildSettings(found), value)) console.log(line);
    if (value === 'defines') console.error(summary(found));
  } else {
    console.log(summary(found));
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href)
  main(process.argv.slice(2));
