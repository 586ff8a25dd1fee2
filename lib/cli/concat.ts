// SPDX-License-Identifier: BSD-3-Clause

import { type ConcatOnDiskOptions, concatOnDisk } from '../io/concat-on-disk';
import { UsageError } from './usage-error';
import { refuseExisting, refuseInput, runWriting, type WritingOptions, written } from './writing';

type Merge = 'same' | 'unique' | 'first' | 'only';

export interface ConcatCommandOptions extends WritingOptions {
  output: string;
  axis?: 'obs' | 'var';
  join?: 'inner' | 'outer';
  merge?: Merge;
  unsMerge?: Merge;
  label?: string;
  keys?: string;
  indexUnique?: string;
  fillValue?: string;
  pairwise?: boolean;
}

/** `anndata concat`: joins files into a new one, block by block. */
export async function concat(inputs: readonly string[], options: ConcatCommandOptions): Promise<number> {
  const { output, force } = options;
  const joining = joiningOf(inputs, options);
  const check = () => {
    refuseExisting(output, force);
    refuseInput(output, inputs);
  };
  return runWriting('joining', inputs, options, check, async (form) => {
    await concatOnDisk(inputs, output, { ...joining, ...form });
    return written(output);
  });
}

/** What was given; the library has the defaults. */
function joiningOf(inputs: readonly string[], options: ConcatCommandOptions): ConcatOnDiskOptions {
  const { axis, join, merge, unsMerge, label, keys, indexUnique, fillValue, pairwise } = options;
  return {
    ...(axis !== undefined && { axis }),
    ...(join !== undefined && { join }),
    ...(merge !== undefined && { merge }),
    ...(unsMerge !== undefined && { unsMerge }),
    ...(label !== undefined && { label }),
    ...(keys !== undefined && { keys: keysOf(keys, inputs) }),
    ...(indexUnique !== undefined && { indexUnique }),
    ...(fillValue !== undefined && { fillValue: numberOf(fillValue) }),
    ...(pairwise === true && { pairwise }),
  };
}

function keysOf(text: string, inputs: readonly string[]): string[] {
  const keys = text.split(',');
  if (keys.length === inputs.length && new Set(keys).size === keys.length) return keys;
  throw new UsageError(
    `--keys takes a different name for each of the ${inputs.length} files, a,b,…; ${keys.length} came`,
  );
}

function numberOf(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && (!Number.isNaN(value) || /^nan$/i.test(text))) return value;
  throw new UsageError(`--fill-value takes a number or nan, not ${JSON.stringify(text)}`);
}
