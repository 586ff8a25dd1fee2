// SPDX-License-Identifier: BSD-3-Clause

import type { AnnData } from '../anndata/anndata';
import { keepUnknown, loadUncopied, movesOf, settleMatrices } from '../anndata/plan-backed';
import { type BackedFile, type OpenedFile, requestOf } from '../backed';
import type { ExecuteOptions, RecordingPlan } from '../elements';
import { AnnDataError } from '../errors';
import { openHdf5 } from '../storage/hdf5';
import type { ArrayNode, StorageNode } from '../storage/storage';
import { writeFile } from './write-file';
import { checkMemory, planH5ad, type WriteH5adOptions } from './write-h5ad';
import type { WriteLock } from './write-lock';

/** How a commit writes what was changed; the rest stays as it is stored. */
export type CommitOptions = Omit<WriteH5adOptions, 'asDense' | 'formats'>;

/** See `AnnData.commit`. */
export async function commit(adata: AnnData<'backed'>, options: CommitOptions = {}): Promise<void> {
  options.signal?.throwIfAborted();
  const lock = lockOf(adata);
  const file = adata.file as BackedFile;
  await file.commitWith(async (opened) => {
    checkMemory(options.maxMemory);
    await lock.current.checkUnchanged();
    await loadUncopied(adata, requestOf({ signal: options.signal }, 0));
    const plan = planH5ad(adata as unknown as AnnData, { ...options, asDense: undefined, formats: undefined });
    keepUnknown(plan, { root: file.root, storage: file.storage, find: (key) => file.find(key) });
    const moves = movesOf(plan, file);
    await replace(lock, opened, plan, options, (next) => {
      file.adopt(next, moves);
      settleMatrices(plan, file, opened.storage);
    });
  });
}

/** The lock of the file that is there now. */
export class CurrentLock {
  constructor(public current: WriteLock) {}

  release(): Promise<void> {
    return this.current.release();
  }
}

function lockOf({ isBacked, isView, file }: AnnData<'backed'>): CurrentLock {
  if (!isBacked) throw new AnnDataError('ERR_ARGUMENT', 'an object in memory has no file; use writeH5ad(path)');
  const at = { file: file.filename };
  if (isView) throw new AnnDataError('ERR_ARGUMENT', 'a view has no file of its own; commit its object', at);
  const { guard } = file as BackedFile;
  if (guard instanceof CurrentLock) return guard;
  throw new AnnDataError('ERR_ARGUMENT', 'the file was opened read-only; open it with backed: "r+" to commit', at);
}

async function replace(
  lock: CurrentLock,
  opened: OpenedFile,
  plan: RecordingPlan,
  options: ExecuteOptions,
  adopt: (next: OpenedFile) => void,
): Promise<void> {
  const old = lock.current;
  let next: { lock: WriteLock; opened: OpenedFile } | null = null;
  const beforeRename = async (temporary: string): Promise<void> => {
    const { location, limits } = opened.storage;
    const successor = await old.successor(temporary);
    const storage = await openHdf5(temporary, { limits, name: location }).catch(async (error: unknown) => {
      await successor.release();
      throw error;
    });
    next = { lock: successor, opened: { ...opened, storage, root: await storage.describe('') } };
    verify(plan, next.opened);
    await old.checkUnchanged();
  };
  const finish = async (): Promise<void> => {
    if (next === null) return;
    const { lock: successor, opened: made } = next;
    // The file may be in place though something failed afterwards.
    if (await successor.isInPlace()) {
      lock.current = successor;
      adopt(made);
      await old.release();
    } else {
      await made.storage.close();
      await successor.release();
    }
  };
  try {
    await writeFile(old.path, plan, { ...options, tag: old.tag, beforeRename });
  } finally {
    await finish();
  }
}

/** Looks at the new file with fresh eyes before it takes the place of the old one. */
function verify(plan: RecordingPlan, { storage, root }: OpenedFile): void {
  const made = plan.operations.flatMap((operation) =>
    operation.kind === 'later' ? (operation.made ?? []) : operation,
  );
  for (const operation of made) {
    if (operation.kind === 'copyAttrs') continue;
    const node = nodeAt(root, operation.key);
    const expected = operation.kind === 'copy' ? operation.node : expectedOf(operation);
    if (expected.kind === 'refused') continue;
    const shapes = [expected, node].map((one) => JSON.stringify(one?.kind === 'array' ? one.shape : null));
    if (node?.kind === expected.kind && shapes[0] === shapes[1]) continue;
    const reason = 'the file that was written does not hold what it should; the old file is untouched';
    throw new AnnDataError('ERR_IO', reason, { file: storage.location, key: operation.key });
  }
}

/** What an element looks like that was not carried over. */
function expectedOf(
  operation: RecordingPlan['operations'][number],
): Pick<ArrayNode, 'kind' | 'shape'> | { kind: 'group' } {
  const spec = operation.kind === 'array' || operation.kind === 'stream' ? operation.spec : null;
  return spec === null ? { kind: 'group' } : { kind: 'array', shape: spec.shape === null ? null : [...spec.shape] };
}

function nodeAt(root: StorageNode, key: string): StorageNode | undefined {
  let node: StorageNode | undefined = root;
  for (const name of key === '' ? [] : key.split('/')) {
    node = node?.kind === 'group' ? node.children?.get(name) : undefined;
  }
  return node;
}
