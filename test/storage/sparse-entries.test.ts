// SPDX-License-Identifier: BSD-3-Clause
//
// Runs and single entries of sparse matrices, however they are stored: what scipy takes of the same matrix.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHdf5 } from '../../lib/storage/hdf5';
import type { ArrayNode, GroupNode, StorageReader } from '../../lib/storage/storage';
import { describeWithPython, runPython } from '../support/python';

describeWithPython('entries of a sparse matrix', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sparse-entries-'));
  let storage: StorageReader;
  let names: string[];
  let indptr: number[];
  beforeAll(async () => {
    const file = join(folder, 'a.h5');
    await runPython('test/storage/python/sparse_entries.py', [file]);
    storage = await openHdf5(file);
    names = [...(((await storage.describe('')) as GroupNode).children?.keys() ?? [])];
    indptr = await numbers('indptr');
  });
  afterAll(async () => {
    await storage.close();
    rmSync(folder, { recursive: true });
  });

  const array = async (key: string): Promise<ArrayNode> => (await storage.describe(key)) as ArrayNode;
  const numbers = async (key: string): Promise<number[]> =>
    Array.from((await storage.readNumeric(await array(key))) as Float64Array, Number);
  const parts = async (key: string) => ({
    indices: await array(`${key}/indices`),
    data: await array(`${key}/data`),
  });
  const plain = (found: { indices: ArrayLike<number>; data: ArrayLike<number | bigint> }) => ({
    indices: Array.from(found.indices),
    data: Array.from(found.data, Number),
  });
  const runsOf = (rows: number[]) => ({
    starts: Int32Array.from(rows, (row) => indptr[row]!),
    counts: Int32Array.from(rows, (row) => indptr[row + 1]! - indptr[row]!),
  });
  const wanted = async (key: string) => ({
    indices: await numbers(`${key}/indices`),
    data: await numbers(`${key}/data`),
  });

  test.each(['all', 'backwards', 'some', 'one', 'none'])('%s of the rows', async (request) => {
    const rows = await numbers(`requests/${request}/rows`);
    const whole = await wanted(`requests/${request}`);
    const thirds = { map: new Int32Array(120).fill(-1), expected: await wanted(`requests/${request}/thirds`) };
    for (let i = 0; i < 40; i++) thirds.map[3 * i] = i;
    const seven = { map: new Int32Array(120).fill(-1), expected: await wanted(`requests/${request}/seven`) };
    seven.map[7] = 0;
    const unique = runsOf([...new Set(rows)].sort((a, b) => a - b));
    const stored = names.filter((name) => /contiguous|chunks|gzip/.test(name));
    expect(stored).toHaveLength(36);
    const same = (found: object, expected: object) => JSON.stringify(found) === JSON.stringify(expected);
    const wrong: string[] = [];
    for (const name of stored) {
      const nodes = await parts(name);
      const found = plain(await storage.readRuns({ ...nodes, ...runsOf(rows), minor: 120 }));
      if (!same(found, whole)) wrong.push(`runs of ${name}`);
      for (const { map, expected } of [thirds, seven]) {
        const gathered = plain(await storage.gatherSparse({ ...nodes, ...unique, minorMap: map }));
        if (!same(gathered, expected)) wrong.push(`${expected.indices.length} entries of ${name}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('chunks that were never written', async () => {
    const run = { starts: Int32Array.of(900, 0), counts: Int32Array.of(100, 350), minor: 6 };
    const take = (values: number[]) => [...values.slice(900), ...values.slice(0, 350)];
    const expected = [take(await numbers('holes/indices_plain')), take(await numbers('holes/data_plain'))];
    const found = plain(await storage.readRuns({ ...(await parts('holes')), ...run }));
    expect([found.indices, found.data]).toEqual(expected);
    const never = plain(await storage.readRuns({ ...(await parts('never')), ...run }));
    expect(never).toEqual({ indices: new Array(450).fill(3), data: new Array(450).fill(2.5) });
    const minorMap = Int32Array.of(-1, -1, -1, -1, -1, 0);
    const all = { starts: Int32Array.of(0), counts: Int32Array.of(1000), minorMap };
    const gathered = plain(await storage.gatherSparse({ ...(await parts('holes')), ...all }));
    expect(gathered).toEqual({ indices: new Array(100).fill(0), data: new Array(100).fill(5) });
    expect((await storage.gatherSparse({ ...(await parts('never')), ...all })).indices).toHaveLength(0);
  });

  test.each([
    ['wide', 2 ** 31],
    ['widest', 2 ** 53 - 1],
  ])('positions past 2³¹ are read without the values again: %s', async (name, value) => {
    const run = { starts: Int32Array.of(500, 0), counts: Int32Array.of(500, 10), minor: 2 ** 53 };
    let bytes = 0;
    const onBytes = (more: number): void => {
      bytes += more;
    };
    const nodes = await parts(name);
    const found = await storage.readRuns({ ...nodes, ...run, onBytes });
    expect(found.indices).toBeInstanceOf(Float64Array);
    const positions = Array.from({ length: 510 }, (_, i) => (i < 500 ? 500 + i : i - 500));
    const indices = positions.map((i) => (i === 700 ? value : i));
    expect(plain(found)).toEqual({ indices, data: positions.map((i) => i / 2) });
    expect(bytes).toBe(510 * (4 + 8 + 8));
    const outside = storage.readRuns({ ...nodes, ...run, minor: value });
    await expect(outside).rejects.toMatchObject({ code: 'ERR_INVALID_FILE', key: `${name}/indices` });
  });

  test.each(['huge', 'low'])('positions nobody can have are refused by value and place: %s', async (name) => {
    const nodes = await parts(name);
    const value = name === 'low' ? '-1' : String(2 ** 53 + 2);
    const refused = {
      code: 'ERR_INVALID_FILE',
      key: `${name}/indices`,
      message: expect.stringMatching(`${value} at position 700 is outside`),
    };
    const run = { starts: Int32Array.of(650), counts: Int32Array.of(200) };
    await expect(storage.readRuns({ ...nodes, ...run, minor: 2 ** 53 })).rejects.toMatchObject(refused);
    for (const some of [[0], [0, 2]]) {
      const minorMap = new Int32Array(1000).fill(-1);
      for (const i of some) minorMap[i] = 0;
      await expect(storage.gatherSparse({ ...nodes, ...run, minorMap })).rejects.toMatchObject(refused);
      // Nobody asked for it.
      const before = { starts: Int32Array.of(0), counts: Int32Array.of(700) };
      expect((await storage.gatherSparse({ ...nodes, ...before, minorMap })).indices).toHaveLength(some.length);
    }
  });
});
