// SPDX-License-Identifier: BSD-3-Clause

import { type BigIntStats, close, fstat, open } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { WriteGuard } from '../backed';
import { AnnDataError } from '../errors';
import { native } from '../native';
import { followLinks, isLockRespected, targetTag, temporaryPrefix } from './atomic-file';
import { isSameFile } from './same-file';

/** Descriptors of locks nobody released. */
const forgotten = new FinalizationRegistry<{ descriptor: number }>(({ descriptor }) => close(descriptor));

/** How often the file may be replaced while it is being locked. */
const attempts = 20;

/**
 * The right to replace a file: an advisory lock, which goes with the process, and what the file was when it was taken.
 * Readers, of this package or others, are not held up. Windows and macOS have no such lock; there only changes are noticed.
 */
export class WriteLock implements WriteGuard {
  /** Where the file is, links followed. */
  readonly path: string;
  readonly #held: { descriptor: number };
  #was: BigIntStats;

  private constructor(path: string, descriptor: number, was: BigIntStats) {
    this.path = path;
    this.#held = { descriptor };
    this.#was = was;
    forgotten.register(this, this.#held, this);
  }

  /**
   * Takes the lock of the file that a path leads to, and removes what killed commits to it left behind.
   *
   * @throws {AnnDataError} `ERR_LOCKED`, `ERR_FILE_NOT_FOUND`, `ERR_IO` when the file may not be written
   */
  static async take(path: string): Promise<WriteLock> {
    const file = await followLinks(resolve(path));
    const lock = await WriteLock.#takeAt(file);
    await lock.#sweep().catch(() => undefined); // litter is no reason to fail
    return lock;
  }

  static async #takeAt(path: string): Promise<WriteLock> {
    for (let i = 0; i < attempts; i++) {
      const descriptor = await lockedDescriptor(path);
      const was = await promisify(fstat)(descriptor, { bigint: true });
      // Another one may have put a new file there between opening and locking.
      if (isSameFile(was, await statOf(path))) return new WriteLock(path, descriptor, was);
      await promisify(close)(descriptor);
    }
    throw new AnnDataError('ERR_LOCKED', 'the file is being replaced again and again', { file: path });
  }

  /** What the names of this file's unfinished successors begin with, behind `temporaryPrefix`. */
  get tag(): string {
    return targetTag(this.path);
  }

  /** @throws {AnnDataError} `ERR_CHANGED` when the file is not what it was when it was opened */
  async checkUnchanged(): Promise<void> {
    const now = await statOf(this.path);
    const { size, mtimeNs } = this.#was;
    if (isSameFile(this.#was, now) && now?.size === size && now.mtimeNs === mtimeNs) return;
    const reason =
      'somebody else changed or replaced the file after it was opened, so nothing was written; open it again, or write ' +
      'your version to another path';
    throw new AnnDataError('ERR_CHANGED', reason, { file: this.path });
  }

  /** The lock of the file that is to take the place of this one. */
  async successor(temporaryPath: string): Promise<WriteLock> {
    const descriptor = await lockedDescriptor(temporaryPath);
    const was = await promisify(fstat)(descriptor, { bigint: true });
    return new WriteLock(this.path, descriptor, was);
  }

  /** Whether the path leads to the file that is locked. */
  async isInPlace(): Promise<boolean> {
    return isSameFile(this.#was, await statOf(this.path));
  }

  async release(): Promise<void> {
    if (this.#held.descriptor < 0) return;
    const { descriptor } = this.#held;
    this.#held.descriptor = -1;
    forgotten.unregister(this);
    await promisify(close)(descriptor);
  }

  async #sweep(): Promise<void> {
    if (!(await isLockRespected(this.path))) return;
    const folder = dirname(this.path);
    for (const name of await readdir(folder)) {
      if (name.startsWith(`${temporaryPrefix}${this.tag}`)) await rm(join(folder, name), { force: true });
    }
  }
}

async function lockedDescriptor(path: string): Promise<number> {
  const descriptor = await promisify(open)(path, 'r+').catch((error: NodeJS.ErrnoException) => {
    const code = error.code === 'ENOENT' ? 'ERR_FILE_NOT_FOUND' : 'ERR_IO';
    throw new AnnDataError(code, `the file cannot be opened for changes: ${error.message}`, {
      file: path,
      cause: error,
    });
  });
  if (native().tryLock(descriptor)) return descriptor;
  await promisify(close)(descriptor);
  throw new AnnDataError(
    'ERR_LOCKED',
    'somebody else has the file open for changes; open it with backed: "r" to read it',
    {
      file: path,
    },
  );
}

async function statOf(path: string): Promise<BigIntStats | undefined> {
  return stat(path, { bigint: true }).catch(() => undefined);
}
