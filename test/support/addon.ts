// SPDX-License-Identifier: BSD-3-Clause

import { join } from 'node:path';

const root = join(__dirname, '..', '..');

/** The addon the tests run with, found the way the package finds it. */
export function addonFile(): string {
  return (require('node-gyp-build') as { resolve(dir: string): string }).resolve(root);
}

/** Whether it brings a libhdf5 of its own (scripts/build-libraries.mjs), by what the test run says of itself. */
export const hasOwnHdf5 = process.env.ANNDATA_HDF5 === 'source';
