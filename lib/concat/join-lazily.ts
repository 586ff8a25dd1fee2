// SPDX-License-Identifier: BSD-3-Clause

import { dims } from '../anndata/aligned-mapping';
import { type AnnData, annDataOf } from '../anndata/anndata';
import { type Contents, withMatrices } from '../anndata/contents';
import { type LeftKind, readAround } from '../anndata/read-contents';
import type { Matrix } from '../anndata/types';
import { type BackedFile, ElementHandle, inFormat, inRowOrder, isStreamed, loadColumn } from '../backed';
import type { Scratch } from '../storage/scratch';
import { concatSteps } from './concat';
import type { Request } from './options';
import { runStepsAsync } from './steps';

/** The joined object, whose large parts are read when they are written. */
export async function joinLazily(
  request: Request,
  scratch: Scratch,
  signal: AbortSignal | undefined,
): Promise<AnnData> {
  const inOrder: Request['inOrder'] = (array: unknown, rows) => {
    if (!isStreamed(array)) return null;
    const source = inRowOrder(array.subset(rows).snapshot(), scratch);
    return ElementHandle.over(source, array) as unknown as Matrix;
  };
  const ready = await prepareInputs(request, scratch, signal);
  return runStepsAsync(concatSteps({ ...ready, inOrder }), signal);
}

/**
 * A request whose backed objects have in memory what a join has to look at; what else lies in files is read later.
 *
 * @param scratch - where matrices that do not lie row by row are put in order, to be read as a whole; null leaves them as they are
 */
export async function prepareInputs(
  request: Request,
  scratch: Scratch | null,
  signal: AbortSignal | undefined,
): Promise<Request> {
  const adatas: AnnData[] = [];
  for (const adata of request.adatas) {
    adatas.push(
      adata.isBacked ? await prepared(adata as unknown as AnnData<'backed'>, request, scratch, signal) : adata,
    );
  }
  const file = (request.adatas.find(({ isBacked }) => isBacked)?.file ?? null) as BackedFile | null;
  return { ...request, adatas, file };
}

/** A backed object with that in memory that a join has to look at. */
async function prepared(
  adata: AnnData<'backed'>,
  { axis, merge, unsMerge }: Request,
  scratch: Scratch | null,
  signal: AbortSignal | undefined,
): Promise<AnnData> {
  const other = dims[axis === 0 ? 1 : 0];
  const isWanted = (slot: string, kind: LeftKind): boolean => {
    if (slot === 'uns') return unsMerge !== null;
    if (slot.startsWith(other)) return merge !== null;
    return kind === 'other';
  };
  const contents = await readAround(adata, { signal }, isWanted);
  await loadColumn(contents.frames[axis === 0 ? 1 : 0], null, { signal });
  if (contents.raw !== null && axis === 0) await loadColumn(contents.raw.var, null, { signal });
  return annDataOf(scratch === null ? contents : storedByRows(contents, scratch));
}

/** What is joined is written row by row: matrices whose rows lie in another order, or by columns, are put in order when they are read. */
function storedByRows(contents: Contents, scratch: Scratch): Contents {
  return withMatrices(contents, <V>(value: V): V => {
    if (!isStreamed(value)) return value;
    const source = inRowOrder(value.snapshot(), scratch);
    return ElementHandle.over(value.format === 'csc' ? inFormat(source, 'csr', scratch) : source, value) as V;
  });
}
