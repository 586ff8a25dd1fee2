// SPDX-License-Identifier: BSD-3-Clause

import type { ErrorCode } from '../errors';

/** What the command tells the shell. */
export const exitCode = {
  ok: 0,
  /** The work could not be done: no such file, no permission, disk full, limit reached. */
  failed: 1,
  /** The command line makes no sense. */
  usage: 2,
  /** The input is not a valid AnnData file. */
  invalid: 3,
  /** Interrupted by SIGINT. */
  interrupted: 130,
} as const;

const blamesTheFile: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ERR_NOT_HDF5',
  'ERR_INVALID_FILE',
  'ERR_UNSAFE_FILE',
  'ERR_UNSUPPORTED_ENCODING',
  'ERR_UNSUPPORTED_FILTER',
  'ERR_UNSUPPORTED_TYPE',
  'ERR_KEY_NOT_FOUND',
  'ERR_HDF5',
]);

/** Exit code for an error of this kind met while reading an input. */
export function exitCodeFor(code: string): number {
  if (code === 'ERR_USAGE') return exitCode.usage;
  return blamesTheFile.has(code as ErrorCode) ? exitCode.invalid : exitCode.failed;
}
