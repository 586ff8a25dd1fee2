// SPDX-License-Identifier: BSD-3-Clause

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** A Chromium on PATH, or null. */
export function findChromium(): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const files = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return files.find(isProgram) ?? null;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A suite that needs a browser. Without one it is skipped by name; with `CI=true` that is a failure. */
export function describeWithChromium(name: string, fn: (executable: string) => void): void {
  const executable = findChromium();
  if (executable !== null) {
    describe(name, () => fn(executable));
    return;
  }
  if (process.env.CI === 'true') {
    test(`${name}: needs Chromium`, () => {
      throw new Error(`none of ${names.join(', ')} is on PATH; on Debian: apt-get install -y chromium`);
    });
  }
  describe.skip(`${name} [skipped: no Chromium]`, () => fn(''));
}
