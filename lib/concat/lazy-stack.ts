// SPDX-License-Identifier: BSD-3-Clause

import { type AxisIndex, everything, positionsOf } from '../arrays/axis-index';
import type { NumericDType } from '../arrays/dtype';
import type { Matrix } from '../arrays/matrix';
import { isSparse } from '../arrays/sparse-matrix';
import {
  type Cut,
  ElementHandle,
  entriesOf,
  evenLines,
  type LineBytes,
  type ReadRequest,
  type Source,
  ValueSource,
} from '../backed';
import { type Block, type Indexer, same } from './indexer';
import { runStepsAsync, type Steps } from './steps';

/** Puts blocks that are in memory together, in the type and format of the whole. */
export type Stack = (blocks: readonly Block[], shape: readonly number[]) => Steps<Matrix>;

interface Layer {
  readonly block: Block;
  /** Null where an object has none. */
  readonly source: Source | null;
}

/** Matrices below each other of which some lie in a file: what is asked for is read, and put together then. */
export class StackedSource implements Source {
  readonly about: Source['about'];
  readonly stored = null;
  readonly widths = undefined;
  readonly #layers: readonly Layer[];

  constructor(
    blocks: readonly Block[],
    shape: readonly number[],
    form: { dtype: NumericDType; format: 'dense' | 'csr' },
    private readonly stack: Stack,
  ) {
    this.#layers = blocks.map((block) => ({ block, source: block.array === null ? null : sourceOf(block.array) }));
    const bytes = this.#layers.reduce((sum, { source }) => sum + (source?.about.bytes ?? 0), 0);
    this.about = { kind: 'matrix', shape, ...form, nnz: null, bytes };
  }

  get entries(): number {
    return entriesOf(this.about);
  }

  linesTogether(axis: 0 | 1): number {
    return this.#layers[0]?.source?.linesTogether(axis) ?? 1;
  }

  async lineBytes(axis: 0 | 1, request: ReadRequest): Promise<LineBytes> {
    const even = evenLines(this.about, axis);
    if (axis === 1) return even;
    const known = await Promise.all(
      this.#layers.map(async ({ block, source }) => ({
        block,
        bytes: (await source?.lineBytes(0, request)) ?? even,
      })),
    );
    return (line) => {
      const found = known.findLast(({ block }) => block.row <= line) as (typeof known)[number];
      const place = line - found.block.row;
      const old = found.block.rows.toOld === null ? place : found.block.rows.toOld[place]!;
      return old < 0 ? 0 : found.bytes(old);
    };
  }

  async read(cut: Cut, request: ReadRequest): Promise<{ value: Matrix }> {
    const [height, width] = this.about.shape as [number, number];
    const { groups, order } = this.#grouped(cut.rows, height);
    const columns = cut.columns === null ? null : positionsOf(cut.columns);
    const shape = [order?.length ?? cut.rows?.length ?? height, columns?.length ?? width];
    const blocks: Block[] = [];
    let row = 0;
    for (const [i, places] of groups.entries()) {
      if (places.length === 0) continue;
      const { block, source } = this.#layers[i]!;
      const byRow = taken(block.rows, places);
      const byColumn = taken(block.columns, columns);
      const isThere = source !== null;
      const array = isThere
        ? ((await source.read({ rows: byRow.read, columns: byColumn.read }, request)).value as Matrix)
        : null;
      blocks.push({ array, rows: byRow.indexer, columns: byColumn.indexer, row, column: 0 });
      row += places.length;
    }
    const [only] = blocks;
    if (blocks.length === 1 && order === null && this.#isDone(only as Block)) return { value: only!.array as Matrix };
    const all = [...shape, ...this.about.shape!.slice(2)];
    const stacked = await runStepsAsync(this.stack(blocks, all), request.signal);
    return { value: order === null ? stacked : await stacked.subsetAsync(order, null, { signal: request.signal }) };
  }

  /** Whether rows of one matrix are what they will be. */
  #isDone({ array, rows, columns }: Block): boolean {
    if (array === null || rows.toOld !== null || columns.toOld !== null) return false;
    const { dtype, format } = this.about;
    return array.dtype === dtype && (isSparse(array) ? array.format : 'dense') === format;
  }

  /** Wanted rows by the layer they lie in; `order` puts them where they are wanted, and is null when they are there. */
  #grouped(rows: AxisIndex | null, height: number): { groups: number[][]; order: Int32Array | null } {
    const groups: number[][] = this.#layers.map(() => []);
    const positions = positionsOf(rows ?? everything(height));
    const layers = new Int32Array(positions.length);
    let isGrouped = true;
    for (let i = 0; i < positions.length; i++) {
      const position = positions[i]!;
      const layer = this.#layers.findLastIndex(({ block }) => block.row <= position);
      layers[i] = layer;
      if (i > 0 && layer < layers[i - 1]!) isGrouped = false;
      groups[layer]!.push(position - this.#layers[layer]!.block.row);
    }
    if (isGrouped) return { groups, order: null };
    const next = groups.map((_, i) => groups.slice(0, i).reduce((sum, { length }) => sum + length, 0));
    return { groups, order: layers.map((layer) => next[layer]!++) };
  }
}

function sourceOf(array: Matrix): Source {
  if (array instanceof ElementHandle) return array.snapshot();
  const about = {
    kind: 'matrix',
    shape: array.shape,
    dtype: array.dtype,
    format: isSparse(array) ? array.format : 'dense',
    nnz: null,
    bytes: 0,
  } as const;
  return new ValueSource(about, array);
}

/** What to read of an axis for some of its new places, and where that goes; null is all of them. */
function taken(indexer: Indexer, places: Iterable<number> | null): { read: Int32Array | null; indexer: Indexer } {
  const { toOld, newLength } = indexer;
  if (toOld === null) {
    const read = places === null ? null : Int32Array.from(places);
    return { read, indexer: same(read?.length ?? newLength) };
  }
  const olds = Int32Array.from(places ?? toOld.keys(), (place) => toOld[place]!);
  const read = olds.filter((old) => old >= 0);
  const hasMissing = read.length < olds.length;
  if (!hasMissing) return { read, indexer: same(read.length) };
  const toNew = new Int32Array(read.length);
  let next = 0;
  const toRead = olds.map((old, place) => {
    if (old < 0) return -1;
    toNew[next] = place;
    return next++;
  });
  return { read, indexer: { oldLength: read.length, newLength: olds.length, toNew, toOld: toRead, hasMissing } };
}
