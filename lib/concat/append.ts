// SPDX-License-Identifier: BSD-3-Clause

import { AnnData, annDataOf, isAnnData, takeOver } from '../anndata/anndata';
import { Contents, heldContents } from '../anndata/contents';
import { sameNames } from '../anndata/names';
import { type LeftKind, readAround } from '../anndata/read-contents';
import type { Mode } from '../anndata/types';
import type { Vector } from '../arrays/arrow';
import type { BackedFile } from '../backed';
import { AnnDataError, quote } from '../errors';
import { warn } from '../warnings';
import { concatSteps } from './concat';
import { type ConcatOptions, checkRequest } from './options';
import { runStepsAsync } from './steps';

/** How observations are appended. */
export interface AppendOptions extends Pick<ConcatOptions, 'join' | 'label' | 'keys' | 'indexUnique' | 'fillValue'> {
  /** Ends it with its reason; the object is as it was then. */
  signal?: AbortSignal | undefined;
}

declare module '../anndata/anndata' {
  interface AnnData<S extends Mode = 'memory'> {
    /**
     * Appends the observations of another object to a backed one, by the rules of {@link concat}. X, layers, `raw` and arrays in
     * `obsm` stay in the file, those of the other in its memory (do not change them before the commit), or in its file, which must
     * stay open; `commit()` writes them one below the other, block by block. obs and var are loaded. Views made before stay as they are.
     *
     * - The variables must be the same, in whatever order, unless `join` says which to keep.
     * - Layers, columns of obs and entries of obsm that only one has are dropped (`join: 'outer'`: filled), with a warning; so is `obsp`.
     * - `raw` stays when both have one. `uns` stays that of this object, and so do var, `varm` and `varp`, to which is added
     *   what only the other has.
     *
     * @throws {AnnDataError} `ERR_NAME` listing variables that only one has, `ERR_ARGUMENT` for a view or an object in memory
     *   and while a commit or another append is under way, and what {@link concat} throws; nothing is changed then
     * @example
     * ```ts
     * const backed = await readH5ad('cells.h5ad', { backed: 'r+' });
     * const more = await backed.subset([0, 1]).toMemory();
     * await backed.append(more, { indexUnique: '-' });
     * backed.nObs; // 702
     * await backed.discard();
     * await backed.close();
     * ```
     */
    append(this: AnnData<'backed'>, other: AnnData | AnnData<'backed'>, options?: AppendOptions): Promise<void>;
  }
}

/** See `AnnData.append`. */
async function append(
  adata: AnnData<'backed'>,
  other: AnnData | AnnData<'backed'>,
  { signal, ...options }: AppendOptions = {},
): Promise<void> {
  signal?.throwIfAborted();
  if (!adata.isBacked) {
    throw new AnnDataError('ERR_ARGUMENT', 'observations are appended to backed objects; in memory, concat() them');
  }
  if (adata.isView) throw new AnnDataError('ERR_ARGUMENT', 'a view has no file to append to; append to its object');
  if (!isAnnData(other)) throw new AnnDataError('ERR_ARGUMENT', 'what is appended must be an AnnData');
  const file = adata.file as BackedFile;
  await file.alone('append()', async () => {
    const joined = await join(adata, other, options, signal);
    const { uns } = adata;
    adata[takeOver](new Contents({ ...heldContents(joined as unknown as AnnData<'backed'>), uns, file }));
  });
}

async function join(
  adata: AnnData<'backed'>,
  other: AnnData | AnnData<'backed'>,
  options: Omit<AppendOptions, 'signal'>,
  signal: AbortSignal | undefined,
): Promise<AnnData> {
  await Promise.all(
    [adata, other].map((each) =>
      each.isBacked ? (each as AnnData<'backed'>).load(['obs/_index', 'var/_index']) : undefined,
    ),
  );
  const isAligned = sameNames(adata.varNames, (other as AnnData).varNames);
  if (!isAligned && options.join === undefined) checkSameNames(adata.varNames, (other as AnnData).varNames);
  // What must be moved along the variables is read.
  const isWanted = (slot: string, kind: LeftKind): boolean =>
    kind !== 'matrix' || (!isAligned && (slot === 'varm' || slot === 'varp'));
  const parts: AnnData[] = [];
  for (const each of [adata, other]) {
    if (!each.isBacked) parts.push(each as AnnData);
    else parts.push(annDataOf(await readAround(each as AnnData<'backed'>, { signal }, isWanted)));
  }
  if (options.join === undefined) warnDropped(parts);
  const request = checkRequest(parts, { ...options, merge: 'first' });
  return runStepsAsync(concatSteps({ ...request, file: adata.file as BackedFile }), signal);
}

/** @throws {AnnDataError} `ERR_NAME` listing what only one of them has */
function checkSameNames(ours: Vector, theirs: Vector): void {
  const [own, other] = [new Set(ours), new Set(theirs)] as Set<string | null>[] as [Set<string>, Set<string>];
  const missing = [...own].filter((name) => !other.has(name));
  const added = [...other].filter((name) => !own.has(name));
  if (missing.length === 0 && added.length === 0) return;
  const told = [
    missing.length > 0 ? `the appended object lacks the variables ${listed(missing)}` : '',
    added.length > 0 ? `${missing.length > 0 ? 'it' : 'the appended object'} alone has ${listed(added)}` : '',
  ].filter((text) => text !== '');
  const advice = "say join: 'inner' to keep those that both have, or 'outer' to keep all";
  throw new AnnDataError('ERR_NAME', `${told.join(', and ')}; ${advice}`, { key: 'var' });
}

const mostNames = 5;

function listed(names: readonly string[]): string {
  const shown = names
    .slice(0, mostNames)
    .map((name) => quote(String(name)))
    .join(', ');
  return names.length > mostNames ? `${shown} and ${names.length - mostNames} more` : shown;
}

/** Joining by what all have is silent; here it would lose what lies in a file. */
function warnDropped(parts: readonly AnnData[]): void {
  const dropped = (['obs', 'layers', 'obsm'] as const).flatMap((slot) => {
    const names = parts.map((part) => new Set<string | null>(slot === 'obs' ? part.obs.columns : part[slot].keys()));
    const all = new Set(names.flatMap((each) => [...each]));
    return [...all]
      .filter((name) => name !== null && !names.every((each) => each.has(name)))
      .map((name) => `${slot}/${name}`);
  });
  const pairs = parts.some(({ obsp }) => obsp.size > 0) ? ['obsp'] : [];
  const keys = [...dropped, ...pairs];
  if (keys.length > 0)
    warn('UserWarning', `appending drops ${listed(keys)}: only one object has it, or it lies along observations twice`);
}

Object.defineProperty(AnnData.prototype, 'append', {
  configurable: true,
  writable: true,
  value(this: AnnData<'backed'>, other: AnnData | AnnData<'backed'>, options?: AppendOptions): Promise<void> {
    return append(this, other, options);
  },
});
