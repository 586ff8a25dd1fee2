// SPDX-License-Identifier: BSD-3-Clause

import { isAnnDataError } from '../errors';
import { bytesBelow } from '../inspect/stored';
import { readH5ad } from '../io/read-h5ad';
import { attempt, type Check } from './check';

/** What is read whole for proof takes at most about this much memory. */
const smallBytes = 64 * 2 ** 20;

/**
 * A small file in which nothing is wrong so far is read for proof, so that no rule of the readers is missing
 * here. Files that are larger, or known to be invalid, are left alone.
 */
export async function dryRun(check: Check): Promise<void> {
  if (check.findings.hasErrorAt('') || bytesBelow(check.root) > smallBytes) return;
  await attempt(check, '', 'unreadable', async () => {
    try {
      await readH5ad(check.storage.location, {
        signal: check.signal,
        limits: check.storage.limits,
        onWarning: () => undefined,
      });
    } catch (error) {
      if (
        isAnnDataError(error) &&
        (error.code === 'ERR_SHAPE' || error.code === 'ERR_NAME' || error.code === 'ERR_ARGUMENT')
      ) {
        check.findings.error('unreadable', error.key ?? '', error.reason);
        return;
      }
      throw error;
    }
  });
}
