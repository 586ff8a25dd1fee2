// SPDX-License-Identifier: BSD-3-Clause

import { writeSync } from 'node:fs';
import { isAnnDataError } from '../errors';
import { exitCode, exitCodeFor } from './exit-codes';

/** Version of the JSON documents; it changes when a field is renamed, removed or changes its meaning. */
export const schemaVersion = 1;

/** Columns that a line has room for; into a pipe or a file nothing is cut. */
export function lineWidth(): number {
  return process.stdout.columns ?? Number.POSITIVE_INFINITY;
}

/** Prints one JSON document on stdout. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Writes a line on stderr at once, so that it is out before the process ends. */
export function say(line: string): void {
  try {
    writeSync(2, `${line}\n`);
  } catch {
    // Nobody listens: there is no better place to tell it.
  }
}

/**
 * Reports why a command failed: one line on stderr and, with `json`, an `error` document on stdout.
 * @returns the exit code
 */
export function reportError(error: unknown, json: boolean): number {
  const { code, message, key, file } = facts(error);
  say(`anndata: error: ${printable(message)} [${code}]`);
  if (json) printJson({ schema: schemaVersion, error: { code, message, key, file } });
  return exitCodeFor(code);
}

function facts(error: unknown): { code: string; message: string; key: string | null; file: string | null } {
  if (isAnnDataError(error)) {
    return { code: error.code, message: error.message, key: error.key ?? null, file: error.file ?? null };
  }
  const { code, message, path } = error as NodeJS.ErrnoException;
  return { code: code ?? 'ERR_INTERNAL', message: message ?? String(error), key: null, file: path ?? null };
}

/** Takes warnings of the library as one line on stderr each, or drops them, instead of Node's own format. */
export function listenToWarnings(show: boolean): void {
  process.removeAllListeners('warning');
  process.on('warning', (warning: Error & { code?: string }) => {
    if (show || warning.code?.startsWith('ANNDATA_') !== true) say(`anndata: warning: ${printable(warning.message)}`);
  });
}

/** Exit code when a command did its work but what it printed is lost. */
let lost: number = exitCode.failed;

/** For a command to which `failed` means something else. */
export function lostOutputIs(code: number): void {
  lost = code;
}

/** A reader that goes away (`| head`) is no error: what is left to print is dropped. A full disk is one. */
export function watchOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') return;
      say(`anndata: error: the output cannot be written: ${error.message} [${error.code}]`);
      // The command may be over, or end well yet: its own code is set later than this.
      process.once('exit', (code) => {
        if (code === exitCode.ok) process.exitCode = lost;
      });
    });
  }
}

/** Most text: told much sooner than by classes of characters. */
const plainText = /^[\x20-\x7e]*$/;

/** Text from a file made safe for a terminal: control, direction and line characters become escapes. */
export function printable(text: string): string {
  if (plainText.test(text)) return text;
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (c) => `\\u{${c.codePointAt(0)?.toString(16)}}`);
}
