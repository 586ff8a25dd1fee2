// SPDX-License-Identifier: BSD-3-Clause

import { lstatSync, statSync } from 'node:fs';
import { AnnDataError } from '../errors';
import { summarise } from '../inspect/summary';
import { isSameFile } from '../io/same-file';
import { leastMemory, type WriteH5adOptions } from '../io/write-h5ad';
import { openHdf5 } from '../storage/hdf5';
import { exitCode } from './exit-codes';
import { inputBytes } from './input';
import { interruptible } from './interrupt';
import { listenToWarnings, printJson, schemaVersion } from './output';
import { withProgress } from './progress';
import { formatBytes, parseBytes } from './units';
import { UsageError } from './usage-error';

/** Options of every command that writes files. */
export interface WritingOptions {
  compression: 'gzip' | 'lzf' | 'zstd' | 'none';
  level?: string;
  maxMemory?: string;
  force?: boolean;
  json?: boolean;
}

/** What `--json` tells of a file that was written. */
export interface Written {
  file: string;
  fileBytes: number;
  shape: readonly (number | null)[];
}

/** What a command writes: told the library's options, it tells what `--json` is to print, and prints the rest itself. */
export type WritingWork = (options: WriteH5adOptions) => Promise<object>;

const levels: Readonly<Record<string, readonly [number, number]>> = { gzip: [0, 9], zstd: [1, 22] };

/**
 * Runs a command that writes: arguments are checked, then inputs and output, then the work is done with a progress bar, until Ctrl-C.
 *
 * @param check - what else can be refused before work begins
 */
export async function runWriting(
  stage: string,
  inputs: readonly string[],
  options: WritingOptions,
  check: () => void,
  work: WritingWork,
): Promise<number> {
  const form = formOf(options);
  for (const input of inputs) inputBytes(input);
  check();
  listenToWarnings(true);
  const start = performance.now();
  return interruptible(async (signal) => {
    const told = await withProgress(stage, (onProgress) => work({ ...form, signal, onProgress }));
    const seconds = Math.round(performance.now() - start) / 1000;
    if (options.json === true) printJson({ schema: schemaVersion, ...told, seconds });
    return exitCode.ok;
  });
}

/** The library's options for those of the command line. */
function formOf({ compression, level, maxMemory }: WritingOptions): WriteH5adOptions {
  return {
    ...(compression !== 'none' && { compression }),
    ...(level !== undefined && { compressionOpts: levelOf(compression, level) }),
    ...(maxMemory !== undefined && { maxMemory: memoryOf(maxMemory) }),
  };
}

function levelOf(compression: string, level: string): number {
  const range = levels[compression];
  if (range === undefined) throw new UsageError(`--level has no meaning with --compression ${compression}`);
  const value = Number(level);
  if (/^\d+$/.test(level) && value >= range[0] && value <= range[1]) return value;
  throw new UsageError(`--level ${level} is not possible, ${compression} has levels ${range[0]} to ${range[1]}`);
}

/** @throws {UsageError} for what is no size, or less than blocks take */
export function memoryOf(text: string): number {
  const bytes = parseBytes(text, '--max-memory');
  if (bytes >= leastMemory) return bytes;
  throw new UsageError(`--max-memory ${text} is too little, ${formatBytes(leastMemory)} is the least`);
}

/** @throws {AnnDataError} `ERR_ARGUMENT` when something is at the path already, without `force` */
export function refuseExisting(output: string, force: boolean | undefined): void {
  if (force === true || lstatSync(output, { throwIfNoEntry: false }) === undefined) return;
  throw new AnnDataError('ERR_ARGUMENT', 'something is there already; add --force to replace it', { file: output });
}

/** @throws {AnnDataError} `ERR_ARGUMENT` when the output is one of the inputs, which are read while it is written */
export function refuseInput(output: string, inputs: readonly string[]): void {
  const target = statSync(output, { throwIfNoEntry: false });
  if (target === undefined || !inputs.some((input) => isSameFile(target, statSync(input)))) return;
  throw new AnnDataError('ERR_ARGUMENT', 'the output is the input; write to another path', { file: output });
}

/** What has been written, by its metadata. */
export async function written(file: string): Promise<Written> {
  const storage = await openHdf5(file);
  try {
    const { shape } = summarise(await storage.describe(''));
    return { file, fileBytes: statSync(file).size, shape };
  } finally {
    await storage.close();
  }
}
