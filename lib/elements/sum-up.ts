// SPDX-License-Identifier: BSD-3-Clause

import type { ExecuteOptions } from './execute-plan';

/** Adds up the bytes of many reads and passes the sum on in steps that are worth a call. */
export function sumUp(total: number, onProgress: ExecuteOptions['onProgress']) {
  let done = 0;
  let told = 0;
  const tell = () => {
    told = done;
    onProgress?.({ done, total, unit: 'bytes' });
  };
  return {
    add(bytes: number): void {
      done = Math.min(total, done + bytes);
      if (done - told >= total / 200 && done < total) tell();
    },
    finish(): void {
      done = total;
      tell();
    },
  };
}
