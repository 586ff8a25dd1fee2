// SPDX-License-Identifier: BSD-3-Clause

import { stat } from 'node:fs/promises';
import type { AnnData } from '../anndata/anndata';
import { joinLazily } from '../concat/join-lazily';
import {
  type ConcatInput,
  type ConcatOptions,
  checkRequest,
  joinOptions,
  listOf,
  namedInputs,
  type Request,
} from '../concat/options';
import { AnnDataError } from '../errors';
import { refuseStrangers } from '../known-options';
import { readH5ad } from './read-h5ad';
import { isSameFile } from './same-file';
import { writeFile } from './write-file';
import { checkMemory, planH5ad, scratchBeside, type WriteH5adOptions } from './write-h5ad';

/** What is joined: the path of a file, or an object, in memory or backed. */
export type DiskInput = string | AnnData | AnnData<'backed'>;

/** How files are joined, and how the result is written. */
export interface ConcatOnDiskOptions extends ConcatOptions, WriteH5adOptions {}

/**
 * Joins files into a new one by the rules of {@link concat}: every element, every option, any mix of formats and filters. Nothing
 * large is ever in memory as a whole: matrices are read and written in blocks of `maxMemory` (default 256 MiB), columns of obs
 * one after the other. The output takes its place when it is complete; whatever happens before, nothing is there, or the old file.
 *
 * In memory are: the names of the axis that is not joined, and, as far as `merge` and `unsMerge` ask for them, what lies along it and
 * `uns`; awkward arrays and records of `obsm`; one column of obs. Do not change objects among the inputs before it settles.
 *
 * @param inputs - paths or objects, in a list, a Map or a plain object, whose names are the keys then
 * @param output - path of the new file
 * @throws {AnnDataError} what {@link concat}, {@link readH5ad} and {@link writeH5ad} throw; of a faulty input, its path is the error's
 *   `file`. `ERR_ARGUMENT` when the output is one of the inputs
 *
 * @example
 * ```ts
 * await concatOnDisk({ a: 'cells.h5ad', b: 'cells.h5ad' }, 'all.h5ad', { label: 'sample', join: 'outer', compression: 'gzip' });
 * ```
 */
export async function concatOnDisk(
  inputs: ConcatInput<DiskInput>,
  output: string,
  options: ConcatOnDiskOptions = {},
): Promise<void> {
  const { signal, onProgress, maxMemory } = options;
  signal?.throwIfAborted();
  checkMemory(maxMemory);
  const [joining, form] = splitOptions(options);
  const scratch = scratchBeside(output, maxMemory);
  const opened: AnnData<'backed'>[] = [];
  const open = async (input: DiskInput): Promise<AnnData | AnnData<'backed'>> => {
    if (typeof input !== 'string') return input;
    const backed = await readH5ad(input, { backed: 'r', signal });
    opened.push(backed);
    return backed;
  };
  try {
    const request = checkRequest((await eachOf(inputs, open)) as ConcatInput, joining);
    await refuseInput(request, output);
    const joined = await joinLazily(request, scratch, signal);
    await writeFile(output, planH5ad(joined, form, { scratch }), { signal, onProgress, maxMemory });
  } finally {
    await scratch.close();
    for (const each of opened) await each.close();
  }
}

const writingNames = [
  'compression',
  'compressionOpts',
  'shuffle',
  'chunkBytes',
  'asDense',
  'formats',
  'convertStringsToCategoricals',
  'strings',
];

/** Options of the join and of the file; what is neither is refused. */
function splitOptions({
  signal,
  onProgress,
  maxMemory,
  ...options
}: ConcatOnDiskOptions): [ConcatOptions, WriteH5adOptions] {
  refuseStrangers(options, [...joinOptions, ...writingNames, 'signal', 'onProgress', 'maxMemory']);
  const only = (names: readonly string[]): object =>
    Object.fromEntries(Object.entries(options).filter(([name]) => names.includes(name)));
  return [only(joinOptions), only(writingNames)];
}

/** The inputs as they came, each opened. */
async function eachOf<T, U>(inputs: ConcatInput<T>, open: (input: T) => Promise<U>): Promise<ConcatInput<U>> {
  const named = namedInputs(inputs);
  if (named === null) {
    const list: U[] = [];
    for (const input of listOf(inputs)) list.push(await open(input));
    return list;
  }
  const map = new Map<string, U>();
  for (const [name, input] of named) map.set(name, await open(input));
  return map;
}

/** What is joined is read while the output is written. */
async function refuseInput({ adatas }: Request, output: string): Promise<void> {
  const target = await stat(output).catch(() => null);
  if (target === null) return;
  for (const { filename } of adatas) {
    const input = filename === null ? null : await stat(filename).catch(() => null);
    if (!isSameFile(input, target)) continue;
    throw new AnnDataError('ERR_ARGUMENT', 'the output is one of the inputs; write to another path', { file: output });
  }
}
