// SPDX-License-Identifier: BSD-3-Clause

import { summarise } from '../inspect/summary';
import { openHdf5 } from '../storage/hdf5';
import { exitCode } from './exit-codes';
import { renderInfo } from './info-text';
import { inputBytes } from './input';
import { interruptible } from './interrupt';
import { lineWidth, printJson, schemaVersion } from './output';
import { styleFor } from './style';

/** `anndata info`: one walk over the metadata; no values are read. */
export async function info(file: string, options: { json?: boolean }): Promise<number> {
  const bytes = inputBytes(file);
  return interruptible(async (signal) => {
    const storage = await openHdf5(file);
    try {
      const summary = summarise(await storage.describe('', { signal }));
      if (options.json === true) printJson({ schema: schemaVersion, file, fileBytes: bytes, ...summary });
      else process.stdout.write(renderInfo(file, bytes, summary, lineWidth(), styleFor(process.stdout)));
      return exitCode.ok;
    } finally {
      await storage.close();
    }
  });
}
