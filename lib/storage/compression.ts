// SPDX-License-Identifier: BSD-3-Clause

import { dtypes, isInteger, type NumericDType, type TypedArray } from '../arrays/dtype';
import { AnnDataError } from '../errors';
import { native } from '../native';
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

/** Ids of the filters in HDF5. */
export const filterIds = { shuffle: 2, gzip: 1, lzf: 32000, zstd: 32015 } as const;

/** Level and byte shuffle for an array; docs/benchmarks.md has the measurements behind the defaults. */
export function pipelineFor(
  compression: Compression,
  type: WriteType,
  sample?: TypedArray,
): { shuffle: boolean; level: number | undefined } {
  const fault = compressionFault(compression);
  if (fault !== undefined) throw new AnnDataError('ERR_ARGUMENT', fault);
  const { codec, level = levels[codec]?.[2], shuffle } = compression;
  if (type.kind !== 'numeric') return { shuffle: false, level };
  return { shuffle: shuffle ?? paysToShuffle({ codec, level }, type.dtype, sample), level };
}

/**
 * Size of a shuffled float array, as a share of the plain one, up to which it is shuffled: zstd reads shuffled floats faster,
 * gzip more slowly.
 */
const worthShuffling = { gzip: 0.9, zstd: 1.1 } as const;

/**
 * Positions and counts have bytes that are nearly always zero. Floats are tried: whole values repeat in counts, and shuffling
 * makes their logarithms larger, but embeddings smaller.
 */
function paysToShuffle({ codec, level }: Compression, dtype: NumericDType, sample: TypedArray | undefined): boolean {
  if (codec === 'lzf') return false;
  if (isInteger(dtype)) return dtypes[dtype].storedBytes > 1;
  const width = dtypes[dtype].storedBytes / dtypes[dtype].slots;
  if (sample === undefined || sample.BYTES_PER_ELEMENT !== width) return false;
  const [plain, shuffled] = native().encodedSizes(sample, filterIds[codec], level ?? 0, dtypes[dtype].storedBytes);
  return shuffled <= plain * worthShuffling[codec];
}
