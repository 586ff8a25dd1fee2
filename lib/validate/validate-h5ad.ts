// SPDX-License-Identifier: BSD-3-Clause

import { statSync } from 'node:fs';
import { isAnnDataError } from '../errors';
import { openHdf5 } from '../storage/hdf5';
import type { StorageReader } from '../storage/storage';
import { dryRun } from './dry-run';
import { type Finding, Findings } from './findings';
import { checkStorage, type ValidateOptions } from './validate-storage';

/** What validating found in a file. */
export interface ValidationReport {
  /** Whether there is no error among the findings. */
  valid: boolean;
  /** Everything that was found, in the order of the file. */
  findings: Finding[];
}

/**
 * Checks everything in an `.h5ad` file: structure, encodings, lengths, row pointers, every index and code, all text, all
 * compressed data. Reads the whole file once, a few MB at a time, so memory does not grow with the file.
 *
 * @returns all findings, also for a file that is no HDF5 at all
 * @throws AnnDataError when the file cannot be looked at: not there (`ERR_FILE_NOT_FOUND`), not readable (`ERR_IO`)
 * @example
 * ```ts
 * const { valid, findings } = await validateH5ad('cells.h5ad');
 * if (!valid) for (const { key, message } of findings) console.error(key, message);
 * ```
 */
export async function validateH5ad(path: string, options: ValidateOptions = {}): Promise<ValidationReport> {
  const findings = new Findings();
  const storage = await open(path, options, findings);
  if (storage !== undefined) {
    try {
      const check = await checkStorage(storage, { ...options, fileBytes: statSync(path).size }, findings);
      if (check !== undefined) await dryRun(check);
    } finally {
      await storage.close();
    }
  }
  return { valid: findings.count('error') === 0, findings: findings.sorted() };
}

async function open(path: string, options: ValidateOptions, findings: Findings): Promise<StorageReader | undefined> {
  try {
    return await openHdf5(path, options.limits === undefined ? {} : { limits: options.limits });
  } catch (error) {
    if (
      !isAnnDataError(error) ||
      !['ERR_NOT_HDF5', 'ERR_HDF5', 'ERR_INVALID_FILE', 'ERR_UNSAFE_FILE'].includes(error.code)
    )
      throw error;
    findings.error('not-hdf5', '', error.reason);
    return undefined;
  }
}
