// SPDX-License-Identifier: BSD-3-Clause

import type { AnnData } from '../anndata/anndata';
import { type ExecuteOptions, planElement, RecordingPlan, type WriteOptions } from '../elements';
import { AnnDataError, quote } from '../errors';
import type { Compression } from '../storage/storage';
import { writeFile } from './write-file';

/** How an `.h5ad` file is written. */
export interface WriteH5adOptions extends ExecuteOptions {
  /** Filter of all arrays; `null` (the default) stores them as they are. */
  compression?: Compression['codec'] | null | undefined;
  /** Level: gzip 0–9 (default 4), zstd 1–22 (default 3). */
  compressionOpts?: number | undefined;
  /** Sparse matrices to write dense: `'X'`, `'raw/X'`, `'layers/<name>'`. */
  asDense?: string | readonly string[] | undefined;
  /** Store text columns of obs, var and raw.var that repeat values as categoricals (default true). Only the file is affected. */
  convertStringsToCategoricals?: boolean | undefined;
  /** `'nullable'` stores every column of text as nullable-string-array; by default only those with missing values. */
  strings?: WriteOptions['strings'];
}

/**
 * Writes an AnnData to an `.h5ad` file that Python's anndata reads. The new file takes the place of the old one only
 * when it is complete and on the disk; whatever fails before, the old one stays as it was. The structure of the object
 * is taken at the call; memory beyond it is a few staging buffers of 4 MiB.
 *
 * @throws {AnnDataError} `ERR_UNWRITEABLE` naming what the format cannot hold (before anything is written), `ERR_IO`
 *
 * @example
 * ```ts
 * await writeH5ad('cells.h5ad', adata, { compression: 'gzip' });
 * ```
 */
export async function writeH5ad(
  path: string,
  adata: AnnData | AnnData<'backed'>,
  options: WriteH5adOptions = {},
): Promise<void> {
  options.signal?.throwIfAborted();
  const { signal } = options;
  const whole = adata.isBacked ? await (adata as AnnData<'backed'>).toMemory({ signal }) : (adata as AnnData);
  const plan = planH5ad(whole, options);
  await writeFile(path, plan, { signal: options.signal, onProgress: options.onProgress });
}

/** Everything that can be refused is refused here, synchronously. */
export function planH5ad(adata: AnnData, options: WriteH5adOptions): RecordingPlan {
  const asDense = typeof options.asDense === 'string' ? [options.asDense] : (options.asDense ?? []);
  for (const key of asDense) {
    if (!/^(X|raw[./]X|layers\/[^/]+)$/.test(key)) {
      throw new AnnDataError('ERR_ARGUMENT', `asDense takes "X", "raw/X" and "layers/<name>", not ${quote(key)}`);
    }
  }
  const plan = new RecordingPlan({
    compression: compressionOf(options),
    strings: options.strings,
    convertStringsToCategoricals: options.convertStringsToCategoricals,
    asDense,
  });
  planElement(plan, '', adata);
  for (const key of plan.missingDense()) {
    throw new AnnDataError('ERR_ARGUMENT', `asDense names ${quote(key)}, but there is nothing at that key`, { key });
  }
  return plan;
}

const levels = { gzip: [0, 9], zstd: [1, 22], lzf: [0, 0] } as const;

function compressionOf({ compression, compressionOpts: level }: WriteH5adOptions): Compression | undefined {
  if (compression === undefined || compression === null) return undefined;
  if (!Object.hasOwn(levels, compression)) {
    throw new AnnDataError(
      'ERR_ARGUMENT',
      `compression is "gzip", "lzf", "zstd" or null, not ${quote(String(compression))}`,
    );
  }
  if (level === undefined) return { codec: compression };
  const [low, high] = levels[compression];
  if (compression === 'lzf' || !Number.isInteger(level) || level < low || level > high) {
    const range = compression === 'lzf' ? 'lzf takes none' : `${compression} takes ${low} to ${high}`;
    throw new AnnDataError('ERR_ARGUMENT', `compressionOpts is ${level}, but ${range}`);
  }
  return { codec: compression, level };
}
