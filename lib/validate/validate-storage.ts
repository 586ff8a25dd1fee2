// SPDX-License-Identifier: BSD-3-Clause

import { isAnnDataError } from '../errors';
import { notAnnData } from '../inspect/identify';
import { bytesBelow } from '../inspect/stored';
import type { Limits, StorageNode, StorageReader } from '../storage/storage';
import { checkAlignment } from './alignment';
import type { Check } from './check';
import { checkElement } from './element';
import type { Findings } from './findings';
import { checkRoot, noteOldFormat } from './layout';

/** What validating calls may be told. */
export interface ValidateOptions {
  /** How much memory the file may ask for. */
  limits?: Partial<Limits> | undefined;
  /** Gives up soon after; the promise is rejected with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Told how far the reading is, in bytes. */
  onProgress?: ((progress: { done: number; total: number; unit: 'bytes' }) => void) | undefined;
}

/** Checks all that can be told from the storage itself; undefined when there is no AnnData in it. */
export async function checkStorage(
  storage: StorageReader,
  options: ValidateOptions & { fileBytes?: number },
  findings: Findings,
): Promise<Check | undefined> {
  const { signal, fileBytes } = options;
  const root = await describeRoot(storage, signal, findings);
  if (root === undefined) return undefined;
  const reason = notAnnData(root);
  if (reason !== null || root.kind !== 'group') {
    findings.error('not-anndata', '', reason ?? 'the root is no group');
    return undefined;
  }
  const check: Check = {
    storage,
    root,
    findings,
    element: checkElement,
    fileBytes,
    signal,
    onBytes: progressOf(root, options),
  };
  for (const node of checkRoot(check)) await checkElement(check, node);
  await checkAlignment(check);
  noteOldFormat(check);
  return check;
}

async function describeRoot(
  storage: StorageReader,
  signal: AbortSignal | undefined,
  findings: Findings,
): Promise<StorageNode | undefined> {
  try {
    return await storage.describe('', { signal });
  } catch (error) {
    if (!isAnnDataError(error) || error.code === 'ERR_IO') throw error;
    findings.error(error.code === 'ERR_LIMIT' ? 'nesting' : 'data', error.key ?? '', error.reason);
    return undefined;
  }
}

function progressOf(root: StorageNode, { onProgress }: ValidateOptions): ((bytes: number) => void) | undefined {
  if (onProgress === undefined) return undefined;
  const total = bytesBelow(root);
  let done = 0;
  return (bytes) => {
    done = Math.min(total, done + bytes);
    onProgress({ done, total, unit: 'bytes' });
  };
}
