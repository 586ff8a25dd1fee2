// SPDX-License-Identifier: BSD-3-Clause

import { sameElement } from '../arrays/element';
import type { ColumnValue } from './column-from';
import type { DataFrame } from './data-frame';
import { type Factors, factorsOf, ranksOf } from './factors';

/** How rows are grouped. */
export interface GroupByOptions {
  /** Leave categories without a row out (default). Only when grouping by one column: combinations always have rows. */
  observed?: boolean;
  /** Leave rows with a missing key out (default); otherwise null is a key. */
  dropMissing?: boolean;
  /**
   * Groups in the order of their keys (default), missing last; otherwise by first appearance (with `observed: false` and categorical
   * columns alone: of each key by itself).
   */
  sort?: boolean;
}

/**
 * The rows of a frame by the values of one or several columns. Iterates over key and the group's rows as a frame.
 *
 * @typeParam K - keys: a value when grouped by one column, values when grouped by a list of columns
 *
 * @example
 * ```ts
 * const groups = adata.obs.groupBy('louvain');
 * groups.get('B cells'); // Int32Array of row numbers
 * for (const [label, part] of groups) console.log(label, part.nRows);
 * ```
 */
export class GroupBy<K extends ColumnValue | readonly ColumnValue[] = ColumnValue> {
  readonly #frame: DataFrame;
  /** Key → positions of the group's rows, ascending. */
  readonly indices: ReadonlyMap<K, Int32Array>;

  /** @param indices - key → rows of the frame; see {@link DataFrame.groupBy} */
  constructor(frame: DataFrame, indices: ReadonlyMap<K, Int32Array>) {
    this.#frame = frame;
    this.indices = indices;
  }

  /** Number of groups. */
  get size(): number {
    return this.indices.size;
  }

  /**
   * The rows of a group, by the content of its key; undefined when there is none.
   *
   * @example
   * ```ts
   * [...obs.groupBy('phase').get('S')]; // [0, 1]
   * ```
   */
  get(key: K): Int32Array | undefined {
    if (!Array.isArray(key)) return this.indices.get(key);
    for (const [values, rows] of this.indices) if (sameKey(values as readonly ColumnValue[], key)) return rows;
    return undefined;
  }

  /** Number of rows of each group. */
  sizes(): Map<K, number> {
    return new Map(Array.from(this.indices, ([key, rows]) => [key, rows.length]));
  }

  /** Each key with the rows of its group, as a frame made when its turn comes. */
  *[Symbol.iterator](): IterableIterator<[K, DataFrame]> {
    for (const [key, rows] of this.indices) yield [key, this.#frame.subset(rows)];
  }
}

/** Groups the rows of a frame; see `DataFrame.groupBy`. Cost: a few passes over the rows; no strings but the keys. */
export function groupRows(
  frame: DataFrame,
  by: string | readonly string[],
  { observed = true, dropMissing = true, sort = true }: GroupByOptions = {},
): Map<never, Int32Array> {
  const names = typeof by === 'string' ? [by] : by;
  const factors = names.map((name) => factorsOf(frame.column(name), name));
  const isCategorical = (name: string) => frame.column(name).encoding === 'categorical';
  const groups = collect(factors, frame.nRows, dropMissing);
  if (sort) inKeyOrder(groups, factors, factors.map(ranksFrom));
  // pandas lays out all combinations of categories then, with rows or without.
  else if (!observed && names.every(isCategorical)) inKeyOrder(groups, factors, factors.map(appearancesFrom));
  const keyed = groups.map((rows) => [factors.map((factor) => valueIn(factor, rows[0]!)), rows] as const);
  if (typeof by !== 'string') return new Map(keyed) as unknown as Map<never, Int32Array>;
  const single = keyed.map(([[value], rows]) => [value, rows] as const);
  const known = new Map<ColumnValue, Int32Array>(single);
  if (observed || !isCategorical(by)) return known as Map<never, Int32Array>;
  return withUnused(known, factors[0]!, sort) as Map<never, Int32Array>;
}

/** Every category too: all in their order, or behind those that have rows. */
function withUnused(
  known: ReadonlyMap<ColumnValue, Int32Array>,
  { count, valueAt }: Factors,
  sort: boolean,
): Map<ColumnValue, Int32Array> {
  const all = new Map<ColumnValue, Int32Array>(sort ? [] : known);
  for (let code = 0; code < count; code++) {
    const value = valueAt(code);
    all.set(value, known.get(value) ?? new Int32Array());
  }
  const missing = known.get(null);
  return missing === undefined ? all : all.set(null, missing);
}

/** The rows of each combination of values, by first appearance. */
function collect(factors: readonly Factors[], length: number, dropMissing: boolean): Int32Array[] {
  let groups = new Int32Array(length);
  let count = 1;
  for (const factor of factors) ({ groups, count } = refine(groups, factor, dropMissing));
  const sizes = new Int32Array(count);
  for (let row = 0; row < length; row++) if (groups[row]! >= 0) sizes[groups[row]!]!++;
  const rows = Array.from(sizes, (size) => new Int32Array(size));
  sizes.fill(0);
  for (let row = 0; row < length; row++) {
    const group = groups[row]!;
    if (group >= 0) rows[group]![sizes[group]!++] = row;
  }
  return rows.filter((group) => group.length > 0);
}

/** Splits groups by one more column; −1 for rows that are left out. */
function refine(
  groups: Int32Array,
  { codes, count }: Factors,
  dropMissing: boolean,
): { groups: Int32Array<ArrayBuffer>; count: number } {
  const places = new Map<number, number>();
  const refined = new Int32Array(groups.length);
  for (let row = 0; row < groups.length; row++) {
    const code = codes[row]!;
    if (groups[row]! < 0 || (code < 0 && dropMissing)) {
      refined[row] = -1;
      continue;
    }
    const pair = groups[row]! * (count + 1) + code + 1;
    let place = places.get(pair);
    if (place === undefined) {
      place = places.size;
      places.set(pair, place);
    }
    refined[row] = place;
  }
  return { groups: refined, count: places.size };
}

/** Where a key stands among the others, by its code + 1. */
type Places = Int32Array;

/** In the order of the values, missing last. */
function ranksFrom(factors: Factors): Places {
  const places = new Int32Array(factors.count + 1);
  places[0] = factors.count;
  places.set(ranksOf(factors), 1);
  return places;
}

/** In the order in which they appear. */
function appearancesFrom({ codes, count }: Factors): Places {
  const places = new Int32Array(count + 1).fill(-1);
  let next = 0;
  for (const code of codes) if (places[code + 1] === -1) places[code + 1] = next++;
  return places;
}

function inKeyOrder(groups: Int32Array[], factors: readonly Factors[], places: readonly Places[]): void {
  const placeOf = (key: number, rows: Int32Array): number => places[key]![factors[key]!.codes[rows[0]!]! + 1]!;
  groups.sort((a, b) => {
    for (let key = 0; key < factors.length; key++) {
      const order = placeOf(key, a) - placeOf(key, b);
      if (order !== 0) return order;
    }
    return 0;
  });
}

function valueIn({ codes, valueAt }: Factors, row: number): ColumnValue {
  return codes[row]! < 0 ? null : valueAt(codes[row]!);
}

function sameKey(a: readonly ColumnValue[], b: readonly ColumnValue[]): boolean {
  return a.length === b.length && a.every((value, i) => sameElement(value ?? null, b[i] ?? null));
}
