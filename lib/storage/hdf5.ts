// SPDX-License-Identifier: BSD-3-Clause

import { native } from '../native';
import { Hdf5Reader } from './hdf5-reader';
import { Hdf5Writer } from './hdf5-writer';
import { defaultLimits, type Limits, type StorageReader, type StorageWriter } from './storage';

/**
 * Opens an HDF5 file for reading.
 *
 * @param options.limits raise or lower the bounds on what the file may make us do
 * @param options.name what messages call it, when that is not its path
 * @throws AnnDataError `ERR_FILE_NOT_FOUND`, `ERR_NOT_HDF5`, `ERR_IO`, `ERR_HDF5`
 */
export async function openHdf5(
  path: string,
  options: { limits?: Partial<Limits> | undefined; name?: string | undefined } = {},
): Promise<StorageReader> {
  const { name = path } = options;
  const file = await native().open(path, name);
  return new Hdf5Reader(file, name, { ...defaultLimits, ...options.limits });
}

/**
 * Creates a new HDF5 file; what is there already is never touched.
 *
 * @throws AnnDataError `ERR_IO` when something exists at `path` or nothing can be written there
 */
export async function createHdf5(path: string): Promise<StorageWriter> {
  return new Hdf5Writer(await native().create(path), path);
}
