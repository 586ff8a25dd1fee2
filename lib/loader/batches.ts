// SPDX-License-Identifier: BSD-3-Clause

import { rowSlice } from '../anndata/row-chunks';
import { DenseArray, isDenseArray } from '../arrays/dense-array';
import { holds } from '../arrays/dtype';
import { denseSteps } from '../arrays/sparse/dense';
import { runSoon } from '../arrays/sparse/passes';
import type { CsrMatrix } from '../arrays/sparse-matrix';
import type { Window } from './epoch';
import { floats, type Rows } from './matrix-rows';
import type { AnnBatch } from './options';
import { takenAway } from './window-memory';

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

  /** The rows [from, to) of a window. Sparse ones share its memory. */
  async cut(window: Window, range: readonly [number, number], signal: AbortSignal): Promise<AnnBatch> {
    const all = async (group: string, matrices: ReadonlyMap<string, Rows>): Promise<Record<string, Rows>> => {
      const found: Record<string, Rows> = Object.create(null) as Record<string, Rows>;
      for (const [name, rows] of matrices) found[name] = await this.#rows(`${group}/${name}`, rows, range, signal);
      return found;
    };
    const columns = [...window.obs].map(([name, values]) => [name, values.subarray(...range)] as const);
    return {
      X: window.X === null ? null : await this.#rows('X', window.X, range, signal),
      layers: await all('layers', window.layers),
      obs: Object.assign(Object.create(null), Object.fromEntries(columns)) as AnnBatch['obs'],
      obsm: await all('obsm', window.obsm),
      rows: window.rows.subarray(...range),
    };
  }

  async #rows(key: string, window: Rows, [from, to]: readonly [number, number], signal: AbortSignal): Promise<Rows> {
    if (isDenseArray(window)) return new DenseArray(floats(window, from, to), [to - from, window.shape[1]!]);
    const part = rowSlice(window, from, to) as CsrMatrix;
    if (!this.#dense) return part;
    const [rows, columns] = part.shape;
    const dense = this.#room(key, rows * columns);
    const data = holds(part.data, 'float32') ? part.data : Float32Array.from(part.data as Float64Array, Number);
    const source = { dtype: 'float32', data, indices: part.indices, indptr: part.indptr, minor: columns } as const;
    await runSoon(denseSteps(source, [columns, 1], dense), { signal });
    // Twice true is true.
    if (part.dtype === 'bool') for (let i = 0; i < dense.length; i++) if (dense[i]! > 1) dense[i] = 1;
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
