// SPDX-License-Identifier: BSD-3-Clause

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const fixtures = join(__dirname, '..', 'fixtures');

/** A folder for one test; call inside a describe or at the top of a file. */
export function scratch(): { path(name: string): string; readonly folder: string } {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'anndata-io-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return {
    path: (name) => join(folder, name),
    get folder() {
      return folder;
    },
  };
}
