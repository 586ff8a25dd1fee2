// SPDX-License-Identifier: BSD-3-Clause
//
// The two libhdf5 the addon is built with here: the system's, and one of our own made from source.

import { join } from 'node:path';
import { root } from './run.mjs';

const own = join(root, 'build', 'hdf5-2.2');

const variants = {
  system: { name: 'system', home: root, env: { ANNDATA_HDF5: 'system' } },
  source: {
    name: 'source',
    home: own,
    env: { ANNDATA_HDF5: 'source', HDF5_DIR: join(own, 'prefix'), ANNDATA_PREBUILD: own },
  },
};

/**
 * `system` or `source`: `home`, below which the addon is in build/Release, and the environment to build and test it
 * in. HDF5_DIR is for find-libs.mjs; ANNDATA_PREBUILD is where node-gyp-build looks first.
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
