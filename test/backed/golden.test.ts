// SPDX-License-Identifier: BSD-3-Clause
//
// Every file of the fixtures, opened backed and brought into memory, is what reading it gives; so is a part of it.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type AnnData, isAnnDataError, readH5ad } from '../../lib';
import { describeAnnData } from '../support/describe';

const fixtures = join(__dirname, '..', 'fixtures');
const golden = readdirSync(join(fixtures, 'golden')).filter((name) => name.endsWith('.gz'));
const archives = ['v0.5.0', 'v0.7.0', 'v0.7.8', 'v0.11.4'].map((version) => `archives/${version}/adata.h5ad`);
const files = [...golden.map((name) => `golden/${name}`), ...archives, 'pbmc68k_reduced.h5ad'];
const folder = mkdtempSync(join(tmpdir(), 'backed-golden-'));
const silent = { onWarning: () => undefined };

beforeAll(() => {
  jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function unpacked(name: string): string {
  const path = join(fixtures, name);
  if (!name.endsWith('.gz')) return path;
  const target = join(folder, name.replace(/.*\//, '').replace('.gz', ''));
  writeFileSync(target, gunzipSync(readFileSync(path)));
  return target;
}

/** As text first: jest takes long to compare a million numbers. */
function same(found: AnnData, wanted: AnnData): void {
  const [a, b] = [describeAnnData(found), describeAnnData(wanted)];
  if (JSON.stringify(a) !== JSON.stringify(b)) expect(a).toEqual(b);
}

test.each(files)('%s', async (name) => {
  const path = unpacked(name);
  const whole = await readH5ad(path, silent);
  const backed = await readH5ad(path, { backed: 'r', ...silent });
  try {
    expect(backed.shape).toEqual(whole.shape);
    const rows = Int32Array.from({ length: whole.nObs }, (_, i) => (i * 7 + 3) % whole.nObs);
    const columns = Int32Array.from({ length: Math.ceil(whole.nVars / 2) }, (_, i) => (i * 5 + 1) % whole.nVars);
    const part = await backed.subset(rows, columns).toMemory();
    same(part, whole.subset(rows, columns).copy());
    same(await backed.toMemory(), whole);
  } finally {
    await backed.close();
  }
});

test('bad files are refused when they are opened or when they are read, never taken', async () => {
  const bad = readdirSync(join(fixtures, 'bad')).filter((name) => name.endsWith('.gz'));
  const differing: string[] = [];
  for (const name of bad) {
    const path = unpacked(`bad/${name}`);
    const outcome = async (read: () => Promise<unknown>): Promise<string> => {
      try {
        await read();
        return 'read';
      } catch (error) {
        if (!isAnnDataError(error)) throw error;
        return 'refused';
      }
    };
    const options = { ...silent, limits: { maxBytes: 2 ** 24 } };
    const eager = await outcome(() => readH5ad(path, options));
    const lazy = await outcome(async () => {
      const backed = await readH5ad(path, { backed: 'r', ...options });
      try {
        await backed.toMemory();
      } finally {
        await backed.close();
      }
    });
    if (eager !== lazy) differing.push(`${name}: ${eager}, but backed ${lazy}`);
  }
  expect(differing).toEqual([]);
});
