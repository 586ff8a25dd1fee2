// SPDX-License-Identifier: BSD-3-Clause

import { statSync } from 'node:fs';
import { AnnDataError, isAnnDataError } from '../errors';
import { UsageError } from './usage-error';

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

/** A key as people write it: with a slash before or behind it, or not. */
export function keyFrom(text: string): string {
  return text.replace(/^\/+|\/+$/g, '');
}

/** Does something with a key of the command line. That there is nothing of that name is no fault of the file: `ERR_NAME`. */
export async function askedFor<T>(key: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isAnnDataError(error) || error.code !== 'ERR_KEY_NOT_FOUND' || error.key !== key) throw error;
    throw new AnnDataError('ERR_NAME', error.reason, { key, file: error.file, cause: error });
  }
}

/** @throws {UsageError} for anything but a whole number, 1 or more */
export function countFrom(text: string, option: string, what: string): number {
  if (/^[1-9]\d*$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new UsageError(`${option} takes ${what}, 1 or more, not ${JSON.stringify(text)}`);
}
