// SPDX-License-Identifier: BSD-3-Clause

import { type ExecuteOptions, executePlan, type RecordingPlan } from '../elements';
import { createHdf5 } from '../storage/hdf5';
import { type ReplaceOptions, replaceFile } from './atomic-file';

/** Writes a plan to a new HDF5 file that takes the place of `path` once it is complete. */
export async function writeFile(
  path: string,
  plan: RecordingPlan,
  options: ExecuteOptions & ReplaceOptions,
): Promise<void> {
  await replaceFile(
    path,
    async (temporary, hold) => {
      const writer = await createHdf5(temporary);
      try {
        await hold();
        await executePlan(plan, writer, options);
        await writer.close();
      } catch (error) {
        await writer.abandon();
        throw error;
      }
    },
    options,
  );
}
