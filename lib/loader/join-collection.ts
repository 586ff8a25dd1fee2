// SPDX-License-Identifier: BSD-3-Clause

import { type AnnData, annDataOf } from '../anndata/anndata';
import { Contents } from '../anndata/contents';
import { sameNames } from '../anndata/names';
import type { AxisValue } from '../anndata/types';
import type { Vector } from '../arrays/arrow';
import type { BackedFile } from '../backed';
import type { Join } from '../concat/alignment';
import { concatSteps } from '../concat/concat';
import { prepareInputs } from '../concat/join-lazily';
import { type ConcatInput, checkRequest, type Request } from '../concat/options';
import { runStepsAsync, type Steps } from '../concat/steps';
import { AnnDataError, quote } from '../errors';
import { DataFrame } from '../frame/data-frame';

/** What of many objects is in a collection. */
export interface CollectionOptions {
  /** Columns of obs: those that all have (default), or those that any has, with missing values elsewhere. */
  joinObs?: Join | undefined;
  /** Entries of obsm that all have: only those with the same further axes everywhere (null, the default), or all, cut to the narrowest. */
  joinObsm?: 'inner' | null | undefined;
  /** Variables: the same, in the same order, in all objects (null, the default), or those that all have. */
  joinVars?: 'inner' | null | undefined;
  /** Name of a categorical column of obs that tells which object each row comes from. */
  label?: string | null | undefined;
  /** Names of the objects, for `label` and `indexUnique`; by default `0`, `1`, … */
  keys?: Iterable<string | number> | null | undefined;
  /** Makes names of observations unique: this and the key of its object are appended to each. */
  indexUnique?: string | null | undefined;
}

const known = ['joinObs', 'joinObsm', 'joinVars', 'label', 'keys', 'indexUnique'];

/** @throws {AnnDataError} `ERR_ARGUMENT` for what makes no sense */
export function requestFor(adatas: ConcatInput, options: CollectionOptions): Request {
  const stranger = Object.keys(options).find((name) => !known.includes(name));
  if (stranger !== undefined) {
    const names = [...known, 'convert'].join(', ');
    throw new AnnDataError('ERR_ARGUMENT', `there is no option ${quote(stranger)}; options are ${names}`);
  }
  const {
    joinObs = 'inner',
    joinObsm = null,
    joinVars = null,
    label = null,
    keys = null,
    indexUnique = null,
  } = options;
  oneOf('joinObs', joinObs, ['inner', 'outer']);
  oneOf('joinObsm', joinObsm, [null, 'inner']);
  oneOf('joinVars', joinVars, [null, 'inner']);
  const request = checkRequest(adatas, { join: 'inner', label, keys, indexUnique });
  return { ...request, joinColumns: joinObs };
}

function oneOf(name: string, value: unknown, values: readonly unknown[]): void {
  if (values.includes(value)) return;
  const expected = values.map((each) => (each === null ? 'null' : `'${each}'`)).join(' or ');
  throw new AnnDataError('ERR_ARGUMENT', `${name} must be ${expected}, not ${String(value)}`);
}

/** The object that a collection of objects in memory stands for. */
export function* joinNow(request: Request, options: CollectionOptions): Steps<AnnData> {
  checkVariables(request, options);
  return yield* concatSteps({ ...bare(request, options), stacksLater: true });
}

/** The same where some lie in files: names of variables are read. */
export async function joinCollection(
  request: Request,
  options: CollectionOptions,
  signal: AbortSignal | undefined,
): Promise<AnnData<'backed'>> {
  const prepared = await prepareInputs(bare(request, options), null, signal);
  checkVariables(prepared, options);
  return (await runStepsAsync(concatSteps(prepared), signal)) as unknown as AnnData<'backed'>;
}

/** @throws {AnnDataError} `ERR_NAME` naming the first difference */
function checkVariables({ adatas }: Request, { joinVars = null }: CollectionOptions): void {
  if (joinVars !== null) return;
  const [first] = adatas as readonly [AnnData];
  const other = adatas.findIndex(({ varNames }) => !sameNames(varNames, first.varNames));
  if (other < 0) return;
  const difference = firstDifference(first.varNames, (adatas[other] as AnnData).varNames);
  const advice = "say joinVars: 'inner' for those that all objects have";
  throw new AnnDataError('ERR_NAME', `object ${other} has other variables than object 0: ${difference}; ${advice}`, {
    key: 'var',
  });
}

function firstDifference(a: Vector, b: Vector): string {
  if (a.length !== b.length) return `${b.length} instead of ${a.length}`;
  let at = 0;
  while (at < a.length && a.get(at) === b.get(at)) at++;
  return `${quote(String(b.get(at)))} instead of ${quote(String(a.get(at)))} at position ${at}`;
}

/** A request for what becomes a part of the collection, and nothing else of the objects. */
function bare(request: Request, { joinObsm = null }: CollectionOptions): Request {
  const { adatas } = request;
  const entries = adatas.map(({ obsm }) => new Map(obsm));
  const [first] = entries as [Map<string, AxisValue | null>];
  const keys = [...first.keys()].filter((key) => {
    const values = entries.map((each) => each.get(key) ?? null);
    return !values.includes(null) && (joinObsm !== null || areAlike(values as AxisValue[]));
  });
  const stripped = adatas.map((adata, i) => {
    const contents = Contents.of({
      frames: [adata.obs, new DataFrame({ index: adata.var.heldIndex, indexName: adata.var.indexName })],
      axisArrays: [new Map(keys.map((key) => [key, entries[i]!.get(key) as AxisValue])), new Map()],
      layers: new Map(adata.layers),
      file: adata.file as BackedFile | null,
    });
    return annDataOf(contents);
  });
  return { ...request, adatas: stripped };
}

/** Whether values agree in all axes but the first. */
function areAlike(values: readonly AxisValue[]): boolean {
  const tails = values.map((value) => ('shape' in value ? String(value.shape.slice(1)) : ''));
  return tails.every((tail) => tail === tails[0]);
}
