// SPDX-License-Identifier: BSD-3-Clause

import { sizeOf } from '../arrays/dtype';
import { memoryBytes } from '../backed';
import type { Progress } from '../elements';
import type { ReadContext } from '../elements/registry';
import { sumUp } from '../elements/sum-up';
import { AnnDataError } from '../errors';
import type { Limits, StorageNode, StorageReader } from '../storage/storage';
import { type WarningCategory, warn } from '../warnings';

/** What reading calls may be told. */
export interface ReadFileOptions {
  /** Bounds on what the file may make us do. */
  limits?: Partial<Limits> | undefined;
  /** Gives up between two pieces; the promise is rejected with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Told how many of the expected bytes of memory are filled. */
  onProgress?: ((progress: Progress) => void) | undefined;
  /** Takes warnings instead of `process.emitWarning`. */
  onWarning?: ((warning: FileWarning) => void) | undefined;
}

/** Something odd but readable in a file. */
export interface FileWarning {
  /** What kind it is. */
  category: WarningCategory;
  /** What was found. */
  message: string;
  /** Where in the file. */
  key: string;
}

/**
 * What readers share while `root` is read: the signal, the running sum for `onProgress`, warnings (an old format is
 * reported once a file, anything else once a key).
 *
 * @throws {AnnDataError} `ERR_LIMIT` when all arrays below `root` together pass `limits.maxBytes`
 */
export function makeContext(
  storage: StorageReader,
  root: StorageNode,
  options: ReadFileOptions,
): ReadContext & { finish(): void } {
  const { total, largest } = expectedBytes(root);
  const { maxBytes } = storage.limits;
  if (total > maxBytes) {
    throw new AnnDataError(
      'ERR_LIMIT',
      `the arrays would take ${total} bytes of memory, the limit is ${maxBytes}; raise limits.maxBytes`,
      {
        file: storage.location,
        key: largest.key,
      },
    );
  }
  const progress = sumUp(total, options.onProgress);
  return {
    storage,
    signal: options.signal,
    onBytes: progress.add,
    warn: warningsOf(storage.location, options.onWarning),
    finish: progress.finish,
  };
}

/** Where warnings about a file go. */
export function warningsOf(file: string, onWarning: ReadFileOptions['onWarning']): ReadContext['warn'] {
  const given = new Set<string>();
  return (message, key, category = 'UserWarning') => {
    const once = category === 'OldFormatWarning' ? category : `${category}\0${key}\0${message}`;
    if (given.has(once)) return;
    given.add(once);
    if (onWarning === undefined) warn(category, `${message} (key ${JSON.stringify(key)} in ${JSON.stringify(file)})`);
    else onWarning({ category, message, key });
  };
}

/** Bytes of memory the arrays below a node will take, and the largest of them; of text only references are known. */
function expectedBytes(node: StorageNode): { total: number; largest: { key: string; bytes: number } } {
  const largest = { key: node.key, bytes: 0 };
  const visit = (member: StorageNode): number => {
    if (member.kind === 'refused') return 0;
    if (member.kind === 'group')
      return [...(member.children?.values() ?? [])].reduce((sum, child) => sum + visit(child), 0);
    const bytes = member.shape === null ? 0 : sizeOf(member.shape) * memoryBytes(member.type);
    if (bytes > largest.bytes) Object.assign(largest, { key: member.key, bytes });
    return bytes;
  };
  return { total: visit(node), largest };
}
