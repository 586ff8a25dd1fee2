// SPDX-License-Identifier: BSD-3-Clause

import { utf8Data, type Vector, validityBytes } from './arrow';

/** The rows of a vector of text as bytes, to compare and hash them without making strings. */
export class TextRows {
  readonly #offsets: Int32Array | BigInt64Array;
  readonly #bytes: Uint8Array;
  readonly #valid: Uint8Array | null;

  constructor(vector: Vector) {
    const { offsets, bytes } = utf8Data(vector);
    this.#offsets = offsets;
    this.#bytes = bytes;
    this.#valid = validityBytes(vector);
  }

  isMissing(row: number): boolean {
    return this.#valid !== null && this.#valid[row] === 0;
  }

  /** FNV-1a of a row's bytes. */
  hash(row: number): number {
    const end = this.#end(row);
    let hash = 0x811c9dc5;
    for (let i = this.#start(row); i < end; i++) hash = Math.imul(hash ^ this.#bytes[i]!, 0x01000193);
    return hash >>> 1;
  }

  /** Whether a row equals a row of another text, or of the same; missing equals missing only. */
  equals(row: number, other: TextRows, otherRow: number): boolean {
    if (this.isMissing(row) || other.isMissing(otherRow)) return this.isMissing(row) && other.isMissing(otherRow);
    const start = this.#start(row);
    const otherStart = other.#start(otherRow);
    const length = this.#end(row) - start;
    if (length !== other.#end(otherRow) - otherStart) return false;
    for (let i = 0; i < length; i++) {
      if (this.#bytes[start + i] !== other.#bytes[otherStart + i]) return false;
    }
    return true;
  }

  #start(row: number): number {
    return Number(this.#offsets[row]);
  }

  #end(row: number): number {
    return Number(this.#offsets[row + 1]);
  }
}
