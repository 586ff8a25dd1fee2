// SPDX-License-Identifier: BSD-3-Clause

import type { IndexArray, TypedArray } from '../arrays/dtype';
import { AnnDataError } from '../errors';
import type { Gathered, SparseGather, StorageReader } from './storage';

/** Runs as the addon takes them: ascending, each once. */
export interface AscendingRuns {
  starts: Float64Array;
  counts: Float64Array;
  /** In all of them. */
  entries: number;
  /** For each run that was asked for, which of these it is; null when they are the same. */
  which: Int32Array | null;
}

/**
 * Sorts runs and leaves out repeats. Runs of a compressed matrix are the same or do not overlap, unless its indptr falls.
 *
 * @throws {AnnDataError} `ERR_ARGUMENT` for runs that overlap in part
 */
export function ascendingRuns(starts: IndexArray, counts: IndexArray): AscendingRuns {
  const n = starts.length;
  let entries = 0;
  let ascend = true;
  for (let i = 0; i < n; i++) {
    entries += counts[i] as number;
    if (i > 0 && (starts[i] as number) < (starts[i - 1] as number) + (counts[i - 1] as number)) ascend = false;
  }
  if (ascend) return { starts: new Float64Array(starts), counts: new Float64Array(counts), entries, which: null };
  const order = Int32Array.from({ length: n }, (_, i) => i).sort(
    (a, b) => (starts[a] as number) - (starts[b] as number) || (counts[a] as number) - (counts[b] as number),
  );
  const runs = { starts: new Float64Array(n), counts: new Float64Array(n), entries: 0, which: new Int32Array(n) };
  let last = -1;
  for (const i of order) {
    const [start, count] = [starts[i] as number, counts[i] as number];
    if (last < 0 || start !== runs.starts[last] || count !== runs.counts[last]) {
      if (last >= 0 && start < (runs.starts[last] as number) + (runs.counts[last] as number)) {
        throw new AnnDataError('ERR_ARGUMENT', `the run of entries at ${start} overlaps with the one before`);
      }
      last++;
      runs.starts[last] = start;
      runs.counts[last] = count;
      runs.entries += count;
    }
    runs.which[i] = last;
  }
  runs.starts = runs.starts.slice(0, last + 1);
  runs.counts = runs.counts.slice(0, last + 1);
  return runs;
}

/** What was found, in the order and with the repeats that were asked for. */
export function inOrderAsked(found: Gathered, { which }: AscendingRuns): Gathered {
  if (which === null) return found;
  const first = new Float64Array(found.counts.length + 1);
  for (let run = 0; run < found.counts.length; run++) {
    first[run + 1] = (first[run] as number) + (found.counts[run] as number);
  }
  const counts = Int32Array.from(which, (run) => found.counts[run] as number);
  const total = counts.reduce((sum, n) => sum + n, 0);
  const slots = found.data.length / Math.max(1, found.indices.length);
  const indices = new Int32Array(total);
  const data = new (found.data.constructor as new (n: number) => TypedArray)(total * slots);
  let to = 0;
  for (const run of which) {
    const [from, end] = [first[run] as number, first[run + 1] as number];
    indices.set(found.indices.subarray(from, end), to);
    data.set(found.data.subarray(from * slots, end * slots) as never, to * slots);
    to += end - from;
  }
  return { counts, indices, data };
}

/** For what only libhdf5 reads, which is small or odd: whole runs, of which the wanted entries are kept. */
export async function gatherFromRuns(
  storage: StorageReader,
  { indices: indexNode, data: dataNode, minorMap, signal, onBytes }: SparseGather,
  runs: AscendingRuns,
): Promise<Gathered> {
  const picks = [positionsOf(runs)];
  const stored = await storage.readIndices(indexNode, { picks, signal, onBytes });
  const values = await storage.readNumeric(dataNode, { picks, signal, onBytes });
  const slots = values.length / Math.max(1, stored.length);
  const counts = new Int32Array(runs.counts.length);
  const [indices, kept]: [number[], number[]] = [[], []];
  let at = 0;
  runs.counts.forEach((count, run) => {
    for (const end = at + count; at < end; at++) {
      const index = stored[at] as number;
      if (index >= minorMap.length) {
        const reason = `the index ${index} is outside of an axis of length ${minorMap.length}`;
        throw new AnnDataError('ERR_INVALID_FILE', reason, { file: storage.location, key: indexNode.key });
      }
      if ((minorMap[index] as number) < 0) continue;
      indices.push(minorMap[index] as number);
      kept.push(at);
      counts[run] = (counts[run] as number) + 1;
    }
  });
  const data = new (values.constructor as new (n: number) => TypedArray)(kept.length * slots);
  kept.forEach((from, to) => {
    data.set(values.subarray(from * slots, (from + 1) * slots) as never, to * slots);
  });
  return { counts, indices: Int32Array.from(indices), data };
}

function positionsOf({ starts, counts, entries }: AscendingRuns): Float64Array {
  const positions = new Float64Array(entries);
  let n = 0;
  starts.forEach((start, run) => {
    for (let i = 0; i < (counts[run] as number); i++) positions[n++] = start + i;
  });
  return positions;
}
