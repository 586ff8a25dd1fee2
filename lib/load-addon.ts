// SPDX-License-Identifier: BSD-3-Clause

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { AnnDataError } from './errors';

/** What a failure to load the addon depends on. */
export interface Surroundings {
  readonly platform: string;
  readonly arch: string;
  /** `glibc 2.36`, `musl`, or '' where there is no such choice. */
  readonly libc: string;
  readonly node: string;
  readonly electron: string | undefined;
  /** Where the addon is looked for. */
  readonly folder: string;
  /** Addons that are there, below `folder`. */
  readonly addons: readonly string[];
  /** Whether the package came with npm, so that its folder has no sources of the build. */
  readonly isInstalled: boolean;
}

/** Loads the addon of the package in a folder, or of the one that ANNDATA_PREBUILD names. */
export function loadAddon<T>(root: string): T {
  try {
    // node-gyp-build prefers build/Release, then the prebuilt addon for this platform.
    return (require('node-gyp-build') as (dir: string) => T)(root);
  } catch (cause) {
    throw new AnnDataError('ERR_ADDON', explain((cause as Error).message, lookAround(root)), { cause });
  }
}

/** The whole message: what failed, where, what was found, what to do. */
export function explain(reason: string, at: Surroundings): string {
  const runtime = at.electron === undefined ? `Node ${at.node}` : `Electron ${at.electron} (Node ${at.node})`;
  const libc = at.libc === '' ? '' : `, ${at.libc}`;
  const found = at.addons.length === 0 ? 'none' : at.addons.join(', ');
  const lines = [
    `the native addon could not be loaded on ${at.platform}-${at.arch}${libc}, ${runtime}: ${reason.trim()}`,
    `  looked in: ${at.folder}`,
    `  addons there: ${found}`,
    ...remedies(reason, at).map((text, i) => `  ${i + 1}. ${text}`),
  ];
  return lines.join('\n');
}

function remedies(reason: string, at: Surroundings): string[] {
  const missing = /([\w.+-]+\.(?:so[\d.]*|dylib|dll)): cannot open shared object|Library not loaded: (\S+)/.exec(
    reason,
  );
  const old = /version [`'](GLIBC\w*_[\d.]+)'/.exec(reason);
  const all: string[] = [];
  if (missing !== null) {
    const name = missing[1] ?? missing[2];
    all.push(`${name} is missing: the addon was compiled against a library that is not here. ${installLine(at)}`);
  }
  if (old !== null) {
    all.push(`This system is older than the prebuilt addon asks for (${old[1]}). Compile it here: ${rebuildLine}`);
  }
  if (at.libc === 'musl' && !at.addons.some((file) => file.includes('musl'))) {
    all.push(
      'There is no prebuilt addon for musl in this package. Compile it here: set LIBC=musl, then '.concat(rebuildLine),
    );
  }
  if (/wrong ELF|invalid ELF|not a mach-o|not a valid Win32|file too short|incompatible architecture/i.test(reason)) {
    all.push(
      'The file is damaged or made for another system: delete node_modules and install on the machine that runs it.',
    );
  }
  if (at.isInstalled) {
    const platforms = at.addons.filter((file) => file.startsWith('prebuilds')).map((file) => file.split(/[\\/]/)[1]);
    if (platforms.length > 0 && !platforms.includes(`${at.platform}-${at.arch}`)) {
      all.push(
        `There are prebuilt addons for ${[...new Set(platforms)].join(', ')} only. Compile it here: ${rebuildLine}`,
      );
    }
    all.push(
      `Was it not compiled, because install scripts were blocked? "npm install-scripts approve anndata" (pnpm: "pnpm approve-builds"), then ${rebuildLine}`,
      `Compiling needs a C++17 compiler, make, Python 3 and HDF5. ${installLine(at)}`,
    );
  } else {
    all.push('In a clone of the repository: "npm run bootstrap".');
  }
  all.push(
    'Bundled by esbuild, Vite, webpack or Next? Keep "anndata" external. In Electron: keep *.node out of the asar archive.',
    'ANNDATA_PREBUILD can name a folder with prebuilds/ or build/Release/ to load the addon from.',
  );
  return all;
}

const rebuildLine = '"npm rebuild anndata".';

function installLine({ platform, libc }: Surroundings): string {
  if (platform === 'darwin') return 'Install it: "brew install hdf5 libdeflate zstd lz4 liblzf c-blosc".';
  if (platform === 'win32')
    return 'Install Visual Studio with C++ and "vcpkg install hdf5 libdeflate zstd lz4 liblzf blosc --triplet x64-windows".';
  if (libc === 'musl')
    return 'Install it: "apk add g++ make python3 hdf5-dev libdeflate-dev zstd-dev lz4-dev liblzf-dev blosc-dev".';
  return 'Install it: "apt-get install g++ make python3 libhdf5-dev libdeflate-dev libzstd-dev liblz4-dev liblzf-dev libblosc-dev" or "dnf install gcc-c++ make python3 hdf5-devel libdeflate-devel libzstd-devel lz4-devel liblzf-devel blosc-devel".';
}

function lookAround(root: string): Surroundings {
  const folder = process.env.ANNDATA_PREBUILD || root;
  return {
    platform: process.platform,
    arch: process.arch,
    libc: process.platform === 'linux' ? libcOf() : '',
    node: process.version,
    electron: process.versions.electron,
    folder,
    addons: addonsIn(folder),
    isInstalled: /[\\/]node_modules[\\/]/.test(root) || !existsSync(join(root, 'scripts', 'bootstrap.mjs')),
  };
}

function libcOf(): string {
  const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined;
  const version = report?.header?.glibcVersionRuntime;
  return version === undefined ? 'musl' : `glibc ${version}`;
}

function addonsIn(folder: string): string[] {
  return ['build/Release', 'build/Debug', 'prebuilds'].flatMap((name) => {
    try {
      return readdirSync(join(folder, name), { recursive: true })
        .map((file) => join(name, String(file)))
        .filter((file) => file.endsWith('.node'));
    } catch {
      return [];
    }
  });
}
