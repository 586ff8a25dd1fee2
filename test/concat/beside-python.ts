// SPDX-License-Identifier: BSD-3-Clause

import path from 'node:path';
import { isFrameHandle } from '../../lib/backed';
import { isAnnDataError } from '../../lib/errors';
import { isDataFrame } from '../../lib/frame/data-frame';
import {
  type AnnData,
  type ConcatInput,
  type ConcatOptions,
  concat,
  type MergeFunction,
  readH5ad,
  slice,
  writeH5ad,
} from '../../lib/index';
import { type Excuses, excuse } from '../support/deviations';
import type { PythonServer } from '../support/python-server';
import { keysOf, type Specification } from './cases';

interface Outcome {
  /** What Python refused the call with. */
  error: string | null;
  /** Columns, and arrays of text with something else in them, that no file can hold. */
  dropped: string[];
  /** Whether Python's result has raw. */
  raw: boolean;
  excused: string[];
}

interface Difference {
  key: string;
  what: string;
}

interface Comparison {
  differences: Difference[];
  /** Rows of docs/deviations.md that differences were let pass by. */
  excused: string[];
}

/** Errors of Python that ours does not have. */
const pythonOnly: readonly (readonly [row: string, error: RegExp])[] = [
  [excuse('D8'), /InvalidIndexError|Reindexing only valid|duplicate (axis|labels)/],
  [excuse('C7'), /same number of dimensions/],
  [excuse('C9'), /records with different sets of field names/],
  [excuse('awkward-crash'), /no field named 'shape'/],
];

/** Joins the inputs in a folder, without what is to be dropped, and writes `ours.h5ad` when it is wanted. */
export type Join = (
  specification: Specification,
  folder: string,
  dropped: readonly string[],
  isWanted: boolean,
) => Promise<void>;

/** Runs one call on both sides, in a folder that both can reach; gives what differs. */
export async function compareCase(
  server: PythonServer,
  folder: string,
  specification: Specification,
  excuses: Excuses,
  join: Join = joinInMemory,
): Promise<string[]> {
  const question = { make: { ...specification, keys: keysOf(specification) } };
  const made = await server.ask<Outcome>(question).catch((error: Error) => {
    if (error.message.includes('(SIGSEGV)') && hasAwkward(specification)) return excuse('awkward-crash');
    throw error;
  });
  if (typeof made === 'string') {
    excuses.add([made]);
    return [];
  }
  const { error, dropped, raw, excused: first } = made;
  excuses.add(first);
  try {
    await join(specification, folder, dropped, error === null);
  } catch (thrown) {
    if (error !== null && isAnnDataError(thrown)) return [];
    if (isAnnDataError(thrown, 'ERR_NAME') && hasRepeats(specification)) {
      excuses.add([excuse('C2')]);
      return [];
    }
    if (isAnnDataError(thrown, 'ERR_UNWRITEABLE') && /an array of text contains missing/.test(thrown.message)) {
      excuses.add([excuse('C5')]);
      return [];
    }
    // Raw that Python drops can hold what cannot be joined.
    if (isAnnDataError(thrown, 'ERR_UNWRITEABLE') && !raw && thrown.key?.startsWith('raw/') === true) {
      excuses.add([excuse('C16')]);
      return [];
    }
    return [`only ours refuses: ${thrown instanceof Error ? thrown.stack : thrown}`];
  }
  if (error !== null) {
    const row = pythonOnly.find(([, pattern]) => pattern.test(error))?.[0];
    if (row === undefined) return [`only Python refuses: ${error}`];
    excuses.add([row]);
    return [];
  }
  for (const key of dropped) excuses.add([/^...m.[^/]*$/.test(key) ? excuse('C5') : excuse('C11')]);
  const { differences, excused } = await server.ask<Comparison>({ compare: true });
  excuses.add(excused);
  // Frames of which a column was taken out on both sides had it when Python joined them.
  const frames = dropped
    .filter((key) => /^(obs|var|raw\/var|...m\/[^/]+)\/[^/]+$/.test(key))
    .map((key) => key.slice(0, key.lastIndexOf('/') + 1));
  const isLeft = ({ key, what }: Difference): boolean =>
    !(what === 'dtype' && frames.some((frame) => key.startsWith(frame)));
  return differences.filter(isLeft).map((difference) => JSON.stringify(difference));
}

function hasAwkward({ objects }: Specification): boolean {
  return objects.some(({ obsm, varm }) =>
    [obsm, varm].some((values) => Object.values(values).some(({ kind }) => ['lists', 'b', 'c'].includes(kind))),
  );
}

function hasRepeats({ objects, args: { axis } }: Specification): boolean {
  const isVar = axis === 'var' || axis === 1;
  return objects.some(({ obsNames, varNames, raw }) =>
    [isVar ? obsNames : varNames, isVar ? [] : (raw?.varNames ?? [])].some(
      (names) => new Set(names).size < names.length,
    ),
  );
}

const last: MergeFunction = (sources) => new Map(sources.flatMap((source) => [...source]));

const joinInMemory: Join = async (specification, folder, dropped, isWanted) => {
  const joined = await concatInMemory(specification, folder, dropped);
  if (isWanted) await writeH5ad(path.join(folder, 'ours.h5ad'), joined, { convertStringsToCategoricals: false });
};

/** The objects joined in memory. */
export async function concatInMemory(
  specification: Specification,
  folder: string,
  dropped: readonly string[],
): Promise<AnnData> {
  const { objects } = specification;
  const inputs: AnnData[] = [];
  for (const [i, { view }] of objects.entries()) {
    const adata = await readH5ad(path.join(folder, `${i}.h5ad`));
    for (const key of dropped) remove(adata, key);
    inputs.push(view ? turned(adata) : adata);
  }
  const [named, options] = callOf(specification, inputs);
  return concat(named, options);
}

/** A view that is turned round on both axes. */
export function turned<T extends AnnData | AnnData<'backed'>>(adata: T): T {
  return adata.subset(slice(null, null, -1), slice(null, null, -1)) as T;
}

/** What a call gets: its inputs as they are named, and options. */
export function callOf<T>(specification: Specification, inputs: readonly T[]): [ConcatInput<T>, ConcatOptions] {
  const { args, keyed } = specification;
  const options: Record<string, unknown> = { ...args };
  for (const name of ['merge', 'unsMerge']) if (options[name] === 'last') options[name] = last;
  const keys = keysOf(specification);
  const named = inputs.map((input, i) => [String(keys?.[i]), input] as const);
  if (keyed === 'Map') return [new Map(named), options as ConcatOptions];
  if (keyed === 'object') return [Object.fromEntries(named), options as ConcatOptions];
  return [inputs, (keys === null ? options : { ...options, keys }) as ConcatOptions];
}

/** What no file can hold is taken out on both sides. */
export function remove(adata: AnnData, key: string): void {
  const [slot, ...path] = key.split('/') as [string, ...string[]];
  if (slot === 'obs' || slot === 'var') adata[slot].delete(path[0]!);
  else if (slot === 'raw') adata.raw?.var.delete(path[1]!);
  else {
    const mapping = adata[slot as 'obsm' | 'varm'];
    const [name, column] = path as [string, string?];
    const value = mapping.get(name);
    if (column === undefined) mapping.delete(name);
    else if (isDataFrame(value)) value.delete(column);
    else if (isFrameHandle(value)) value.frame.delete(column);
  }
}
