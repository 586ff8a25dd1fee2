// SPDX-License-Identifier: BSD-3-Clause
//
// What the addon is built with here: the system's libhdf5 and codecs, or our own made from source, as in the prebuilt
// addons.

import { join } from 'node:path';
import { codecs, hdf5 } from '../find-libs.mjs';
import { root } from './run.mjs';

const own = join(root, 'build', 'hdf5-2.2');

const variants = {
  system: { name: 'system', home: root, env: { ANNDATA_HDF5: 'system' } },
  source: {
    name: 'source',
    home: own,
    env: { ANNDATA_HDF5: 'source', ...prefixes(join(own, 'prefix')), ANNDATA_PREBUILD: own },
  },
};

/** One place for all libraries, as find-libs.mjs takes it. */
function prefixes(folder) {
  return Object.fromEntries([hdf5, ...codecs].map(({ env }) => [env, folder]));
}

/**
 * `system` or `source`: `home`, below which the addon is in build/Release, and the environment to build and test it
 * in. ANNDATA_PREBUILD is where node-gyp-build looks first.
 */
export function hdf5Variant(name) {
  if (!Object.hasOwn(variants, name)) throw new Error(`ANNDATA_HDF5 is "${name}"; it can be: system, source`);
  return variants[name];
}

/** What ANNDATA_HDF5 asks for, a list with commas; else the system's, and with CI=true both. */
export function wantedHdf5() {
  const names = process.env.ANNDATA_HDF5 ?? (process.env.CI === 'true' ? 'system,source' : 'system');
  const wanted = names.split(',').map(hdf5Variant);
  return Object.values(variants).filter((v) => wanted.includes(v)); // the system's first
}
