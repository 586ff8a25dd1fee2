// SPDX-License-Identifier: BSD-3-Clause

import { createHash, randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { chmod, chown, type FileHandle, lstat, open, readdir, readlink, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { AnnDataError, isAnnDataError } from '../errors';
import { native } from '../native';
import { temporaryPrefix } from '../storage/scratch';

export { temporaryPrefix };

/** How a file is replaced. */
export interface ReplaceOptions {
  signal?: AbortSignal | undefined;
  /** Goes into the name of the temporary file, whose leftovers are then the caller's business. */
  tag?: string | undefined;
  /** Called when the new file is complete and on the disk; what it throws keeps the old one. */
  beforeRename?: ((temporaryPath: string) => Promise<void>) | undefined;
}

/**
 * Replaces (or creates) the file at `target` by one that `write` makes at the path it is given, in the same folder.
 * Until the new file is complete and on the disk the old one is untouched; whatever fails, the temporary file is
 * removed. A symbolic link is followed: the file it points to is replaced. Mode and, where allowed, owner stay. What a process
 * that died left of this target is removed first.
 *
 * @param write - creates the file (it must not exist yet), calls `hold` when it is there, and, when it fails, lets go of it before
 *   rejecting
 * @throws what `write` throws, the signal's reason, or `ERR_IO`, `ERR_FILE_NOT_FOUND` (no such folder)
 */
export async function replaceFile(
  target: string,
  write: (temporaryPath: string, hold: () => Promise<void>) => Promise<void>,
  options: ReplaceOptions = {},
): Promise<void> {
  options.signal?.throwIfAborted();
  const path = await followLinks(resolve(target));
  const old = await existing(path);
  const folder = dirname(path);
  await checkFolder(folder);
  // A lock may be known to its own host only, so each host has names of its own.
  const own = `w${tagOf(`${hostname()}/${basename(path)}`)}`;
  if (options.tag === undefined) await sweep(folder, own).catch(() => undefined); // litter is no reason to fail
  const temporary = join(folder, `${temporaryPrefix}${options.tag ?? own}${randomBytes(9).toString('hex')}`);
  let held: FileHandle | undefined;
  try {
    await write(temporary, async () => {
      if (options.tag === undefined) held = await locked(temporary);
    });
    await keepOwnership(temporary, old);
    await syncFile(temporary);
    await options.beforeRename?.(temporary);
    options.signal?.throwIfAborted();
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw asIoError(aboutTarget(error, temporary, path), path);
  } finally {
    await held?.close();
  }
  await syncFolder(folder, path);
}

/** What the names of unfinished successors of a file have in common. */
export function targetTag(path: string): string {
  return tagOf(basename(path));
}

function tagOf(name: string): string {
  return `${createHash('sha256').update(name).digest('hex').slice(0, 12)}-`;
}

/** Milliseconds a new file has to be locked by who made it. */
const patience = 2000;

/** Removes unfinished files of a target that nobody holds. Where there are no such locks they stay. */
async function sweep(folder: string, tag: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(`${temporaryPrefix}${tag}`)) await removeLeftover(join(folder, name)).catch(() => undefined);
  }
}

async function removeLeftover(path: string): Promise<void> {
  const { birthtimeMs, mtimeMs } = await stat(path);
  const handle = Date.now() - (birthtimeMs || mtimeMs) > patience ? await locked(path) : undefined;
  if (handle === undefined) return;
  try {
    if (await isLockRespected(path)) await rm(path, { force: true });
  } finally {
    await handle.close();
  }
}

/**
 * Whether a lock that is held keeps others away, as it is said to. On Windows and macOS, and on file systems without locks,
 * everybody is given one: there, nobody can be told from a process that is still writing.
 */
export async function isLockRespected(path: string): Promise<boolean> {
  const another = await locked(path);
  await another?.close();
  return process.platform === 'linux' && another === undefined;
}

/** The file, open and locked; undefined when somebody else has it, or nobody can. */
async function locked(path: string): Promise<FileHandle | undefined> {
  if (process.platform !== 'linux') return undefined;
  const handle = await open(path, 'r+');
  if (native().tryLock(handle.fd)) return handle;
  await handle.close();
  return undefined;
}

/** The path behind a chain of symbolic links, also when nothing exists there yet. */
export async function followLinks(path: string): Promise<string> {
  let current = path;
  for (let hops = 0; hops < 40; hops++) {
    const info = await lstat(current).catch((error: NodeJS.ErrnoException) => absent(error, path));
    if (info === undefined || !info.isSymbolicLink()) return current;
    current = resolve(dirname(current), await readlink(current));
  }
  throw new AnnDataError('ERR_IO', 'too many symbolic links', { file: path });
}

async function existing(path: string): Promise<Stats | undefined> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => absent(error, path));
  if (info?.isDirectory())
    throw new AnnDataError('ERR_IO', 'there is a folder at that path, not a file', { file: path });
  if (info !== undefined && !info.isFile()) {
    throw new AnnDataError('ERR_IO', 'there is a device, socket or pipe at that path; only files are replaced', {
      file: path,
    });
  }
  return info;
}

async function checkFolder(folder: string): Promise<void> {
  const info = await stat(folder).catch((error: NodeJS.ErrnoException) => absent(error, folder));
  if (info === undefined)
    throw new AnnDataError('ERR_FILE_NOT_FOUND', 'the folder to write to does not exist', { file: folder });
  if (!info.isDirectory()) throw new AnnDataError('ERR_IO', 'the parent of the path is not a folder', { file: folder });
}

function absent(error: NodeJS.ErrnoException, path: string): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw asIoError(error, path);
}

async function keepOwnership(temporary: string, old: Stats | undefined): Promise<void> {
  if (old === undefined || process.platform === 'win32') return;
  const made = await stat(temporary);
  // Only a privileged process may give a file away; a new owner is better than no save.
  if (made.uid !== old.uid || made.gid !== old.gid) await chown(temporary, old.uid, old.gid).catch(() => undefined);
  await chmod(temporary, old.mode & 0o7777);
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes the rename itself durable. Windows has no such call. */
async function syncFolder(folder: string, path: string): Promise<void> {
  if (process.platform === 'win32') return;
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    // Some network and virtual file systems refuse to sync a folder; that says nothing about the data.
    if (['EINVAL', 'ENOTSUP', 'EACCES', 'EPERM', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return;
    throw asIoError(error, path);
  }
}

/** The caller knows nothing of the temporary file: an error about it is one about the target. */
function aboutTarget(error: unknown, temporary: string, path: string): unknown {
  if (!isAnnDataError(error) || error.file !== temporary) return error;
  return new AnnDataError(error.code, error.reason, { file: path, key: error.key, cause: error.cause ?? error });
}

/** Node's own errors as `ERR_IO`; anything else as it is. */
function asIoError(error: unknown, file: string): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (isAnnDataError(error) || typeof code !== 'string' || !/^E[A-Z0-9]+$/.test(code)) return error;
  return new AnnDataError('ERR_IO', `the file could not be written: ${(error as Error).message}`, {
    file,
    cause: error,
  });
}
