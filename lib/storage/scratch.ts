// SPDX-License-Identifier: BSD-3-Clause

import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AnnDataError } from '../errors';

/** What the names of unfinished files begin with; one that is left over after a kill or a power cut can be deleted. */
export const temporaryPrefix = '.anndata-tmp-';

/** A folder in which what does not fit into memory can be put down for the time of one call. */
export class Scratch {
  readonly #files: Promise<ScratchFile>[] = [];

  /** @param bytes - of memory that a block of what is put down may take */
  constructor(
    private readonly folder: string,
    readonly bytes: number,
  ) {}

  /** A new, empty file. */
  open(): Promise<ScratchFile> {
    const file = ScratchFile.create(this.folder);
    this.#files.push(file);
    return file;
  }

  /** Gives all space back. */
  async close(): Promise<void> {
    const files = await Promise.allSettled(this.#files.splice(0));
    for (const file of files) if (file.status === 'fulfilled') await file.value.close();
  }
}

/** A file for bytes in the order in which they come; without a name where the system allows it, so that nothing is left over. */
export class ScratchFile {
  #length = 0;

  private constructor(
    private readonly handle: FileHandle,
    private readonly path: string,
    private readonly folder: string,
  ) {}

  static async create(folder: string): Promise<ScratchFile> {
    const path = join(folder, `${temporaryPrefix}${randomBytes(9).toString('hex')}`);
    try {
      const handle = await open(path, 'wx+', 0o600);
      if (process.platform !== 'win32') await rm(path);
      return new ScratchFile(handle, path, folder);
    } catch (error) {
      throw asIoError(error, folder);
    }
  }

  /** Appends bytes, which must not change meanwhile; gives where they lie. */
  async append(bytes: ArrayBufferView): Promise<number> {
    const at = this.#length;
    this.#length += bytes.byteLength;
    const view = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    try {
      for (let done = 0; done < view.length; ) {
        const { bytesWritten } = await this.handle.write(view, done, view.length - done, at + done);
        done += bytesWritten;
      }
    } catch (error) {
      throw asIoError(error, this.folder);
    }
    return at;
  }

  /** Fills `into` with what lies at a place. */
  async read<T extends ArrayBufferView>(at: number, into: T): Promise<T> {
    const view = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
    try {
      for (let done = 0; done < view.length; ) {
        const { bytesRead } = await this.handle.read(view, done, view.length - done, at + done);
        if (bytesRead === 0) throw new Error('the file ended early');
        done += bytesRead;
      }
    } catch (error) {
      throw asIoError(error, this.folder);
    }
    return into;
  }

  async close(): Promise<void> {
    await this.handle.close();
    if (process.platform === 'win32') await rm(this.path, { force: true });
  }
}

function asIoError(error: unknown, file: string): AnnDataError {
  const reason = `a temporary file in this folder failed: ${(error as Error).message}`;
  return new AnnDataError('ERR_IO', reason, { file, cause: error });
}
