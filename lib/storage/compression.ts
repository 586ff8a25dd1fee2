// SPDX-License-Identifier: BSD-3-Clause

import { dtypes, isInteger } from '../arrays/dtype';
import { AnnDataError } from '../errors';
import type { Compression, WriteType } from './storage';

/** Levels each codec takes, and the one it gets when nobody says; lzf has none. */
const levels = { gzip: [0, 9, 1], zstd: [1, 22, 3], lzf: null } as const;

/** Why a compression cannot be had, or `undefined`. */
export function compressionFault({ codec, level }: Compression): string | undefined {
  if (!Object.hasOwn(levels, codec))
    return `compression is "gzip", "lzf", "zstd" or null, not ${JSON.stringify(codec)}`;
  if (level === undefined) return undefined;
  const range = levels[codec];
  if (range === null) return `compression ${codec} has no levels, ${level} was asked for`;
  const [low, high] = range;
  if (Number.isInteger(level) && level >= low && level <= high) return undefined;
  return `compression ${codec} takes levels ${low} to ${high}, not ${level}`;
}

/** Level and byte shuffle for an array; docs/benchmarks.md has the measurements behind the defaults. */
export function pipelineFor(
  compression: Compression,
  type: WriteType,
): { shuffle: boolean; level: number | undefined } {
  const fault = compressionFault(compression);
  if (fault !== undefined) throw new AnnDataError('ERR_ARGUMENT', fault);
  const { codec, level = levels[codec]?.[2], shuffle } = compression;
  return { shuffle: type.kind === 'numeric' && (shuffle ?? paysToShuffle(codec, type.dtype)), level };
}

/** Positions and counts have bytes that are nearly always zero; the bytes of a float repeat as a whole. */
function paysToShuffle(codec: Compression['codec'], dtype: keyof typeof dtypes): boolean {
  return codec !== 'lzf' && isInteger(dtype) && dtypes[dtype].storedBytes > 1;
}
