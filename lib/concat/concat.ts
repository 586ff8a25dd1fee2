// SPDX-License-Identifier: BSD-3-Clause

import { dims } from '../anndata/aligned-mapping';
import { AnnData, annDataOf } from '../anndata/anndata';
import { Contents } from '../anndata/contents';
import { type AnnDataInit, BackedInit } from '../anndata/init';
import { warnDuplicates } from '../anndata/names';
import type { RawParts } from '../anndata/raw';
import type { AxisValue, Matrix } from '../anndata/types';
import { utf8Data, utf8Vector, type Vector, validityBytes } from '../arrays/arrow';
import { codesArray, dictionaryParts, dictionaryVector } from '../arrays/dictionary';
import { repeatSteps } from '../arrays/duplicates';
import { AnnDataError, isAnnDataError } from '../errors';
import type { Column } from '../frame/column';
import { categorical } from '../frame/column-from';
import { DataFrame } from '../frame/data-frame';
import { settings } from '../settings';
import { warn } from '../warnings';
import { type Alignment, alignNames, commonIndexName } from './alignment';
import { type Block, type Indexer, rowsOf, same } from './indexer';
import { joinText } from './join-columns';
import { joinFrames, type Names, reindexFrame } from './join-frames';
import { columnOfParts } from './lazy-columns';
import { mergeMappings, mergeUns } from './merge';
import { type ConcatInput, type ConcatOptions, checkRequest, type Request } from './options';
import { reindexMatrix, reindexRows, stackAxisArrays, stackDiagonal, stackMatrices } from './slots';
import { pieceSize, runSteps, runStepsAsync, type Steps } from './steps';

/**
 * Objects side by side in one, by Python's rules: along observations (or variables), with the names of the other axis that all
 * have (`join: 'inner'`) or that any has (`'outer'`).
 *
 * - X and layers are cut or filled to the shared names. One sparse matrix among them makes the result CSR.
 * - `obs` gets the rows of all; categoricals all categories, integers that are missing somewhere become float64.
 * - `obsm` arrays are cut to the narrowest or padded to the widest, frames go by column.
 * - What lies along the other axis, and `uns`, is kept as `merge` and `unsMerge` say; `raw` if all have one.
 *
 * Memory: each array of the result is allocated once and filled object by object; inputs are not changed or kept, except values that
 * `merge` and `unsMerge` choose, which are shared. For large objects see {@link concatAsync}.
 *
 * @throws {AnnDataError} `ERR_ARGUMENT` for options or values that cannot be joined, `ERR_NAME` when a name of the other axis
 * comes twice and the objects' names differ, `ERR_UNWRITEABLE` for a column that is text here and numbers there
 *
 * @example
 * ```ts
 * const all = concat({ control: adata, treated: adata.copy() }, { label: 'batch', indexUnique: '-', join: 'outer' });
 * all.obs.get('batch').get(2); // 'treated'
 * all.obsNames.get(2); // '0-treated'
 * ```
 */
export function concat(adatas: ConcatInput, options: ConcatOptions = {}): AnnData {
  const request = checkRequest(adatas, options);
  const backed = request.adatas.findIndex(({ isBacked }) => isBacked);
  if (backed >= 0) {
    const reason = `object ${backed} lies in a file: await concatAsync(…), which reads it, or bring it into memory with toMemory()`;
    throw new AnnDataError('ERR_ARGUMENT', reason);
  }
  return runSteps(concatSteps(request));
}

/**
 * The same as {@link concat} in small pieces, so that the event loop turns meanwhile. Do not change the objects before it settles.
 * Backed objects, and views of them, are read into memory first, one after the other; to join what does not fit, see
 * `AnnData.append`.
 *
 * @throws the signal's reason when it is aborted; `ERR_CLOSED` for a backed object that was closed
 *
 * @example
 * ```ts
 * const all = await concatAsync([adata, adata], { join: 'outer', signal: AbortSignal.timeout(60_000) });
 * ```
 */
export async function concatAsync(
  adatas: ConcatInput<AnnData | AnnData<'backed'>>,
  { signal, ...options }: ConcatOptions & { signal?: AbortSignal } = {},
): Promise<AnnData> {
  signal?.throwIfAborted();
  const request = checkRequest(adatas as ConcatInput, options);
  const read: AnnData[] = [];
  for (const adata of request.adatas) read.push(adata.isBacked ? await adata.toMemory({ signal }) : adata);
  return runStepsAsync(concatSteps({ ...request, adatas: read }), signal);
}

export function* concatSteps(request: Request): Steps<AnnData> {
  const { adatas, axis, join, joinColumns } = request;
  const alt = axis === 0 ? 1 : 0;
  const lengths = adatas.map(({ shape }) => shape[axis]);
  const frames = adatas.map((adata) => adata[dims[axis]]);
  const others = adatas.map((adata) => adata[dims[alt]]);
  const names = yield* joinNames(frames, lengths, request);
  yield;
  const alignment = yield* alignNames(others, join, `${dims[alt]}Names`);
  yield;
  const joined = yield* joinFrames(frames, lengths, joinColumns, names, dims[axis]);
  yield;
  if (request.label !== null) joined.setColumn(request.label, labelColumn(lengths, request.keys));
  const layers = yield* joinLayers(request, lengths, alignment);
  const arrays = yield* joinAxisArrays(request, lengths, names);
  const pairs = request.pairwise ? yield* joinPairs(request, lengths) : new Map<string, Matrix>();
  const kept = yield* mergeOther(request, others, alignment);
  const raw = yield* joinRaw(request);
  const uns = mergeUns(
    adatas.map((adata) => adata.uns),
    request.unsMerge,
  );
  const [obs, variables] = axis === 0 ? [joined, kept.frame] : [kept.frame, joined];
  const [obsm, varm] = axis === 0 ? [arrays, kept.arrays] : [kept.arrays, arrays];
  const [obsp, varp] = axis === 0 ? [pairs, kept.pairs] : [kept.pairs, pairs];
  // Whether names are unique, which the constructor asks, is remembered.
  if (settings.checkUniqueness) {
    for (const frame of [obs, variables]) if (frame.isLoaded(null)) yield* repeatSteps(frame.index);
  }
  if (request.stacksLater) return holding({ frames: [obs, variables], uns, layers, obsm, varm, obsp, varp });
  return made({ obs, var: variables, layers, obsm, varm, obsp, varp, uns, raw }, request);
}

/** An object in memory, or in the file that its matrices lie in. */
function made(members: AnnDataInit, { file }: Request): AnnData {
  return new AnnData(file === null ? members : (new BackedInit(members, file) as AnnDataInit));
}

/** An object of matrices that are still to be put together, which nobody but its views may look at. */
function holding({ obsm, varm, obsp, varp, ...members }: Holding): AnnData {
  warnDuplicates(members.frames[0].index, 0);
  return annDataOf(Contents.of({ ...members, axisArrays: [obsm, varm], pairs: [obsp, varp] }));
}

interface Holding extends Pick<Contents, 'frames' | 'uns' | 'layers'> {
  readonly obsm: Map<string, AxisValue>;
  readonly varm: Map<string, AxisValue>;
  readonly obsp: Map<string, Matrix>;
  readonly varp: Map<string, Matrix>;
}

/** The names of all rows, with their keys when asked for. */
function* joinNames(
  frames: readonly DataFrame[],
  lengths: readonly number[],
  { axis, keys, indexUnique }: Request,
): Steps<Names> {
  const held = frames.map(({ heldIndex }) => heldIndex);
  const index = yield* columnOfParts(held, lengths, `${dims[axis]}/_index`, function* (columns) {
    const parts: Column[] = [];
    for (const [i, column] of (columns as Column[]).entries()) {
      parts.push(indexUnique === null ? column : yield* suffixed(column, `${indexUnique}${keys[i]}`));
    }
    return yield* joinText(parts, lengths);
  });
  return { index, indexName: commonIndexName(frames) };
}

/** Text with something appended to every value. */
function* suffixed(column: Column, text: string): Steps<Column> {
  const vector = column.values as Vector;
  const suffix = Buffer.from(text, 'utf8');
  const { offsets, bytes } = utf8Data(vector);
  const total = bytes.length + vector.length * suffix.length;
  const ends = total >= 2 ** 31 ? new BigInt64Array(vector.length + 1) : new Int32Array(vector.length + 1);
  const out = new Uint8Array(total);
  let end = 0;
  for (let i = 0; i < vector.length; i++) {
    if (i % pieceSize === pieceSize - 1) yield;
    const from = Number(offsets[i]);
    const to = Number(offsets[i + 1]);
    for (let k = from; k < to; k++) out[end++] = bytes[k]!;
    for (let k = 0; k < suffix.length; k++) out[end++] = suffix[k]!;
    ends[i + 1] = (total >= 2 ** 31 ? BigInt(end) : end) as never;
  }
  return { ...column, values: utf8Vector({ offsets: ends, bytes: out }, validityBytes(vector)) };
}

function labelColumn(lengths: readonly number[], keys: readonly (string | number)[]): Column {
  const none = categorical([], { categories: keys });
  const { dictionary } = dictionaryParts(none.values as Vector);
  const codes = new (codesArray(keys.length))(lengths.reduce((sum, n) => sum + n, 0));
  let row = 0;
  lengths.forEach((length, i) => {
    codes.fill(i, row, row + length);
    row += length;
  });
  return { ...none, values: dictionaryVector(codes, dictionary, false) };
}

/** Keys that all mappings have, or that any has, and each object's value there; null is none. */
function joinKeys<K, V>(
  mappings: readonly { get(key: K): V | null | undefined; keys(): Iterable<K> }[],
  join: Request['join'],
): [K, (V | null)[]][] {
  const keys = [...new Set(mappings.flatMap((mapping) => [...mapping.keys()]))];
  return keys
    .map((key): [K, (V | null)[]] => [key, mappings.map((mapping) => mapping.get(key) ?? null)])
    .filter(([, values]) => (join === 'inner' ? !values.includes(null) : values.some((value) => value !== null)));
}

function* joinLayers(
  { adatas, axis, join, fill, stacksLater, inOrder }: Request,
  lengths: readonly number[],
  { indexers }: Alignment,
): Steps<Map<string | null, Matrix>> {
  const total = lengths.reduce((sum, n) => sum + n, 0);
  const other = indexers[0]!.newLength;
  const shape = axis === 0 ? [total, other] : [other, total];
  const layers = new Map<string | null, Matrix>();
  for (const [key, arrays] of joinKeys<string | null, Matrix>(
    adatas.map((adata) => adata.layers),
    join,
  )) {
    let at = 0;
    const blocks = arrays.map((array, i): Block => {
      const along = same(lengths[i]!);
      const across = array === null ? { ...indexers[i]!, hasMissing: other > 0 } : indexers[i]!;
      const start = at;
      at += lengths[i]!;
      return axis === 0
        ? { array, rows: along, columns: across, row: start, column: 0 }
        : { ...orderedRows(array, across, inOrder), columns: along, row: 0, column: start };
    });
    layers.set(key, yield* stackMatrices(blocks, shape, fill, key === null ? 'X' : `layers/${key}`, stacksLater));
  }
  return layers;
}

/** A matrix whose rows go to other places, as one whose rows lie in the order of the result, where that can be had. */
function orderedRows(
  array: Matrix | null,
  rows: Indexer,
  inOrder: Request['inOrder'],
): { array: Matrix | null; rows: Indexer } {
  if (array === null || inOrder === undefined || rows.toOld === null) return { array, rows };
  const { read, indexer } = rowsOf(rows, Int32Array.from(rows.toOld.keys()));
  const ordered = inOrder(array, read);
  return ordered === null ? { array, rows } : { array: ordered, rows: indexer };
}

function* joinAxisArrays(
  { adatas, axis, join, fill, stacksLater }: Request,
  lengths: readonly number[],
  names: Names,
): Steps<Map<string, AxisValue>> {
  const slot = `${dims[axis]}m` as const;
  const joined = new Map<string, AxisValue>();
  for (const [key, values] of joinKeys<string, AxisValue>(
    adatas.map((adata) => adata[slot]),
    join,
  )) {
    joined.set(key, yield* stackAxisArrays(values, lengths, { join, fill, stacksLater }, names, `${slot}/${key}`));
  }
  return joined;
}

function* joinPairs({ adatas, axis, join }: Request, lengths: readonly number[]): Steps<Map<string, Matrix>> {
  const joined = new Map<string, Matrix>();
  for (const [key, values] of joinKeys<string, Matrix>(
    adatas.map((adata) => adata[`${dims[axis]}p`]),
    join,
  )) {
    joined.set(key, yield* stackDiagonal(values, lengths, `${dims[axis]}p/${key}`));
  }
  return joined;
}

/** What lies along the other axis, first brought to the names of the result, then chosen from. */
function* mergeOther(
  { adatas, axis, merge }: Request,
  others: readonly DataFrame[],
  { index, indexName, indexers }: Alignment,
): Steps<{ frame: DataFrame; arrays: Map<string, AxisValue>; pairs: Map<string, Matrix> }> {
  const dim = dims[axis === 0 ? 1 : 0];
  const names = { index, indexName };
  if (merge === null) return { frame: new DataFrame(names), arrays: new Map(), pairs: new Map() };
  const columns: Map<string, Column>[] = [];
  for (const [i, frame] of others.entries()) {
    const moved = yield* reindexFrame(frame, indexers[i]!, names, dim);
    columns.push(new Map(moved.columns.map((name) => [name, moved.column(name)])));
  }
  const arrays: Map<string, AxisValue>[] = [];
  const pairs: Map<string, Matrix>[] = [];
  for (const [i, adata] of adatas.entries()) {
    const indexer = indexers[i]!;
    const moved = new Map<string, AxisValue>();
    for (const [key, value] of adata[`${dim}m`]) {
      if (value !== null) moved.set(key, yield* reindexRows(value, indexer, names, `${dim}m/${key}`));
    }
    arrays.push(moved);
    const square = new Map<string, Matrix>();
    for (const [key, value] of adata[`${dim}p`]) {
      if (value !== null) square.set(key, yield* reindexMatrix(value, indexer, indexer, `${dim}p/${key}`));
    }
    pairs.push(square);
  }
  return {
    frame: new DataFrame({ columns: mergeMappings(columns, merge) as Map<string, Column>, ...names }),
    arrays: mergeMappings(arrays, merge) as Map<string, AxisValue>,
    pairs: mergeMappings(pairs, merge) as Map<string, Matrix>,
  };
}

/** The raws as objects of their own, joined the same way. */
function* joinRaw(request: Request): Steps<RawParts | null> {
  const { adatas } = request;
  const having = adatas.filter(({ raw }) => raw !== null).length;
  if (having === 0) return null;
  if (having < adatas.length) {
    warn('UserWarning', 'only some of the objects have raw: the joined object has none');
    return null;
  }
  const raws = adatas.map(({ obs, raw }) => {
    const { X, var: variables, varm } = raw!;
    const bare = new DataFrame({ index: obs.heldIndex, indexName: obs.indexName });
    return made({ X, obs: bare, var: variables, varm }, request);
  });
  try {
    const joined = yield* concatSteps({ ...request, adatas: raws, merge: null, unsMerge: null, pairwise: false });
    return { X: joined.X, var: joined.var, varm: joined.varm };
  } catch (error) {
    if (!isAnnDataError(error) || error.key === undefined) throw error;
    throw new AnnDataError(error.code, error.reason, { key: `raw/${error.key}`, cause: error });
  }
}
