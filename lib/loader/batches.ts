// SPDX-License-Identifier: BSD-3-Clause

import { rowSlice } from '../anndata/row-chunks';
import { DenseArray, isDenseArray } from '../arrays/dense-array';
import type { CsrMatrix } from '../arrays/sparse-matrix';
import { takenAway } from '../storage/reused-memory';
import { fillDense } from './dense-rows';
import type { Window } from './epoch';
import { floats, type Rows } from './matrix-rows';
import type { AnnBatch } from './options';

/** Cuts batches out of windows. */
export class Cutters {
  readonly #dense: boolean;
  readonly #copy: boolean;
  /** Memory of dense batches by the matrix they are cut from. */
  readonly #memory = new Map<string, ArrayBuffer>();

  /**
   * @param dense - whether sparse rows come dense
   * @param copy - whether each batch gets memory of its own
   */
  constructor(dense: boolean, copy: boolean) {
    this.#dense = dense;
    this.#copy = copy;
  }

  /** The rows [from, to) of a window, which share its memory where they are not made dense. */
  cut(window: Window, range: readonly [number, number], signal: AbortSignal): AnnBatch | Promise<AnnBatch> {
    const batch = {
      X: window.X === null ? null : rowsOf(window.X, range),
      layers: eachOf(window.layers, (rows) => rowsOf(rows, range)),
      obs: eachOf(window.obs, (values) => values.subarray(...range)),
      obsm: eachOf(window.obsm, (rows) => rowsOf(rows, range)),
      rows: window.rows.subarray(...range),
    };
    return this.#dense ? this.#made(batch, signal) : batch;
  }

  /** The batch with dense matrices. */
  async #made(batch: AnnBatch, signal: AbortSignal): Promise<AnnBatch> {
    const all = async (group: string, matrices: Readonly<Record<string, Rows>>): Promise<Record<string, Rows>> => {
      const made = eachOf(new Map(Object.entries(matrices)), (rows) => rows);
      for (const [name, rows] of Object.entries(matrices))
        made[name] = await this.#filled(`${group}/${name}`, rows, signal);
      return made;
    };
    return {
      ...batch,
      X: batch.X === null ? null : await this.#filled('X', batch.X, signal),
      layers: await all('layers', batch.layers),
      obsm: await all('obsm', batch.obsm),
    };
  }

  async #filled(key: string, part: Rows, signal: AbortSignal): Promise<DenseArray> {
    if (isDenseArray(part)) return part;
    const [rows, columns] = part.shape;
    const dense = this.#room(key, rows * columns);
    await fillDense(part, dense, signal);
    return new DenseArray(dense, [rows, columns]);
  }

  /** Zeros for a dense batch; the batch before loses them. */
  #room(key: string, size: number): Float32Array {
    const known = this.#memory.get(key);
    if (this.#copy || known === undefined || known.byteLength < 4 * size) {
      const fresh = new Float32Array(size);
      if (!this.#copy) this.#memory.set(key, fresh.buffer);
      return fresh;
    }
    const buffer = takenAway(known);
    this.#memory.set(key, buffer);
    return new Float32Array(buffer, 0, size).fill(0);
  }
}

function rowsOf(window: Rows, [from, to]: readonly [number, number]): Rows {
  if (isDenseArray(window)) return new DenseArray(floats(window, from, to), [to - from, window.shape[1]!]);
  return rowSlice(window, from, to) as CsrMatrix;
}

/** Keys are names of a file, so there is no prototype that one could meet. */
function eachOf<T, U>(values: ReadonlyMap<string, T>, make: (value: T) => U): Record<string, U> {
  const found: Record<string, U> = Object.create(null) as Record<string, U>;
  for (const [name, value] of values) found[name] = make(value);
  return found;
}
