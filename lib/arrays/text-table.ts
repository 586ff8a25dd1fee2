// SPDX-License-Identifier: BSD-3-Clause

import type { Vector } from './arrow';
import { TextRows } from './text-rows';

/** The different values of a text: what each row holds, and where each value comes first. */
export interface TextCodes {
  /** The number of each row's value, by first appearance; −1 where it is missing. */
  readonly codes: Int32Array;
  /** The first row of each value. */
  readonly firstRows: Int32Array;
}

/**
 * A hash table over the rows of a text: open addressing over the bytes, no strings are made.
 * Cost: one pass over the bytes, 8 bytes a row.
 */
export class TextTable {
  readonly text: TextRows;
  readonly #slots: Int32Array;
  readonly #first: Int32Array;
  #count = 0;

  constructor(vector: Vector) {
    this.text = new TextRows(vector);
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(vector.length * 2 + 2)));
    this.#first = new Int32Array(vector.length);
  }

  /** The different values of the text. To be called once, before {@link find}. */
  fill(): TextCodes {
    const codes = new Int32Array(this.#first.length);
    for (let row = 0; row < codes.length; row++) {
      if (this.text.isMissing(row)) {
        codes[row] = -1;
        continue;
      }
      const slot = this.#slotOf(this.text, row);
      if (this.#slots[slot] === 0) {
        this.#first[this.#count++] = row;
        this.#slots[slot] = this.#count;
      }
      codes[row] = this.#slots[slot]! - 1;
    }
    return { codes, firstRows: this.#first.subarray(0, this.#count) };
  }

  /** The number of a row of this or another text among the different values; −1 when it is none of them. */
  find(text: TextRows, row: number): number {
    return text.isMissing(row) ? -1 : this.#slots[this.#slotOf(text, row)]! - 1;
  }

  /** The slot that holds the value, or the free one it would get. */
  #slotOf(text: TextRows, row: number): number {
    const mask = this.#slots.length - 1;
    let slot = text.hash(row) & mask;
    while (this.#slots[slot] !== 0 && !this.text.equals(this.#first[this.#slots[slot]! - 1]!, text, row)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }
}
