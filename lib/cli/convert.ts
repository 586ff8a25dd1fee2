// SPDX-License-Identifier: BSD-3-Clause

import type { MatrixFormat } from '../elements';
import { replaceFile } from '../io/atomic-file';
import { readH5ad } from '../io/read-h5ad';
import { writeH5ad } from '../io/write-h5ad';
import { UsageError } from './usage-error';
import { refuseExisting, runWriting, type WritingOptions, written } from './writing';

export interface ConvertOptions extends WritingOptions {
  to?: MatrixFormat;
  key?: string[];
}

/** `anndata convert`: writes a file of any age anew, block by block; the target appears only when it is complete. */
export async function convert(input: string, output: string, options: ConvertOptions): Promise<number> {
  const formats = formatsOf(options);
  const check = () => refuseExisting(output, options.force);
  return runWriting('converting', [input], options, check, async (form) => {
    // In a file of its own first, so that output and input may be the same: the input is closed by the time it is replaced.
    await replaceFile(
      output,
      async (temporary) => {
        const backed = await readH5ad(input, { backed: 'r', signal: form.signal });
        try {
          // Formats, even none, have everything written anew: nothing is carried over with the compression it had.
          await writeH5ad(temporary, backed, { ...form, formats });
        } finally {
          await backed.close();
        }
      },
      { signal: form.signal },
    );
    return written(output);
  });
}

/** @throws {UsageError} for keys without a format */
function formatsOf({ to, key }: ConvertOptions): Record<string, MatrixFormat> {
  if (to === undefined && key !== undefined) throw new UsageError('--key has no meaning without --to');
  return to === undefined ? {} : Object.fromEntries((key ?? ['X']).map((each) => [each, to]));
}
