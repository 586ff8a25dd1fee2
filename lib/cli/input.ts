// SPDX-License-Identifier: BSD-3-Clause

import { statSync } from 'node:fs';
import { AnnDataError } from '../errors';

/**
 * Size of an input file in bytes.
 * @throws AnnDataError when there is nothing at that path, or something that is no regular file: opening a pipe would wait
 * for ever.
 */
export function inputBytes(file: string): number {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw new AnnDataError('ERR_FILE_NOT_FOUND', 'there is no such file', { file });
  if (!found.isFile()) {
    throw new AnnDataError(
      'ERR_IO',
      `${found.isDirectory() ? 'a directory' : 'a special file'} is there, an .h5ad file was expected`,
      { file },
    );
  }
  return found.size;
}
