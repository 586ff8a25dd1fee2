// SPDX-License-Identifier: BSD-3-Clause

import { sameNames } from '../anndata/names';
import { stringVector } from '../arrays/arrow';
import { AnnDataError, quote } from '../errors';
import type { Column } from '../frame/column';
import { columnFrom } from '../frame/column-from';
import type { DataFrame } from '../frame/data-frame';
import { compareText } from '../text-order';
import { type Indexer, indexer, same } from './indexer';

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
export function alignNames(frames: readonly DataFrame[], join: Join, key: string): Alignment {
  const [first] = frames as [DataFrame];
  const indexName = commonIndexName(frames);
  if (frames.every((frame) => sameNames(frame.index, first.index))) {
    return { index: first.indexColumn, indexName, indexers: frames.map(() => same(first.nRows)) };
  }
  const lists = frames.map((frame) => [...(frame.index as Iterable<Name>)]);
  const places = lists.map((list) => placesOf(list, key));
  const names = join === 'inner' ? intersection(lists, places) : union(lists);
  const target = new Map(names.map((name, i) => [name, i]));
  const made = columnFrom(stringVector(names));
  const nullable = frames.find((frame) => frame.indexColumn.encoding === 'nullable-string-array')?.indexColumn;
  const index: Column =
    nullable === undefined ? made : { ...made, encoding: 'nullable-string-array', naValue: nullable.naValue ?? 'NaN' };
  return { index, indexName, indexers: lists.map((list) => indexer(list, target)) };
}

/** The name of the index where all frames agree on it. */
export function commonIndexName(frames: readonly DataFrame[]): string | null {
  const [first] = frames as [DataFrame];
  return frames.every((frame) => frame.indexName === first.indexName) ? first.indexName : null;
}

function placesOf(names: readonly Name[], key: string): Set<Name> {
  const places = new Set<Name>();
  for (const name of names) {
    if (places.has(name)) {
      throw new AnnDataError(
        'ERR_NAME',
        `the name ${quote(String(name))} comes twice: names that differ between objects can only be aligned when each is unique`,
        { key },
      );
    }
    places.add(name);
  }
  return places;
}

function intersection([first, ...others]: readonly Name[][], places: readonly Set<Name>[]): Name[] {
  return (first as Name[]).filter((name) => others.every((_, i) => (places[i + 1] as Set<Name>).has(name)));
}

/** Sorted, unless only equal and empty lists met. */
function union(lists: readonly Name[][]): Name[] {
  let plain: Name[] | null = [];
  for (const list of lists) {
    if (list.length === 0 || plain === null || equalLists(plain, list)) continue;
    plain = plain.length === 0 ? list : null;
  }
  return plain ?? [...new Set(lists.flat())].sort(byText);
}

function equalLists(a: readonly Name[], b: readonly Name[]): boolean {
  return a.length === b.length && a.every((name, i) => name === b[i]);
}

function byText(a: Name, b: Name): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return compareText(a, b);
}
