// SPDX-License-Identifier: BSD-3-Clause

import { type AxisIndex, everything, isRange, positionsOf } from '../arrays/axis-index';
import type { IndexArray } from '../arrays/dtype';

/** Places of a part, and the places of an edit that hold their values. */
export interface Matches {
  readonly to: IndexArray;
  readonly from: IndexArray;
}

/** Which positions of an axis an edit changes. Where one comes twice the last counts. */
export class EditedAxis {
  /** Places along the axis, repeats included. */
  readonly length: number;
  /** Rising, each once; null for all positions. */
  readonly #positions: IndexArray | null;
  /** Where the values of each lie; null when that is the same. */
  readonly #places: Int32Array | null;

  constructor(positions: IndexArray | null, length: number) {
    this.length = positions?.length ?? length;
    if (positions === null || rises(positions)) {
      // A copy, as the caller may go on to use his.
      this.#positions = positions?.slice() ?? null;
      this.#places = null;
      return;
    }
    const order = Int32Array.from(positions.keys()).sort((a, b) => positions[a]! - positions[b]! || a - b);
    const last = order.filter((place, i) => positions[order[i + 1] ?? -1] !== positions[place]);
    this.#places = last;
    this.#positions = new (positions.constructor as new (length: number) => IndexArray)(last.length);
    last.forEach((place, i) => {
      this.#positions![i] = positions[place]!;
    });
  }

  /** How many different positions of an axis of `length` are changed. */
  changed(length: number): number {
    return this.#positions?.length ?? length;
  }

  /** Whether a position is changed. */
  has(position: number): boolean {
    return this.#positions === null || this.#find(position) >= 0;
  }

  /** What of a part of the axis is changed; null is the whole of `length`. */
  matches(part: AxisIndex | null, length: number): Matches {
    if (part === null) {
      const all = this.#positions ?? positionsOf(everything(length));
      return { to: all, from: this.#places ?? (this.#positions === null ? all : positionsOf(everything(all.length))) };
    }
    const [to, from]: [number[], number[]] = [[], []];
    const add = (place: number, i: number): void => {
      to.push(place);
      from.push(this.#places?.[i] ?? i);
    };
    if (this.#positions !== null && isRange(part) && part.step !== 0) {
      for (let i = this.#first(part); i < this.#positions.length; i++) {
        const place = (this.#positions[i]! - part.start) / part.step;
        if (part.step > 0 && place >= part.length) break;
        if (place >= 0 && place < part.length && Number.isInteger(place)) add(place, i);
      }
      return asMatches(to, from);
    }
    const positions = positionsOf(part);
    for (let place = 0; place < positions.length; place++) {
      const i = this.#positions === null ? positions[place]! : this.#find(positions[place]!);
      if (i >= 0) add(place, i);
    }
    return asMatches(to, from);
  }

  /** The first position that may lie in a range. */
  #first({ start, step }: { start: number; step: number }): number {
    return step > 0 ? this.#lowerBound(start) : 0;
  }

  #find(position: number): number {
    const i = this.#lowerBound(position);
    return this.#positions![i] === position ? i : -1;
  }

  #lowerBound(position: number): number {
    const positions = this.#positions!;
    let [low, high] = [0, positions.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (positions[middle]! < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function rises(positions: IndexArray): boolean {
  for (let i = 1; i < positions.length; i++) if (!(positions[i]! > positions[i - 1]!)) return false;
  return true;
}

function asMatches(to: readonly number[], from: readonly number[]): Matches {
  return { to: Float64Array.from(to), from: Float64Array.from(from) };
}
