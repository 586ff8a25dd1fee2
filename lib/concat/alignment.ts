// SPDX-License-Identifier: BSD-3-Clause

import { sameNames } from '../anndata/names';
import { stringVector } from '../arrays/arrow';
import { AnnDataError, quote } from '../errors';
import type { Column } from '../frame/column';
import { columnFrom } from '../frame/column-from';
import type { DataFrame } from '../frame/data-frame';
import { compareText } from '../text-order';
import { type Indexer, indexer, same } from './indexer';
import { pieceSize, type Steps } from './steps';

/** Which names or keys a result has: those that all inputs have, or those that any has. */
export type Join = 'inner' | 'outer';

type Name = string | null;

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
  if (frames.every((frame) => sameNames(frame.index, first.index))) {
    return { index: first.indexColumn, indexName, indexers: frames.map(() => same(first.nRows)) };
  }
  const { names: all, ids } = yield* numbered(frames, key);
  const order = join === 'inner' ? intersection(ids, all.length) : yield* union(ids, all);
  yield;
  const names = Array.from(order, (id) => all[id]!);
  const places = new Int32Array(all.length).fill(-1);
  order.forEach((id, place) => {
    places[id] = place;
  });
  const made = columnFrom(stringVector(names));
  const nullable = frames.find((frame) => frame.indexColumn.encoding === 'nullable-string-array')?.indexColumn;
  const index: Column =
    nullable === undefined ? made : { ...made, encoding: 'nullable-string-array', naValue: nullable.naValue ?? 'NaN' };
  return { index, indexName, indexers: ids.map((list) => indexer(list, places, names.length)) };
}

/** The name of the index where all frames agree on it. */
export function commonIndexName(frames: readonly DataFrame[]): string | null {
  const [first] = frames as [DataFrame];
  return frames.every((frame) => frame.indexName === first.indexName) ? first.indexName : null;
}

/** Names that are looked up or sorted between two places to pause: each costs more than an element. */
const namesAtOnce = pieceSize >> 5;

/** All names in the order they first come, and each object's names by their numbers there. */
function* numbered(frames: readonly DataFrame[], key: string): Steps<{ names: Name[]; ids: Int32Array[] }> {
  const known = new Map<Name, number>();
  const last: number[] = [];
  const ids: Int32Array[] = [];
  for (const [object, frame] of frames.entries()) {
    const list = new Int32Array(frame.nRows);
    let row = 0;
    for (const name of frame.index as Iterable<Name>) {
      if (row % namesAtOnce === namesAtOnce - 1) yield;
      let id = known.get(name);
      if (id === undefined) {
        id = known.size;
        known.set(name, id);
      } else if (last[id] === object) throw duplicated(name, key);
      last[id] = object;
      list[row++] = id;
    }
    ids.push(list);
  }
  return { names: [...known.keys()], ids };
}

function duplicated(name: Name, key: string): AnnDataError {
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

/** Names of all lists, sorted, unless only equal and empty lists met. */
function* union(lists: readonly Int32Array[], names: readonly Name[]): Steps<Int32Array> {
  const [first, ...others] = lists.filter((list) => list.length > 0);
  const isPlain = first !== undefined && others.every((list) => equalLists(list, first));
  if (first === undefined || isPlain) return first ?? new Int32Array();
  return yield* sorted(Int32Array.from(names.keys()), (a, b) => byText(names[a]!, names[b]!));
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

function byText(a: Name, b: Name): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return compareText(a, b);
}
