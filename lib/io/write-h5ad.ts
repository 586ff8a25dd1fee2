// SPDX-License-Identifier: BSD-3-Clause

import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type AnnData, annDataOf } from '../anndata/anndata';
import { readAround } from '../anndata/read-contents';
import { type ExecuteOptions, type MatrixFormat, planElement, RecordingPlan, type WriteOptions } from '../elements';
import { blockBytes, defaultMemory } from '../elements/stream-blocks';
import { AnnDataError, quote } from '../errors';
import type { ChunkBytes } from '../storage/chunk-shape';
import { compressionFault } from '../storage/compression';
import { Scratch } from '../storage/scratch';
import type { Compression } from '../storage/storage';
import { isSameFile } from './same-file';
import { writeFile } from './write-file';

/** How an `.h5ad` file is written. */
export interface WriteH5adOptions extends ExecuteOptions {
  /** Filter of all arrays; `null` (the default) stores them as they are. */
  compression?: Compression['codec'] | null | undefined;
  /** Level: gzip 0–9, zstd 1–22. The defaults are chosen for speed; docs/benchmarks.md has what others would give. */
  compressionOpts?: number | undefined;
  /**
   * Whether the bytes of equal weight of all elements of a chunk are put beside each other before gzip or zstd. By default
   * integers are, which makes the positions of a sparse matrix 40 % smaller, and floats where a sample of them says that it pays.
   * Every HDF5 reads it.
   */
  shuffle?: boolean | undefined;
  /** Bytes of an uncompressed chunk, about (default 2¹⁸); `'h5py'` takes the sizes that Python's files have. */
  chunkBytes?: number | 'h5py' | undefined;
  /**
   * Matrices to write in another format, by key: `{ X: 'csc', 'layers/counts': 'dense' }`. What does not fit into `maxMemory` is put
   * down in a scratch file beside the target meanwhile: as much space as the entries of the largest matrix take uncompressed.
   */
  formats?: Readonly<Record<string, MatrixFormat>> | undefined;
  /** Sparse matrices to write dense: `'X'`, `'raw/X'`, `'layers/<name>'`; the same as `formats` with `'dense'`. */
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
 * Matrices of a backed object or view are never in memory as a whole: those nobody touched are carried over as they are stored
 * where the options ask for no other form, all others are read block by block within `maxMemory`.
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
  const { signal, onProgress, maxMemory, ...form } = options;
  checkMemory(maxMemory);
  const scratch = scratchBeside(path, maxMemory);
  let plan: RecordingPlan;
  if (adata.isBacked) {
    const backed = adata as AnnData<'backed'>;
    const anew = Object.values(form).some((wanted) => wanted !== undefined && wanted !== null);
    // At once: what is changed while the disk is asked is not to be written.
    const taken = snapshot(backed, signal);
    await Promise.all([refuseOwnFile(backed, path), taken]);
    plan = planH5ad(await taken, form, { anew, scratch });
  } else plan = planH5ad(adata as AnnData, form);
  try {
    await writeFile(path, plan, { signal, onProgress, maxMemory });
  } finally {
    await scratch.close();
  }
}

/** Room for what does not fit into memory while a file is written. */
export function scratchBeside(path: string, maxMemory = defaultMemory): Scratch {
  return new Scratch(dirname(resolve(path)), blockBytes(maxMemory));
}

/** What is in memory and what lies in the file, as it is at the call. */
async function snapshot(adata: AnnData<'backed'>, signal: AbortSignal | undefined): Promise<AnnData> {
  return annDataOf(await readAround(adata, { signal }));
}

async function refuseOwnFile({ file }: AnnData<'backed'>, path: string): Promise<void> {
  const [target, own] = await Promise.all([path, file.filename].map((one) => stat(one).catch(() => null)));
  if (isSameFile(target, own)) {
    const advice = file.mode === 'r+' ? 'commit() the changes' : 'open it with backed: "r+" and commit()';
    throw new AnnDataError('ERR_ARGUMENT', `the object is backed by this very file; ${advice}`, { file: path });
  }
}

/** The least that reading and writing in blocks takes. */
export const leastMemory = 2 ** 20;

/** @throws {AnnDataError} `ERR_ARGUMENT` for what is no budget */
export function checkMemory(bytes: number | undefined): void {
  if (bytes === undefined || bytes >= leastMemory) return;
  throw new AnnDataError(
    'ERR_ARGUMENT',
    `maxMemory is a number of bytes, ${leastMemory} or more, not ${quote(String(bytes))}`,
  );
}

/**
 * Everything that can be refused is refused here, synchronously.
 *
 * @param how.anew - whether nothing is carried over as it is stored
 */
export function planH5ad(
  adata: AnnData,
  options: WriteH5adOptions,
  how: Pick<WriteOptions, 'anew' | 'scratch'> = {},
): RecordingPlan {
  const plan = new RecordingPlan({
    compression: compressionOf(options),
    chunkBytes: chunkBytesOf(options),
    strings: options.strings,
    convertStringsToCategoricals: options.convertStringsToCategoricals,
    formats: formatsOf(options),
    ...how,
  });
  planElement(plan, '', adata);
  for (const key of plan.missingFormats()) {
    throw new AnnDataError('ERR_ARGUMENT', `a format is asked for ${quote(key)}, but there is nothing at that key`, {
      key,
    });
  }
  return plan;
}

/** @throws {AnnDataError} `ERR_ARGUMENT` for what is no matrix and no format */
function formatsOf({ asDense = [], formats = {} }: WriteH5adOptions): Map<string, MatrixFormat> {
  const dense = typeof asDense === 'string' ? [asDense] : asDense;
  const asked = [...dense.map((key) => [key, 'dense'] as const), ...Object.entries(formats)];
  return new Map(asked.map(([key, format]) => [checkedKey(key), checkedFormat(key, format)]));
}

function checkedKey(key: string): string {
  if (/^(X|raw[./]X|(layers|obsp|varp)\/[^/]+)$/.test(key)) return key === 'raw.X' ? 'raw/X' : key;
  const known = '"X", "raw/X", "layers/<name>", "obsp/<name>" and "varp/<name>"';
  throw new AnnDataError('ERR_ARGUMENT', `asDense takes, as formats does, ${known}, not ${quote(key)}`);
}

function checkedFormat(key: string, format: MatrixFormat): MatrixFormat {
  if (['csr', 'csc', 'dense'].includes(format)) return format;
  throw new AnnDataError('ERR_ARGUMENT', `a format is "csr", "csc" or "dense", not ${quote(String(format))}`, { key });
}

function compressionOf({ compression, compressionOpts, shuffle }: WriteH5adOptions): Compression | undefined {
  if (compression === undefined || compression === null) return undefined;
  const chosen = { codec: compression, level: compressionOpts, shuffle };
  const fault = compressionFault(chosen);
  if (fault !== undefined) throw new AnnDataError('ERR_ARGUMENT', fault);
  return chosen;
}

/** The smallest chunk anybody could want, and the largest our own reader takes. */
const [leastChunk, mostChunk] = [2 ** 10, 2 ** 30];

function chunkBytesOf({ chunkBytes: bytes }: WriteH5adOptions): ChunkBytes | undefined {
  if (bytes === undefined || bytes === 'h5py' || (bytes >= leastChunk && bytes <= mostChunk)) return bytes;
  throw new AnnDataError(
    'ERR_ARGUMENT',
    `chunkBytes is "h5py" or a number of bytes from ${leastChunk} to ${mostChunk}, not ${quote(String(bytes))}`,
  );
}
