// SPDX-License-Identifier: BSD-3-Clause

import { rmSync } from 'node:fs';
import { temporaryFolder } from '../support/bad-files';
import { summary } from '../support/compare';
import { describeWithPython } from '../support/python';
import { type RoundTrips, roundTrips } from './round-trip';

// Another seed each day, so that the suite keeps searching; a failure names it, and ANNDATA_SEED repeats it.
const seed = Number(process.env.ANNDATA_SEED ?? Math.floor(Date.now() / 86_400_000));
const count = Number(process.env.ANNDATA_CASES ?? 200);
const first = Number(process.env.ANNDATA_FIRST ?? 0);

describeWithPython(`random objects from Python through Node and back (ANNDATA_SEED=${seed})`, () => {
  const folder = temporaryFolder('roundtrip');
  let done: RoundTrips;

  beforeAll(async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    done = await roundTrips(folder, seed, count, first);
    const seconds = JSON.stringify(done.seconds);
    process.stderr.write(`round trips: ${done.cases.length} objects, ANNDATA_SEED=${seed}, seconds ${seconds}\n`);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test(`${count} objects were made, by both settings for text`, () => {
    expect(done.cases).toHaveLength(count);
    if (count < 5) return;
    expect(done.cases.some(({ strings }) => strings === false)).toBe(true);
    expect(done.cases.some(({ strings }) => strings === null)).toBe(true);
  });

  test('Node reads and writes all of them', () => {
    const { failures } = done;
    const shown = failures.slice(0, 10).map((failure) => `case ${failure.case}: ${failure.message}`);
    if (failures.length > 0) throw new Error(`seed ${seed}: ${failures.length} failed\n${shown.join('\n')}`);
  });

  test('Python finds what Node wrote equal, in memory and on disk', () => {
    if (done.differences.length > 0) throw new Error(`seed ${seed}: ${summary(done.differences)}`);
  });
});
