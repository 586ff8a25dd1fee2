// SPDX-License-Identifier: BSD-3-Clause

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const fixtures = join(__dirname, '..', 'fixtures');

/** How a bad file must be refused. */
export interface BadFile {
  file: string;
  code: string;
  /** The element at fault; the error names it or something below it. `a|b`: either of two that do not fit together. */
  key: string;
  why: string;
}

export function badFiles(): BadFile[] {
  return JSON.parse(readFileSync(join(fixtures, 'bad', 'manifest.json'), 'utf8')) as BadFile[];
}

/** Whether an error at `key` is about the element `expected`. */
export function isAt(key: string | undefined, expected: string): boolean {
  return expected.split('|').some((each) => key === each || (key ?? '').startsWith(`${each}/`));
}

/** A folder that is gone when the process is. */
export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `anndata-${name}-`));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Unpacks `test/fixtures/<kind>/<file>.gz` into `folder` and returns the path. */
export function unpack(kind: 'bad' | 'golden', file: string, folder: string): string {
  const path = join(folder, file);
  writeFileSync(path, gunzipSync(readFileSync(join(fixtures, kind, `${file}.gz`))));
  return path;
}
