// SPDX-License-Identifier: BSD-3-Clause

import { existsSync, mkdirSync, mkdtempSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AnnDataError } from '../errors';
import { partName, type SplitPart, splitToDisk } from '../io/arrange-on-disk';
import { temporaryPrefix } from '../io/atomic-file';
import type { WriteH5adOptions } from '../io/write-h5ad';
import { printable } from './output';
import { pad, textWidth } from './text-width';
import { refuseExisting, refuseInput, runWriting, type WritingOptions, type Written, written } from './writing';

export interface SplitOptions extends WritingOptions {
  by: string;
}

/** A file that was written, and the value of its observations. */
type WrittenPart = Written & { value: string };

/** `anndata split`: a file for each value of a column of obs; all of them appear, or none. */
export async function split(input: string, folder: string, options: SplitOptions): Promise<number> {
  return runWriting(
    'splitting',
    [input],
    options,
    () => checkFolder(folder),
    async (form) => {
      const parts: WrittenPart[] = [];
      for (const { value, path } of await splitInto(folder, input, options, form)) {
        parts.push({ value, ...(await written(path)) });
      }
      if (options.json !== true) process.stdout.write(renderParts(parts));
      return { by: options.by, files: parts };
    },
  );
}

function checkFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new AnnDataError('ERR_IO', 'a file is there, a folder was expected', { file: folder });
  }
}

/** Writes the parts into a folder of their own first, whose files move when all are complete. */
async function splitInto(
  folder: string,
  input: string,
  { by, force }: SplitOptions,
  form: WriteH5adOptions,
): Promise<SplitPart[]> {
  const made = !existsSync(folder);
  if (made) mkdirSync(folder);
  const staging = mkdtempSync(join(folder, temporaryPrefix));
  let complete = false;
  try {
    const filename = (value: string): string => checkedName(folder, value, input, force);
    const parts = await splitToDisk(input, by, staging, { ...form, filename });
    form.signal?.throwIfAborted();
    const moved = parts.map((part) => ({ ...part, path: join(folder, basename(part.path)) }));
    for (const [i, { path }] of parts.entries()) renameSync(path, moved[i]!.path);
    complete = true;
    return moved;
  } finally {
    rmSync(staging, { recursive: true, force: true });
    if (made && !complete) rmdirSync(folder);
  }
}

/** Asked for all names before anything is written. */
function checkedName(folder: string, value: string, input: string, force: boolean | undefined): string {
  const name = partName(value);
  refuseExisting(join(folder, name), force);
  refuseInput(join(folder, name), [input]);
  return name;
}

function renderParts(parts: readonly WrittenPart[]): string {
  const names = parts.map(({ value }) => printable(value));
  const width = Math.max(0, ...names.map(textWidth));
  const digits = Math.max(0, ...parts.map(({ shape }) => `${shape[0]}`.length));
  return parts
    .map(({ shape, file }, i) => `${pad(names[i]!, width)}  ${`${shape[0]}`.padStart(digits)}  ${printable(file)}\n`)
    .join('');
}
