// SPDX-License-Identifier: BSD-3-Clause

import { readFileSync } from 'node:fs';
import { AnnDataError } from '../errors';
import { inputBytes } from './input';
import { formatBytes } from './units';
import { UsageError } from './usage-error';

/** More than any list of names takes, and less than the longest string. */
const mostBytes = 2 ** 28;

/**
 * Names of rows or columns from the command line: `a,b`, `@file` or `-` for standard input, one a line there.
 *
 * @throws {UsageError} when there are none on the command line
 */
export async function namesFrom(text: string, option: string): Promise<string[]> {
  if (text === '-') return linesOf(await standardInput(), 'standard input');
  if (text.startsWith('@')) return linesOf(fileBytes(text.slice(1)), text.slice(1));
  const names = text.split(',');
  if (!names.includes('')) return names;
  throw new UsageError(`${option} takes names (a,b), @file or -, not ${JSON.stringify(text)}`);
}

function fileBytes(file: string): Uint8Array {
  checkLength(inputBytes(file), file);
  return readFileSync(file);
}

async function standardInput(): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of process.stdin as AsyncIterable<Buffer>) {
    length += piece.length;
    checkLength(length, 'standard input');
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function checkLength(bytes: number, file: string): void {
  if (bytes <= mostBytes) return;
  throw new AnnDataError('ERR_LIMIT', `a list of names is not larger than ${formatBytes(mostBytes)}`, { file });
}

/** Lines without their ends; empty ones are none. */
function linesOf(bytes: Uint8Array, file: string): string[] {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.split(/\r?\n/).filter((line) => line !== '');
  } catch (cause) {
    throw new AnnDataError('ERR_ARGUMENT', 'a list of names is text in UTF-8, one name a line', { file, cause });
  }
}
