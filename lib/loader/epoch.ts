// SPDX-License-Identifier: BSD-3-Clause

import type { IndexArray, TypedArray } from '../arrays/dtype';
import { type LineBytes, requestOf } from '../backed';
import type { ReusedRoom } from '../storage/reused-memory';
import { type ObsColumn, takeColumn } from './columns';
import type { MatrixRows, Rows } from './matrix-rows';
import type { RowOrder } from './samplers/row-order';

/** What is read of each row. */
export interface Parts {
  readonly X: MatrixRows | null;
  readonly layers: ReadonlyMap<string, MatrixRows>;
  readonly obsm: ReadonlyMap<string, MatrixRows>;
  readonly obs: ReadonlyMap<string, ObsColumn>;
}

/** Rows that were read together, in the order of the epoch: whole batches. */
export interface Window {
  readonly rows: IndexArray;
  readonly bytes: number;
  readonly X: Rows | null;
  readonly layers: ReadonlyMap<string, Rows>;
  readonly obsm: ReadonlyMap<string, Rows>;
  readonly obs: ReadonlyMap<string, TypedArray>;
  /** Where it lies; null for memory that is not used again. */
  readonly room: ReusedRoom | null;
}

/** The matrices of a row. */
export function matricesOf({ X, layers, obsm }: Parts): MatrixRows[] {
  return [...(X === null ? [] : [X]), ...layers.values(), ...obsm.values()];
}

/** How an epoch is cut into what is read at once. */
export interface Cutting {
  readonly batchSize: number;
  /** Rows that the sampler mixed. */
  readonly windowSize: number;
  /** Bytes a window may take; one batch may take more. */
  readonly bytes: number;
}

/** Rows that are read together: windows of the sampler, or whole batches of one where its rows are large. */
export function* piecesOf(
  order: RowOrder,
  [from, to]: readonly [number, number],
  { batchSize, windowSize, bytes }: Cutting,
  rowBytes: LineBytes,
): Generator<{ rows: IndexArray; bytes: number }, void, undefined> {
  for (let at = from; at < to; ) {
    const window = order.rows(at, Math.min(to, at - (at % windowSize) + windowSize));
    at += window.length;
    let [start, taken] = [0, 0];
    for (let end = 0; end < window.length; ) {
      const next = Math.min(window.length, end + batchSize);
      let more = 0;
      for (let i = end; i < next; i++) more += rowBytes(window[i]!);
      if (end > start && taken + more > bytes) {
        yield { rows: window.subarray(start, end), bytes: taken };
        [start, taken] = [end, 0];
      }
      taken += more;
      end = next;
    }
    yield { rows: window.subarray(start), bytes: taken };
  }
}

/**
 * Reads what belongs to some rows.
 *
 * @param maxBytes - what one matrix may take
 * @param room - memory for it; null for fresh memory
 */
export async function readWindow(
  { X, layers, obsm, obs }: Parts,
  { rows, bytes }: { rows: IndexArray; bytes: number },
  maxBytes: number,
  signal: AbortSignal,
  room: ReusedRoom | null,
): Promise<Window> {
  const request = { ...requestOf({ signal, maxBytes }, 0), ...(room && { room }) };
  const all = async (matrices: ReadonlyMap<string, MatrixRows>): Promise<Map<string, Rows>> => {
    const found = new Map<string, Rows>();
    for (const [name, matrix] of matrices) found.set(name, await matrix.read(rows, request));
    return found;
  };
  return {
    rows,
    bytes,
    X: X === null ? null : await X.read(rows, request),
    layers: await all(layers),
    obsm: await all(obsm),
    obs: new Map([...obs].map(([name, column]) => [name, takeColumn(column, rows)])),
    room,
  };
}
