// SPDX-License-Identifier: BSD-3-Clause

import { broken, counting, walkOf } from './awkward-buffers';
import { checkLayout } from './awkward-check';
import { asForm } from './awkward-form';
import { listValues, sameValues } from './awkward-list';
import { takeRows } from './awkward-take';
import type { DenseArray } from './dense-array';
import { checkRows } from './rows';

const brand = Symbol.for('anndata.AwkwardArray');

/**
 * A ragged or nested array, as the awkward library stores it: a `form` that describes the layout as a tree, and the flat
 * buffers the nodes of that tree name (`node0-offsets`, `node1-data`, …).
 *
 * @example
 * ```ts
 * const ragged = adata.obsm.get('contours') as AwkwardArray;
 * ragged.subset([0]).toList(); // [[[0.5, 1], [2, 3.5]]]
 * ```
 */
export class AwkwardArray {
  /** The layout, as JSON. */
  readonly form: unknown;
  /** Number of rows. */
  readonly length: number;
  /** By the names that the form gives them. */
  readonly buffers: ReadonlyMap<string, DenseArray>;
  readonly [brand] = true;

  /** @throws {AnnDataError} `ERR_INVALID_FILE` when the form is none, a buffer it names is missing, or a position reaches outside */
  constructor(form: unknown, length: number, buffers: Iterable<readonly [string, DenseArray]>) {
    this.form = form;
    this.length = length;
    this.buffers = new Map(buffers);
    if (!Number.isSafeInteger(length) || length < 0) throw broken(`the length ${length} is none`);
    checkLayout(asForm(form), length, this.buffers);
  }

  /**
   * Given rows, in that order, repeats allowed. Buffers are packed to what is needed, the form stays.
   *
   * @throws {AnnDataError} `ERR_ARGUMENT` when a row is out of range, `ERR_LIMIT` when positions outgrow the form
   * @example
   * ```ts
   * adata.obsm.get('contours').subset([1, 1]).length; // 2
   * ```
   */
  subset(rows: ArrayLike<number>): AwkwardArray {
    checkRows(rows, this.length);
    const packed = new Map<string, DenseArray>();
    takeRows(asForm(this.form), Float64Array.from(rows), walkOf(this.buffers, this.length, rows.length), packed);
    return new AwkwardArray(this.form, rows.length, packed);
  }

  /**
   * The rows as JS values: lists as arrays, records as null-prototype objects, tuples as arrays, missing ones as null, text
   * as strings, bytes as Uint8Array, 64-bit integers as bigints, complex numbers as pairs. For large arrays take rows first.
   *
   * @throws {AnnDataError} `ERR_LIMIT` when lists overlap so often that the values would far outgrow the buffers
   */
  toList(): unknown[] {
    const walk = walkOf(this.buffers, this.length, this.length);
    return listValues(asForm(this.form), counting(this.length), walk);
  }

  /** A copy with buffers of its own. */
  copy(): AwkwardArray {
    const buffers = [...this.buffers].map(([name, buffer]) => [name, buffer.copy()] as const);
    return new AwkwardArray(structuredClone(this.form), this.length, buffers);
  }

  /** Whether both hold the same rows, however they lie in memory; NaN equals NaN. */
  equals(other: unknown): boolean {
    if (!isAwkwardArray(other) || other.length !== this.length) return false;
    return this.liesLike(other) || sameValues(this.toList(), other.toList());
  }

  /** Whether form and buffers are the same. */
  private liesLike(other: AwkwardArray): boolean {
    if (JSON.stringify(other.form) !== JSON.stringify(this.form) || other.buffers.size !== this.buffers.size)
      return false;
    return [...this.buffers].every(([name, buffer]) => buffer.equals(other.buffers.get(name)));
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `AwkwardArray(${this.length} rows, ${this.buffers.size} buffers)`;
  }
}

/** Whether `value` is an {@link AwkwardArray}, of whichever copy of this package. */
export function isAwkwardArray(value: unknown): value is AwkwardArray {
  return typeof value === 'object' && value !== null && brand in value;
}
