// SPDX-License-Identifier: BSD-3-Clause

import { sameNames } from '../anndata/names';
import type { Vector } from '../arrays/arrow';
import { TextGroups } from '../arrays/duplicates';
import { TextRows } from '../arrays/text-rows';
import { takeVector } from '../arrays/vectors';
import { AnnDataError, quote } from '../errors';
import type { Column } from '../frame/column';
import { columnFrom } from '../frame/column-from';
import type { DataFrame } from '../frame/data-frame';
import { type Indexer, indexer, same } from './indexer';
import { joinText } from './join-columns';
import { pieceSize, type Steps } from './steps';

/** Which names or keys a result has: those that all inputs have, or those that any has. */
export type Join = 'inner' | 'outer';

/** The names of an axis that several objects share, and where each object's rows go. */
export interface Alignment {
  readonly index: Column;
  readonly indexName: string | null;
  /** One for each object. */
  readonly indexers: readonly Indexer[];
}

/**
 * The names that all frames have, in the order of the first (inner), or that any has, sorted (outer). Where all agree the
 * names stay as they are, and may then have duplicates.
 *
 * @throws {AnnDataError} `ERR_NAME` when a name comes twice in one of several different lists
 */
export function* alignNames(frames: readonly DataFrame[], join: Join, key: string): Steps<Alignment> {
  const [first] = frames as [DataFrame];
  const indexName = commonIndexName(frames);
  if (yield* allSame(frames)) {
    return { index: first.indexColumn, indexName, indexers: frames.map(() => same(first.nRows)) };
  }
  const { names, firstRows, ids } = yield* numbered(frames, key);
  const order = join === 'inner' ? intersection(ids, firstRows.length) : yield* union(ids, names, firstRows);
  yield;
  const places = new Int32Array(firstRows.length).fill(-1);
  order.forEach((id, place) => {
    places[id] = place;
  });
  const indexers: Indexer[] = [];
  for (const list of ids) {
    indexers.push(indexer(list, places, order.length));
    yield;
  }
  const made = columnFrom(
    takeVector(
      names,
      order.map((id) => firstRows[id]!),
    ),
  );
  const nullable = frames.find((frame) => frame.indexColumn.encoding === 'nullable-string-array')?.indexColumn;
  const index: Column =
    nullable === undefined ? made : { ...made, encoding: 'nullable-string-array', naValue: nullable.naValue ?? 'NaN' };
  return { index, indexName, indexers };
}

function* allSame(frames: readonly DataFrame[]): Steps<boolean> {
  const [first] = frames as [DataFrame];
  for (const frame of frames) {
    if (!sameNames(frame.index, first.index)) return false;
    yield;
  }
  return true;
}

/** The name of the index where all frames agree on it. */
export function commonIndexName(frames: readonly DataFrame[]): string | null {
  const [first] = frames as [DataFrame];
  return frames.every((frame) => frame.indexName === first.indexName) ? first.indexName : null;
}

/** Names that are looked up or sorted between two places to pause: each costs more than an element. */
const namesAtOnce = pieceSize >> 4;

/** The names of several lists, each with a number. */
interface Numbered {
  /** All lists one after the other. */
  readonly names: Vector;
  /** Number → the first row in `names`; −1 for a number that nothing has. */
  readonly firstRows: Int32Array;
  /** Of each list, the numbers. */
  readonly ids: readonly Int32Array[];
}

/** The number of a missing name: they are all one name. */
const missingId = 0;

function* numbered(frames: readonly DataFrame[], key: string): Steps<Numbered> {
  const lengths = frames.map((frame) => frame.nRows);
  const joined = yield* joinText(
    frames.map(({ indexColumn }) => indexColumn),
    lengths,
  );
  const names = joined.values as Vector;
  const groups = new TextGroups(names);
  const lastObject = new Int32Array(names.length + 1).fill(-1);
  const ids: Int32Array[] = [];
  let row = 0;
  let firstMissing = -1;
  for (const [object, length] of lengths.entries()) {
    const list = new Int32Array(length);
    for (let i = 0; i < length; i++, row++) {
      if (row % namesAtOnce === namesAtOnce - 1) yield;
      const id = groups.add(row) === 'missing' ? missingId : groups.group + 1;
      if (lastObject[id] === object) throw duplicated(names.get(row) as string | null, key);
      if (id === missingId && firstMissing === -1) firstMissing = row;
      lastObject[id] = object;
      list[i] = id;
    }
    ids.push(list);
  }
  const firstRows = new Int32Array(groups.firstRows.length + 1);
  firstRows[missingId] = firstMissing;
  firstRows.set(groups.firstRows, missingId + 1);
  return { names, firstRows, ids };
}

function duplicated(name: string | null, key: string): AnnDataError {
  return new AnnDataError(
    'ERR_NAME',
    `the name ${quote(String(name))} comes twice: names that differ between objects can only be aligned when each is unique`,
    { key },
  );
}

/** Names that all lists have, in the order of the first. */
function intersection(lists: readonly Int32Array[], count: number): Int32Array {
  const having = new Int32Array(count);
  for (const list of lists) for (const id of list) having[id]!++;
  return lists[0]!.filter((id) => having[id] === lists.length);
}

/** Names of all lists, sorted, missing ones last, unless only equal and empty lists met. */
function* union(lists: readonly Int32Array[], names: Vector, firstRows: Int32Array): Steps<Int32Array> {
  const [first, ...others] = lists.filter((list) => list.length > 0);
  const isPlain = first !== undefined && others.every((list) => equalLists(list, first));
  if (first === undefined || isPlain) return first ?? new Int32Array();
  const text = new TextRows(names);
  const ids = Int32Array.from(firstRows.keys()).subarray(firstRows[missingId] === -1 ? 1 : 0);
  return yield* sorted(ids, (a, b) =>
    a === missingId || b === missingId
      ? Number(a === missingId) - Number(b === missingId)
      : text.compare(firstRows[a]!, firstRows[b]!),
  );
}

/** Sorts short runs, then merges neighbours until one is left. */
function* sorted(ids: Int32Array, compare: (a: number, b: number) => number): Steps<Int32Array> {
  let [from, to]: [Int32Array, Int32Array] = [ids, new Int32Array(ids.length)];
  for (let start = 0; start < ids.length; start += namesAtOnce) {
    from.subarray(start, start + namesAtOnce).sort(compare);
    yield;
  }
  for (let run = namesAtOnce; run < ids.length; run *= 2) {
    for (let start = 0; start < ids.length; start += 2 * run) {
      const [middle, end] = [Math.min(start + run, ids.length), Math.min(start + 2 * run, ids.length)];
      for (let at = start, left = start, right = middle; at < end; at++) {
        const takeLeft = left < middle && (right >= end || compare(from[left]!, from[right]!) <= 0);
        to[at] = from[takeLeft ? left++ : right++]!;
        if (at % namesAtOnce === 0) yield;
      }
    }
    [from, to] = [to, from];
  }
  return from;
}

function equalLists(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i]);
}
