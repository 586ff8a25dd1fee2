// SPDX-License-Identifier: BSD-3-Clause

import { join } from 'node:path';
import { type AnnData, annDataOf, isAnnData } from '../anndata/anndata';
import { withMatrices } from '../anndata/contents';
import { slice } from '../anndata/indexing';
import { readAround } from '../anndata/read-contents';
import { joinArrays } from '../arrays/join-arrays';
import { ElementHandle, inRowOrder, isStreamed } from '../backed';
import { AnnDataError, quote } from '../errors';
import type { Column } from '../frame/column';
import { DataFrame } from '../frame/data-frame';
import { readHeld } from '../frame/lazy-column';
import { type SortOptions, sortedPositions } from '../frame/sort-rows';
import type { Scratch } from '../storage/scratch';
import { readH5ad } from './read-h5ad';
import { scratchBeside, type WriteH5adOptions, writeH5ad } from './write-h5ad';

/** What is written anew: the path of a file, or an object, in memory or backed, or a view of one. */
export type DiskSource = string | AnnData | AnnData<'backed'>;

/**
 * Writes an object, or a view, whose rows and columns are any, to a file, block by block; the same as {@link writeH5ad}. Rows in another
 * order than in their file are put in order by way of a scratch file beside the target, so that each chunk is decoded once.
 *
 * @throws {AnnDataError} what {@link writeH5ad} throws
 * @example
 * ```ts
 * const backed = await readH5ad('cells.h5ad', { backed: 'r', load: ['obs/louvain'] });
 * await subsetToDisk(backed.subset(where('louvain', 'CD19+ B'), slice(0, 100)), 'b-cells.h5ad', { compression: 'gzip' });
 * await backed.close();
 * ```
 */
export function subsetToDisk(
  view: AnnData | AnnData<'backed'>,
  path: string,
  options: WriteH5adOptions = {},
): Promise<void> {
  return writeH5ad(path, view, options);
}

/** How rows are sorted on disk. */
export interface SortToDiskOptions extends WriteH5adOptions, SortOptions {}

/**
 * Writes an object with its observations sorted by a column of obs; equal ones keep their order. Memory: `maxMemory`, and 16 bytes a row.
 *
 * @param source - path of a file, or an object
 * @param by - the column, or several
 * @throws {AnnDataError} `ERR_NAME` for a column that is not there, and what {@link writeH5ad} throws
 * @example
 * ```ts
 * await sortToDisk('cells.h5ad', 'sorted.h5ad', 'louvain');
 * ```
 */
export async function sortToDisk(
  source: DiskSource,
  path: string,
  by: string | readonly string[],
  { descending, missing, ...options }: SortToDiskOptions = {},
): Promise<void> {
  await withSource(source, options.signal, async (adata) => {
    const names = typeof by === 'string' ? [by] : by;
    const frame = await columnsOf(adata, names, options.signal);
    const sorting = { ...(descending !== undefined && { descending }), ...(missing !== undefined && { missing }) };
    await writeH5ad(path, adata.subset(sortedPositions(frame, names, sorting)), options);
  });
}

/** One of the files that an object was split into. */
export interface SplitPart {
  /** The value of the column. */
  readonly value: string;
  /** Where it was written. */
  readonly path: string;
  /** Rows that have the value. */
  readonly nObs: number;
}

/** How an object is split. */
export interface SplitToDiskOptions extends WriteH5adOptions {
  /** Name of the file for a value, without folder; by default the value, with what file names cannot hold percent-encoded, and `.h5ad`. */
  filename?: ((value: string) => string) | undefined;
}

/**
 * Splits an object by a column of obs: a file for each of its values, with the rows in their old order. Rows without a value go nowhere.
 * Each chunk is decoded once, however many values there are; those of a csc matrix once a value. Do not change an object before it settles.
 *
 * @param folder - which must exist; files in it that have the same names are replaced, one after the other
 * @throws {AnnDataError} `ERR_NAME` for a column that is not there, `ERR_ARGUMENT` when two values give one file name, and what
 *   {@link writeH5ad} throws; files that were complete by then stay
 * @example
 * ```ts
 * const parts = await splitToDisk('cells.h5ad', 'louvain', '.');
 * parts.map(({ value, nObs }) => `${value}: ${nObs}`);
 * ```
 */
export async function splitToDisk(
  source: DiskSource,
  by: string,
  folder: string,
  { filename = partName, ...options }: SplitToDiskOptions = {},
): Promise<SplitPart[]> {
  const scratch = scratchBeside(join(folder, 'part'), options.maxMemory);
  try {
    return await withSource(source, options.signal, async (adata) => {
      const groups = Array.from(
        (await columnsOf(adata, [by], options.signal)).groupBy(by).indices,
        ([value, rows]) => ({ value: String(value), rows }),
      );
      const parts = groups.map(({ value, rows }) => ({
        value,
        path: join(folder, filename(value)),
        nObs: rows.length,
      }));
      checkPaths(parts);
      const order = joinArrays([new Int32Array(0), ...groups.map(({ rows }) => rows)]);
      const arranged = await inOrder(adata, order, scratch, options.signal);
      let first = 0;
      for (const { path, nObs } of parts) {
        await writeH5ad(path, arranged.subset(slice(first, first + nObs)), options);
        first += nObs;
      }
      return parts;
    });
  } finally {
    await scratch.close();
  }
}

/** Opens what is a path, and closes it in the end. */
async function withSource<T>(
  source: DiskSource,
  signal: AbortSignal | undefined,
  work: (adata: AnnData) => Promise<T>,
): Promise<T> {
  if (typeof source !== 'string') {
    if (!isAnnData(source)) throw new AnnDataError('ERR_ARGUMENT', 'a path or an AnnData was expected');
    return work(source as AnnData);
  }
  const backed = await readH5ad(source, { backed: 'r', signal });
  try {
    return await work(backed as unknown as AnnData);
  } finally {
    await backed.close();
  }
}

/** Some columns of obs, in memory. */
async function columnsOf(
  { obs }: AnnData,
  names: readonly string[],
  signal: AbortSignal | undefined,
): Promise<DataFrame> {
  const columns: [string, Column][] = [];
  for (const name of new Set(names)) columns.push([name, await readHeld(obs.held(name), { signal })]);
  return new DataFrame({ columns });
}

/** An object with its observations in another order, whose large matrices are put in order once, whatever is taken of it. */
async function inOrder(
  adata: AnnData,
  order: Int32Array,
  scratch: Scratch,
  signal: AbortSignal | undefined,
): Promise<AnnData> {
  const view = adata.subset(order);
  if (!adata.isBacked) return view;
  const contents = await readAround(view as unknown as AnnData<'backed'>, { signal });
  const arranged = <V>(value: V): V => {
    if (!isStreamed(value)) return value;
    return ElementHandle.over(inRowOrder(value.snapshot(), scratch), value) as V;
  };
  return annDataOf(withMatrices(contents, arranged));
}

/** @throws {AnnDataError} `ERR_ARGUMENT` when two parts would go to one file */
function checkPaths(parts: readonly SplitPart[]): void {
  const values = new Map<string, string>();
  for (const { value, path } of parts) {
    const other = values.get(path);
    if (other !== undefined) {
      const reason = `the values ${quote(other)} and ${quote(value)} would both be written there; give other names with filename`;
      throw new AnnDataError('ERR_ARGUMENT', reason, { file: path });
    }
    values.set(path, value);
  }
}

/** A value as a name of a file on any system: what it cannot hold is percent-encoded. */
export function partName(value: string): string {
  const unsafe = /[\p{Cc}"%*/:<>?\\|]|^\.|[. ]$/gu;
  const safe = value.replace(unsafe, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
  return `${safe === '' ? '%' : safe}.h5ad`;
}
