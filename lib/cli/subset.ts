// SPDX-License-Identifier: BSD-3-Clause

import { type AxisSelector, mask, type Slice, slice } from '../anndata';
import type { AnnData } from '../anndata/anndata';
import { loadColumn } from '../backed';
import { subsetToDisk } from '../io/arrange-on-disk';
import { readH5ad } from '../io/read-h5ad';
import { checkConditions, maskOf } from './conditions';
import { inputBytes } from './input';
import { namesFrom } from './names';
import { UsageError } from './usage-error';
import { refuseExisting, refuseInput, runWriting, type WritingOptions, written } from './writing';

export interface SubsetOptions extends WritingOptions {
  obs?: string;
  var?: string;
  where?: string[];
  varWhere?: string[];
  obsSlice?: string;
  varSlice?: string;
}

/** What is taken of one axis: names, then rows that meet conditions, then a run of what is left. */
interface Choice {
  readonly names: readonly string[] | null;
  readonly conditions: readonly string[];
  readonly run: Slice | null;
}

/** `anndata subset`: writes a part of a file, block by block. */
export async function subset(input: string, output: string, options: SubsetOptions): Promise<number> {
  const { obs, var: variables, where = [], varWhere = [], force } = options;
  if (obs === '-' && variables === '-')
    throw new UsageError('only one of --obs and --var can come from standard input');
  checkConditions(where, '--where');
  checkConditions(varWhere, '--var-where');
  const runs = [sliceOf(options.obsSlice, '--obs-slice'), sliceOf(options.varSlice, '--var-slice')] as const;
  inputBytes(input);
  refuseExisting(output, force);
  const choices: [Choice, Choice] = [
    { names: obs === undefined ? null : await namesFrom(obs, '--obs'), conditions: where, run: runs[0] },
    { names: variables === undefined ? null : await namesFrom(variables, '--var'), conditions: varWhere, run: runs[1] },
  ];
  return runWriting(
    'writing',
    [input],
    options,
    () => refuseInput(output, [input]),
    async (form) => {
      const backed = await readH5ad(input, { backed: 'r', signal: form.signal });
      try {
        await subsetToDisk(await chosen(backed, choices, form.signal), output, form);
      } finally {
        await backed.close();
      }
      return written(output);
    },
  );
}

async function chosen(
  adata: AnnData<'backed'>,
  [obs, variables]: readonly [Choice, Choice],
  signal: AbortSignal | undefined,
): Promise<AnnData<'backed'>> {
  for (const [{ names }, frame] of [
    [obs, adata.obs],
    [variables, adata.var],
  ] as const) {
    if (names !== null) await loadColumn(frame, null, { signal });
  }
  const named = adata.subset(obs.names, variables.names);
  const passing = named.subset(await passingOf(named.obs, obs, signal), await passingOf(named.var, variables, signal));
  return passing.subset(obs.run, variables.run);
}

async function passingOf(
  frame: AnnData['obs'],
  { conditions }: Choice,
  signal: AbortSignal | undefined,
): Promise<AxisSelector> {
  return conditions.length === 0 ? null : mask(await maskOf(frame, conditions, signal));
}

/** @throws {UsageError} for anything but `a:b` and `a:b:step` of integers */
function sliceOf(text: string | undefined, option: string): Slice | null {
  if (text === undefined) return null;
  const [, start, stop, step] = /^(-?\d*):(-?\d*)(?::(-?\d+))?$/.exec(text) ?? [];
  const numbers = [start, stop, step].map((part) => (part === undefined || part === '' ? null : Number(part)));
  const isWrong =
    start === undefined || numbers[2] === 0 || numbers.some((n) => n !== null && !Number.isSafeInteger(n));
  if (isWrong) throw new UsageError(`${option} takes start:stop or start:stop:step, not ${JSON.stringify(text)}`);
  return slice(...(numbers as [number | null, number | null, number | null]));
}
