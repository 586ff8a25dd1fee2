// SPDX-License-Identifier: BSD-3-Clause

import { lstatSync } from 'node:fs';
import { AnnDataError } from '../errors';
import { readH5ad } from '../io/read-h5ad';
import { writeH5ad } from '../io/write-h5ad';
import type { Compression } from '../storage/storage';
import { exitCode } from './exit-codes';
import { inputBytes } from './input';
import { interruptible } from './interrupt';
import { listenToWarnings } from './output';
import { type Progress, startProgress } from './progress';
import { UsageError } from './usage-error';

export interface ConvertOptions {
  compression: 'gzip' | 'lzf' | 'zstd' | 'none';
  level?: string;
  force?: boolean;
}

const levels: Readonly<Record<string, readonly [number, number]>> = { gzip: [0, 9], zstd: [1, 22] };

/** `anndata convert`: reads a file of any age and writes it anew; the target appears only when it is complete. */
export async function convert(input: string, output: string, options: ConvertOptions): Promise<number> {
  const compression = compressionOf(options);
  inputBytes(input);
  listenToWarnings(true);
  if (options.force !== true && lstatSync(output, { throwIfNoEntry: false }) !== undefined) {
    throw new AnnDataError('ERR_ARGUMENT', 'something is there already; add --force to replace it', { file: output });
  }
  return interruptible(async (signal) => {
    const progress = startProgress();
    try {
      const adata = await readH5ad(input, { signal, onProgress: report(progress, 'reading') });
      await writeH5ad(output, adata, { ...compression, signal, onProgress: report(progress, 'writing') });
    } finally {
      progress.stop();
    }
    return exitCode.ok;
  });
}

function compressionOf({ compression, level }: ConvertOptions): {
  compression?: Compression['codec'];
  compressionOpts?: number;
} {
  if (level === undefined) return compression === 'none' ? {} : { compression };
  const range = levels[compression];
  if (range === undefined || compression === 'none')
    throw new UsageError(`--level has no meaning with --compression ${compression}`);
  const value = Number(level);
  if (!/^\d+$/.test(level) || value < range[0] || value > range[1]) {
    throw new UsageError(`--level ${level} is not possible, ${compression} has levels ${range[0]} to ${range[1]}`);
  }
  return { compression, compressionOpts: value };
}

function report(progress: Progress, stage: string) {
  return ({ done, total }: { done: number; total: number }) => progress.update(stage, done, total);
}
