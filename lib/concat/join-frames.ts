// SPDX-License-Identifier: BSD-3-Clause

import type { Vector } from '../arrays/arrow';
import { dictionaryParts, dictionaryVector } from '../arrays/dictionary';
import type { Column } from '../frame/column';
import { takeColumn } from '../frame/column';
import { DataFrame } from '../frame/data-frame';
import type { HeldColumn } from '../frame/lazy-column';
import type { Join } from './alignment';
import type { Indexer } from './indexer';
import { joinColumns } from './join-columns';
import { columnOfParts } from './lazy-columns';
import type { Steps } from './steps';

/** Names and their index's name, as frames take them. */
export interface Names {
  readonly index: HeldColumn;
  readonly indexName: string | null;
}

/**
 * The rows of frames one after the other, under new names. Columns are those of all (inner), or of any (outer), in the
 * order they first come; null is a frame without columns.
 */
export function* joinFrames(
  frames: readonly (DataFrame | null)[],
  lengths: readonly number[],
  join: Join,
  { index, indexName }: Names,
  key: string,
): Steps<DataFrame> {
  const given = frames.map((frame) => new Set(frame?.columns));
  const names = [...new Set(given.flatMap((columns) => [...columns]))].filter(
    (name) => join === 'outer' || given.every((columns) => columns.has(name)),
  );
  const columns: [string, HeldColumn][] = [];
  for (const name of names) {
    const parts = frames.map((frame, i) => {
      if (frame?.has(name)) return frame.held(name);
      return lengths[i] === 0 && given[i]!.size === 0 ? undefined : null;
    });
    const at = `${key}/${name}`;
    columns.push([name, yield* columnOfParts(parts, lengths, at, (read) => joinColumns(read, lengths, at))]);
    yield;
  }
  return new DataFrame({ columns, index, indexName });
}

/** The rows of a column at their new places; what is missing is NaN or missing, as when columns are joined. */
export function* reindexColumn(column: Column, { toOld, hasMissing }: Indexer, key: string): Steps<Column> {
  if (toOld === null) return column;
  if (!hasMissing) return takeColumn(column, toOld);
  const present = toOld.filter((from) => from >= 0);
  const count = toOld.length - present.length;
  const made = yield* joinColumns([takeColumn(column, present), null], [present.length, count], key);
  const joined = made.encoding === 'categorical' ? withCategoriesOf(column, made) : made;
  let there = 0;
  let gone = present.length;
  return takeColumn(
    joined,
    toOld.map((from) => (from >= 0 ? there++ : gone++)),
  );
}

/** Joining makes categories of text where there are none. */
function withCategoriesOf(column: Column, made: Column): Column {
  const { dictionary, ordered } = dictionaryParts(column.values as Vector);
  if (dictionary.length > 0) return made;
  const { codes } = dictionaryParts(made.values as Vector);
  return { ...column, values: dictionaryVector(codes, dictionary, ordered) };
}

/** The rows of a frame at their new places, under new names. */
export function* reindexFrame(
  frame: DataFrame,
  indexer: Indexer,
  { index, indexName }: Names,
  key: string,
): Steps<DataFrame> {
  const columns: [string, Column][] = [];
  for (const name of frame.columns) {
    columns.push([name, yield* reindexColumn(frame.column(name), indexer, `${key}/${name}`)]);
    yield;
  }
  return new DataFrame({ columns, index, indexName });
}
