// SPDX-License-Identifier: BSD-3-Clause

import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { AnnDataError } from '../../errors';
import { native } from '../../native';
import { dtypes, type IndexArray, type TypedArray } from '../dtype';
import { runInJs } from './js-kernels';
import type { KernelCall, Rows } from './kernels';
import { type Compressed, tuning } from './source';

/**
 * An algorithm as a generator: it yields the passes over a matrix it needs, one after the other, and returns its result.
 * A bare `yield` stands for a moment at which others may run, between two long pieces of plain work.
 * `runNow` makes each pass at once, `runSoon` piece by piece.
 */
export type Steps<T> = Generator<Pass | undefined, T, undefined>;

/** A range [from, to) of rows that is worked on in order; different lanes may be worked on at the same time. */
export interface Lane {
  readonly from: number;
  readonly to: number;
}

/** One pass over the rows of a matrix. */
export interface Pass {
  readonly source: Compressed;
  /** Rows to visit instead of all, in this order. */
  readonly picked?: IndexArray | null;
  readonly lanes: readonly Lane[];
  /** Whether the kernel looks at the values, too. */
  readonly values: boolean;
  /**
   * The kernel takes about as long as copying its rows would. Then they are not copied for the pool: this thread and the pool's work on
   * them together, in short turns.
   */
  readonly light?: boolean;
  /** The arrays belong to us alone: they need no copy, and rows are not cut. */
  readonly owned?: boolean;
  readonly call: (rows: Rows, lane: number) => KernelCall;
}

/** Elements that plain work handles between two moments at which others may run: a few milliseconds at most. */
export const pieceElements = 2 ** 15;

/** Options of everything that runs on the pool. */
export interface AsyncOptions {
  /** Gives up between two pieces; the promise is rejected with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** Cuts `rows` rows into lanes: as many as there are threads for a big matrix, else one. */
export function lanesOf(source: Compressed, rows: number): Lane[] {
  return source.indices.length < tuning.manyEntries ? oneLane(rows) : evenLanes(rows, threads());
}

/** The same in more, shorter lanes, where a lane needs no memory of its own: threads that are done take over from slower ones. */
export function shortLanesOf(source: Compressed, rows: number): Lane[] {
  return source.indices.length < tuning.manyEntries ? oneLane(rows) : evenLanes(rows, 4 * threads());
}

/** Lanes of a light pass without memory of their own: of what is ours the pool has long pieces, else this thread helps with short ones. */
export function lightLanesOf(source: Compressed, rows: number, owned: boolean): Lane[] {
  return owned ? lanesOf(source, rows) : shortLanesOf(source, rows);
}

function threads(): number {
  return Math.max(2, Math.min(4, availableParallelism()));
}

function evenLanes(rows: number, count: number): Lane[] {
  const bound = (i: number): number => Math.floor((rows * i) / count);
  return Array.from({ length: count }, (_, i) => ({ from: bound(i), to: bound(i + 1) }));
}

/** All rows in one lane, for kernels whose lanes would write to the same memory. */
export function oneLane(rows: number): Lane[] {
  return [{ from: 0, to: rows }];
}

/** Runs an algorithm to its end. */
export function runNow<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (step.value !== undefined) visitNow(step.value);
  }
}

function visitNow(pass: Pass): void {
  const turns = turnsOf(pass, { entries: Number.POSITIVE_INFINITY, rows: tuning.callRows });
  for (const calls of turns) run(calls, pass.source);
}

/** The pass in calls that go together, one for each lane. */
function* turnsOf(pass: Pass, limit: Limit): Generator<KernelCall[]> {
  const { indices, data } = pass.source;
  const cuts = pass.lanes.map((lane) => cut(pass, lane, limit));
  for (;;) {
    const calls: KernelCall[] = [];
    cuts.forEach((pieces, lane) => {
      const next = pieces.next();
      if (!next.done) calls.push(pass.call({ ...next.value, indices, data }, lane));
    });
    if (calls.length === 0) return;
    yield calls;
  }
}

function run(calls: KernelCall[], { indices }: Compressed): void {
  if (indices.length < tuning.manyEntries) calls.forEach(runInJs);
  else native().sparse(calls);
}

/** Lets the event loop turn whenever it has waited long enough. */
export class Turns {
  private since = performance.now();

  constructor(private readonly signal: AbortSignal | undefined) {}

  async pause(): Promise<void> {
    this.signal?.throwIfAborted();
    if (performance.now() - this.since < tuning.patience) return;
    await setImmediate();
    this.signal?.throwIfAborted();
    this.since = performance.now();
  }
}

/**
 * Runs an algorithm with pauses for the event loop, long passes on the pool. There the matrix is read in small pieces, copied on this
 * thread: whatever its owner does with the memory meanwhile (change it, transfer it away), no thread of ours touches memory that
 * is gone.
 *
 * @throws the signal's reason when it is aborted
 */
export async function runSoon<T>(steps: Steps<T>, { signal }: AsyncOptions = {}): Promise<T> {
  const turns = new Turns(signal);
  for (;;) {
    await turns.pause();
    const step = steps.next();
    if (step.done) return step.value;
    const pass = step.value;
    if (pass === undefined) continue;
    checkThere(pass.source);
    if (pass.source.indices.length < tuning.manyEntries) visitNow(pass);
    else if (pass.light === true && pass.owned !== true) await visitInTurns(pass, turns);
    else await visitOnPool(pass, signal);
  }
}

async function visitInTurns(pass: Pass, turns: Turns): Promise<void> {
  const limit = { entries: Math.ceil((tuning.pieceEntries * threads()) / pass.lanes.length), rows: tuning.pieceRows };
  for (const calls of turnsOf(pass, limit)) {
    const start = performance.now();
    run(calls, pass.source);
    // Starting threads costs, too: longer pieces where they turn out to be short.
    if (performance.now() - start < tuning.patience / 4) limit.entries *= 2;
    else if (performance.now() - start > tuning.patience / 2) limit.entries = Math.ceil(limit.entries / 2);
    await turns.pause();
    checkThere(pass.source);
  }
}

async function visitOnPool(pass: Pass, signal: AbortSignal | undefined): Promise<void> {
  let failure: unknown;
  const walk = async (lane: Lane, number: number): Promise<void> => {
    const stage = pass.owned ? null : new Stage(pass);
    for (const rows of cut(pass, lane, { entries: tuning.pieceEntries, rows: tuning.pieceRows })) {
      if (failure !== undefined) return;
      signal?.throwIfAborted();
      const { indices, data } = pass.source;
      await native().sparseAsync(pass.call(stage === null ? { ...rows, indices, data } : stage.copy(rows), number));
    }
  };
  // All lanes come to rest before anything is told.
  await Promise.all(
    pass.lanes.map((lane, number) =>
      walk(lane, number).catch((error: unknown) => {
        failure ??= error;
      }),
    ),
  );
  if (failure !== undefined) throw failure;
}

interface Cut {
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  readonly first: number;
}

/** What a piece of a lane holds at most; may change between pieces. */
interface Limit {
  entries: number;
  rows: number;
}

/** The rows of a lane, as many at a time as the limit allows. A row beyond it is cut, unless the memory is ours. */
function* cut(pass: Pass, lane: Lane, limit: Limit): Generator<Cut> {
  const { source, picked, owned } = pass;
  const { indptr } = source;
  const starts = new Float64Array(Math.min(limit.rows, lane.to - lane.from));
  const ends = new Float64Array(starts.length);
  let first = lane.from;
  let done = 0; // entries of row `first` that went with the piece before
  while (first < lane.to) {
    let count = 0;
    let left = limit.entries;
    let rest = 0;
    while (count < starts.length && first + count < lane.to && left > 0) {
      const row = picked ? picked[first + count]! : first + count;
      const start = indptr[row]! + (count === 0 ? done : 0);
      const end = indptr[row + 1]!;
      starts[count] = start;
      ends[count] = owned || !(end - start > left) ? end : start + left;
      rest = end - ends[count]!;
      left -= ends[count]! - start;
      count++;
    }
    yield { starts: starts.subarray(0, count), ends: ends.subarray(0, count), first };
    const last = first + count - 1;
    const from = indptr[picked ? picked[last]! : last]!;
    done = rest > 0 ? ends[count - 1]! - from : 0;
    first = rest > 0 ? last : last + 1;
  }
}

/** @throws {AnnDataError} `ERR_ARGUMENT` when the memory of the matrix has been transferred to someone else */
function checkThere({ indptr, indices, data }: Compressed): void {
  const entries = indptr[indptr.length - 1];
  if (entries === 0 || (entries !== undefined && indices.length > 0 && data.length > 0)) return;
  const text = 'the memory of the matrix was transferred while it was worked on; wait for the promise first';
  throw new AnnDataError('ERR_ARGUMENT', text);
}

/** Memory of a lane that pieces are copied to. */
class Stage {
  private readonly indices: IndexArray;
  private readonly data: TypedArray;
  private readonly slots: number;

  constructor(private readonly pass: Pass) {
    const { source, values } = pass;
    this.slots = dtypes[source.dtype].slots;
    const length = tuning.pieceEntries;
    this.indices = new (source.indices.constructor as new (n: number) => IndexArray)(length);
    this.data = new dtypes[source.dtype].array(values ? length * this.slots : 0);
  }

  /** The rows as a copy. */
  copy({ starts, ends, first }: Cut): Rows {
    const { indices, data } = this.pass.source;
    checkThere(this.pass.source);
    const newStarts = new Float64Array(starts.length);
    const newEnds = new Float64Array(starts.length);
    let at = 0;
    for (let i = 0; i < starts.length; ) {
      // Neighbouring rows in one go.
      const from = starts[i]!;
      let to = from;
      for (; i < starts.length && starts[i] === to; i++) {
        newStarts[i] = at + to - from;
        to = ends[i]!;
        newEnds[i] = at + to - from;
      }
      if (!(to >= from && to <= indices.length && at + to - from <= this.indices.length))
        throw new AnnDataError('ERR_SHAPE', 'indptr falls or reaches outside of the stored entries');
      this.indices.set(indices.subarray(from, to), at);
      if (this.pass.values) this.data.set(data.subarray(from * this.slots, to * this.slots) as never, at * this.slots);
      at += to - from;
    }
    return { starts: newStarts, ends: newEnds, first, indices: this.indices, data: this.data };
  }
}
