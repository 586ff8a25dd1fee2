// SPDX-License-Identifier: BSD-3-Clause
//
// Random datasets (types, layouts, chunk indexes, filters and chunks without them, fill values) and random parts of them,
// beside what h5py reads. The slice of `npm test`; all of them by `npm run soak -- --only random-arrays --cases 10000`.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAnnDataError } from '../../lib/errors';
import { native } from '../../lib/native';
import { openHdf5 } from '../../lib/storage/hdf5';
import type { ArrayNode, AxisPick, GroupNode, StorageReader } from '../../lib/storage/storage';
import { describeWithPython } from '../support/python';
import { PythonServer } from '../support/python-server';
import { caseCount, seed } from '../support/random-suite';

/** Where something lies among the expected bytes. */
type Part = [at: number, bytes: number];

interface Read {
  op: 'numbers' | 'text' | 'indices' | 'gather';
  file: string;
  key: string;
  field?: string | null;
  /** Whether our own reader takes it, and not libhdf5's. */
  engine: boolean;
  dtype?: string;
  picks: ([start: number, count: number] | { at: number[] })[];
  min: number;
  below: number;
  starts: number[];
  counts: number[];
  minor: number[];
  /** null: is to be refused. */
  expect: Part | Part[] | null;
}

const perBatch = 100;

describeWithPython(`random arrays beside h5py, ANNDATA_SEED=${seed}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'anndata-random-arrays-'));
  const python = new PythonServer('test/storage/python/random_arrays.py', [folder]);
  afterAll(async () => {
    await python.close();
    rmSync(folder, { recursive: true });
  });

  const bytesOf = (array: ArrayBufferView) => Buffer.from(array.buffer, array.byteOffset, array.byteLength);

  function picksOf({ picks }: Read): AxisPick[] {
    return picks.map((pick) => (Array.isArray(pick) ? { start: pick[0], count: pick[1] } : Int32Array.from(pick.at)));
  }

  async function results(storage: StorageReader, nodes: GroupNode, read: Read): Promise<Buffer[]> {
    const node = nodes.children!.get(read.key) as ArrayNode | GroupNode;
    if (read.op === 'gather') {
      const [indices, data] = ['indices', 'data'].map((key) => (node as GroupNode).children!.get(key) as ArrayNode);
      const found = await storage.gatherSparse({
        indices: indices as ArrayNode,
        data: data as ArrayNode,
        starts: Int32Array.from(read.starts),
        counts: Int32Array.from(read.counts),
        minorMap: Int32Array.from(read.minor),
      });
      return [found.counts, found.indices, found.data].map(bytesOf);
    }
    const options = { picks: picksOf(read), field: read.field ?? undefined };
    if (read.op === 'numbers') return [bytesOf(await storage.readNumeric(node as ArrayNode, options))];
    if (read.op === 'indices') {
      return [bytesOf(await storage.readIndices(node as ArrayNode, { ...options, min: read.min, below: read.below }))];
    }
    const { offsets, bytes } = await storage.readStrings(node as ArrayNode, options);
    return [bytesOf(offsets), bytesOf(bytes)];
  }

  function wanted({ expect: parts }: Read, expected: Buffer): Buffer[] | null {
    if (parts === null) return null;
    const list = (typeof parts[0] === 'number' ? [parts] : parts) as Part[];
    return list.map(([at, n]) => expected.subarray(at, at + n));
  }

  /** NaN may have any sign and payload. */
  function same(a: Buffer, b: Buffer, dtype: string | undefined): boolean {
    if (a.equals(b)) return true;
    if (a.length !== b.length || !/f|c|float|complex|g/.test(dtype ?? '')) return false;
    const wide = a.length % 8 === 0 && /64|8|128|16|g/.test(dtype ?? '');
    const floats = (x: Buffer) => {
      const copy = new Uint8Array(x).buffer;
      return wide ? new Float64Array(copy) : new Float32Array(copy);
    };
    const [p, q] = [floats(a), floats(b)];
    return p.every((value, i) => Object.is(value, q[i]));
  }

  async function problem(
    storage: StorageReader,
    nodes: GroupNode,
    read: Read,
    expected: Buffer,
  ): Promise<string | null> {
    const before = native().counters().libraryReads;
    const right = wanted(read, expected);
    try {
      const found = await results(storage, nodes, read);
      if (right === null) return 'was not refused';
      if (found.length !== right.length || !found.every((part, i) => same(part, right[i]!, read.dtype)))
        return 'differs';
    } catch (error) {
      const refused = isAnnDataError(error) && error.code === 'ERR_INVALID_FILE';
      if (right !== null || !refused) return String(error);
    }
    return read.engine && native().counters().libraryReads !== before ? 'was read by libhdf5' : null;
  }

  /** What is wrong with a batch. */
  async function batch(reads: Read[]): Promise<{ read: Read; what: string; node: unknown }[]> {
    const expected = readFileSync(join(folder, 'expected.bin'));
    const wrong = [];
    for (const file of new Set(reads.map((read) => read.file))) {
      const storage = await openHdf5(join(folder, file));
      const nodes = (await storage.describe('')) as GroupNode;
      for (const read of reads.filter((each) => each.file === file)) {
        const what = await problem(storage, nodes, read, expected);
        if (what !== null) wrong.push({ read, what, node: nodes.children!.get(read.key) });
      }
      await storage.close();
    }
    return wrong;
  }

  const datasets = caseCount(300);

  test(
    `${datasets} of them`,
    async () => {
      let reads = 0;
      const chunks = native().counters().chunks;
      for (let done = 0; done < datasets; done += perBatch) {
        const all = await python.ask<Read[]>([seed * 1000 + done / perBatch, Math.min(perBatch, datasets - done)]);
        const wrong = await batch(all);
        reads += all.length;
        if (wrong.length === 0) continue;
        const texts = wrong.map((each) => JSON.stringify(each)).sort((a, b) => a.length - b.length);
        throw new Error(
          `batch ${done / perBatch}, ${wrong.length} of ${all.length} reads; the shortest:\n${texts.slice(0, 3).join('\n')}`,
        );
      }
      expect(native().counters().chunks - chunks).toBeGreaterThan(reads);
    },
    datasets * 200 + 60_000,
  );
});
