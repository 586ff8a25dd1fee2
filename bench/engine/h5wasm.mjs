// SPDX-License-Identifier: BSD-3-Clause
//
// The process in which h5wasm is measured, where it is installed: a sanity line beside Python's.

import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { digest } from './canonical.mjs';
import { NotBuilt, serve } from './child.mjs';
import { measure } from './measure.mjs';

const folder = process.env.ANNDATA_H5WASM;
const module = folder ? pathToFileURL(join(resolve(folder), 'dist/node/hdf5_hl.js')).href : 'h5wasm/node';
const hdf5 = await import(module).then(
  async (found) => {
    await found.ready;
    return found;
  },
  () => null,
);

await serve(async ({ workload, request, check }) => {
  if (hdf5 === null) throw new NotBuilt('not installed');
  const { h5wasm } = await import(`./workloads/${workload}.mjs`);
  const { work, parts, close } = await h5wasm({ hdf5 }, request);
  try {
    const { result, ...cost } = await measure(work);
    return check ? { ...cost, digest: digest(parts(result)) } : cost;
  } finally {
    close?.();
  }
});
