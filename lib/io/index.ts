// SPDX-License-Identifier: BSD-3-Clause

import './anndata-methods';

export {
  type DiskSource,
  type SortToDiskOptions,
  type SplitPart,
  type SplitToDiskOptions,
  sortToDisk,
  splitToDisk,
  subsetToDisk,
} from './arrange-on-disk';
export type { CommitOptions } from './commit';
export { type ConcatOnDiskOptions, concatOnDisk, type DiskInput } from './concat-on-disk';
export type { FileWarning, ReadFileOptions } from './read-context';
export { readElem } from './read-elem';
export { type BackedOptions, type ReadH5adOptions, readH5ad } from './read-h5ad';
export { type WriteCsvsOptions, writeCsvs } from './write-csvs';
export { type WriteH5adOptions, writeH5ad } from './write-h5ad';
