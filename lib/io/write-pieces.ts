// SPDX-License-Identifier: BSD-3-Clause

import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { replaceFile } from './atomic-file';

/** Writes pieces to a file that takes the place of `path` once it is complete; when anything fails, nothing is left. */
export async function writePieces(
  path: string,
  pieces: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const write = async (temporary: string, hold: () => Promise<void>): Promise<void> => {
    const file = await open(temporary, 'wx');
    await hold().catch(async (error) => {
      await file.close();
      throw error;
    });
    await pipeline(Readable.from(pieces), file.createWriteStream(), { signal }).catch((error) => {
      // Node has an error of its own for that.
      signal?.throwIfAborted();
      throw error;
    });
  };
  await replaceFile(path, write, { signal });
}
