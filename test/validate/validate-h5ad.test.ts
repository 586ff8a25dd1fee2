// SPDX-License-Identifier: BSD-3-Clause

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { isAnnDataError, readH5ad, validateH5ad } from '../../lib';

const fixtures = join(__dirname, '..', 'fixtures');
const packed = (folder: string) => readdirSync(join(fixtures, folder)).filter((name) => name.endsWith('.h5ad.gz'));
let scratch: string;

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'anndata-validate-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function unpack(folder: string, name: string): string {
  const path = join(scratch, name.slice(0, -'.gz'.length));
  writeFileSync(path, gunzipSync(readFileSync(join(fixtures, folder, name))));
  return path;
}

/** Code of the error that reading ends with; null when it succeeds. */
async function failure(path: string): Promise<string | null> {
  try {
    await readH5ad(path, { onWarning: () => undefined });
    return null;
  } catch (error) {
    return isAnnDataError(error) ? error.code : `no AnnDataError: ${String(error)}`;
  }
}

test.each(packed('bad'))('%s is valid if, and only if, it can be read', async (name) => {
  const path = unpack('bad', name);
  const { valid, findings } = await validateH5ad(path);
  expect({ valid, findings }).toMatchObject({ valid: (await failure(path)) === null });
});

test.each(packed('golden'))('%s is valid', async (name) => {
  const { findings } = await validateH5ad(unpack('golden', name));
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
});

test('progress rises to the whole', async () => {
  const told: number[] = [];
  await validateH5ad(join(fixtures, 'pbmc68k_reduced.h5ad'), {
    onProgress: ({ done, total }) => told.push(done / total),
  });
  expect(told).toEqual([...told].sort((a, b) => a - b));
  expect(told.at(-1)).toBeGreaterThan(0.8);
  expect(told.at(-1)).toBeLessThanOrEqual(1);
});

test('a signal ends it', async () => {
  const reason = new Error('enough');
  await expect(
    validateH5ad(join(fixtures, 'pbmc68k_reduced.h5ad'), { signal: AbortSignal.abort(reason) }),
  ).rejects.toBe(reason);
});

test('a damaged chunk is found, in the middle of the file too', async () => {
  const bytes = readFileSync(join(fixtures, 'pbmc68k_reduced.h5ad'));
  bytes.fill(0xa5, 900_000, 900_400);
  const path = join(scratch, 'damaged.h5ad');
  writeFileSync(path, bytes);
  const { findings } = await validateH5ad(path);
  expect(findings.filter(({ code }) => code === 'data')).not.toEqual([]);
});
