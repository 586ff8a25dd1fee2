// SPDX-License-Identifier: BSD-3-Clause

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Vector } from './arrow';
import { isUtf8 } from './arrow';
import { TextRows } from './text-rows';

/** Rows looked at before the event loop gets a turn: about 10 ms. */
const rowsPerTurn = 1 << 16;

/** What was found before: vectors never change. */
const found = new WeakMap<Vector, number>();

/** What {@link firstRepeat} found when it was asked before. */
export function knownFirstRepeat(vector: Vector): number | undefined {
  return found.get(vector);
}

/** The first row whose value was there before, or -1; missing values are none. Cost: one pass, no strings are made. */
export function firstRepeat(vector: Vector): number {
  const pass = repeatSteps(vector);
  let step = pass.next();
  while (!step.done) step = pass.next();
  return step.value;
}

/** {@link firstRepeat} in small pieces, so that a million rows do not hold up others. The answer is remembered. */
export async function findFirstRepeat(vector: Vector, signal?: AbortSignal | undefined): Promise<number> {
  const pass = repeatSteps(vector);
  let step = pass.next();
  while (!step.done) {
    await nextTurn();
    signal?.throwIfAborted();
    step = pass.next();
  }
  return step.value;
}

/** {@link firstRepeat}, pausing every now and then. */
export function* repeatSteps(vector: Vector): Generator<undefined, number, undefined> {
  const before = found.get(vector);
  if (before !== undefined) return before;
  const row = yield* isUtf8(vector) ? searchText(vector) : searchValues(vector);
  found.set(vector, row);
  return row;
}

function* searchText(vector: Vector): Generator<undefined, number, undefined> {
  const groups = new TextGroups(vector);
  for (let row = 0; row < vector.length; row++) {
    if (groups.add(row) === 'again') return row;
    if (row % rowsPerTurn === rowsPerTurn - 1) yield;
  }
  return -1;
}

function* searchValues(vector: Vector): Generator<undefined, number, undefined> {
  const seen = new Set<unknown>();
  let row = 0;
  for (const value of vector as Iterable<unknown>) {
    if (value !== null && seen.has(value)) return row;
    seen.add(value);
    if (++row % rowsPerTurn === 0) yield;
  }
  return -1;
}

/** Numbers the different values of a vector of text in the order they come. Open addressing over the bytes. */
export class TextGroups {
  /** Where each value was first met. */
  readonly firstRows: number[] = [];
  readonly #text: TextRows;
  readonly #mask: number;
  /** Number of a value, plus one, by its hash. */
  readonly #slots: Int32Array;
  readonly #hashes: Int32Array;
  /** The number of the value added last; -1 when it was missing. */
  group = -1;

  constructor(vector: Vector) {
    this.#text = new TextRows(vector);
    this.#mask = 2 ** Math.ceil(Math.log2(vector.length * 2 + 2)) - 1;
    this.#slots = new Int32Array(this.#mask + 1);
    this.#hashes = new Int32Array(vector.length);
  }

  /** Looks at a row; `group` is its number then. */
  add(row: number): 'missing' | 'new' | 'again' {
    const text = this.#text;
    this.group = -1;
    if (text.isMissing(row)) return 'missing';
    const hash = text.hash(row);
    let slot = hash & this.#mask;
    for (; this.#slots[slot] !== 0; slot = (slot + 1) & this.#mask) {
      const group = (this.#slots[slot] as number) - 1;
      if (this.#hashes[group] !== hash || !text.equals(row, text, this.firstRows[group] as number)) continue;
      this.group = group;
      return 'again';
    }
    this.group = this.firstRows.push(row) - 1;
    this.#hashes[this.group] = hash;
    this.#slots[slot] = this.group + 1;
    return 'new';
  }
}
