// SPDX-License-Identifier: BSD-3-Clause

import { type AxisIndex, everything, positionsOf } from '../arrays/axis-index';
import type { IndexArray, NumericDType } from '../arrays/dtype';
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
import { runSteps, runStepsAsync, type Steps } from './steps';

/** Puts blocks that are in memory together, in the type and format of the whole. */
export type Stack = (blocks: readonly Block[], shape: readonly number[]) => Steps<Matrix>;

/** What a stack is made into. */
export interface StackedForm {
  readonly dtype: NumericDType;
  readonly format: 'dense' | 'csr';
}

interface Layer {
  readonly block: Block;
  /** Null where an object has none. */
  readonly source: Source | null;
}

/**
 * Matrices below each other, beside each other or along a diagonal, of which some lie in a file: what is asked for is read, and put
 * together then.
 */
export class StackedSource implements Source {
  readonly about: Source['about'];
  readonly stored = null;
  readonly widths = undefined;
  readonly #layers: readonly Layer[];

  constructor(
    blocks: readonly Block[],
    shape: readonly number[],
    private readonly form: StackedForm,
    private readonly stack: Stack,
  ) {
    this.#layers = blocks.map((block) => ({ block, source: block.array === null ? null : sourceOf(block.array) }));
    const bytes = this.#layers.reduce((sum, { source }) => sum + (source?.about.bytes ?? 0), 0);
    this.about = { kind: 'matrix', shape, ...form, nnz: null, bytes };
  }

  get entries(): number {
    return entriesOf(this.about);
  }

  /** Whether the layers share their rows. */
  get #isBeside(): boolean {
    return this.#layers.every(({ block }) => block.row === 0) && this.#layers.some(({ block }) => block.column > 0);
  }

  linesTogether(axis: 0 | 1): number {
    return this.#layers[0]?.source?.linesTogether(axis) ?? 1;
  }

  async lineBytes(axis: 0 | 1, request: ReadRequest): Promise<LineBytes> {
    const even = evenLines(this.about, axis);
    if (axis === 1) return even;
    const known = await Promise.all(
      this.#layers.map(async ({ block, source }) => ({ block, bytes: await source?.lineBytes(0, request) })),
    );
    const ofLayer = ({ block, bytes }: (typeof known)[number], line: number): number => {
      const place = line - block.row;
      const old = block.rows.toOld === null ? place : block.rows.toOld[place]!;
      return old < 0 || bytes === undefined ? 0 : bytes(old);
    };
    if (this.#isBeside) return (line) => known.reduce((sum, layer) => sum + ofLayer(layer, line), 0);
    return (line) => ofLayer(known.findLast(({ block }) => block.row <= line) as (typeof known)[number], line);
  }

  async read(cut: Cut, request: ReadRequest): Promise<{ value: Matrix }> {
    // Where layers lie in columns of their own, those that are wanted are taken in the end.
    const isShifted = this.#layers.some(({ block }) => block.column > 0);
    const columns = cut.columns === null ? null : positionsOf(cut.columns);
    const { value, order } = await this.#stacked(cut.rows, isShifted ? null : columns, request);
    if (order === null && (!isShifted || columns === null)) return { value };
    const late = isShifted ? columns : null;
    return { value: await value.subsetAsync(order, late, { signal: request.signal }) };
  }

  /** The wanted rows, layer by layer; `order` puts them where they are wanted, and is null when they are there. */
  async #stacked(
    rows: AxisIndex | null,
    columns: IndexArray | null,
    request: ReadRequest,
  ): Promise<{ value: Matrix; order: Int32Array | null }> {
    const [height, width] = this.about.shape as [number, number];
    const { groups, order } = this.#isBeside
      ? { groups: this.#layers.map(() => positionsOf(rows ?? everything(height))), order: null }
      : byLayer(
          this.#layers.map(({ block }) => block),
          rows,
          height,
        );
    const blocks: Block[] = [];
    let row = 0;
    for (const [i, places] of groups.entries()) {
      if (places.length === 0) continue;
      const { block, source } = this.#layers[i]!;
      const byRow = taken(block.rows, places);
      // Whole rows are moved to their columns when they are put together: entries of a row keep their order then.
      const byColumn = columns === null ? { read: null, indexer: block.columns } : taken(block.columns, columns);
      const array =
        source === null
          ? null
          : ((await source.read({ rows: byRow.read, columns: byColumn.read }, request)).value as Matrix);
      blocks.push({ array, rows: byRow.indexer, columns: byColumn.indexer, row, column: block.column });
      if (!this.#isBeside) row += places.length;
    }
    const [only] = blocks;
    const isShifted = this.#layers.some(({ block }) => block.column > 0);
    if (blocks.length === 1 && !isShifted && isFinal(only as Block, this.form)) {
      return { value: only!.array as Matrix, order };
    }
    const shape = [rows?.length ?? height, columns?.length ?? width, ...this.about.shape!.slice(2)];
    return { value: await runStepsAsync(this.stack(blocks, shape), request.signal), order };
  }
}

/**
 * Matrices in memory below each other, which stay where they are: the rows that are asked for are put together then. Held where a matrix
 * would be, by an object that hands out parts only.
 */
export class StackedMatrix {
  readonly dtype: NumericDType;
  readonly format: 'dense' | 'csr';

  constructor(
    private readonly blocks: readonly Block[],
    readonly shape: readonly number[],
    private readonly form: StackedForm,
    private readonly stack: Stack,
  ) {
    this.dtype = form.dtype;
    this.format = form.format;
  }

  /** Rows and columns, in that order; null takes all. A copy. */
  subset(rows: IndexArray | null, columns: IndexArray | null = null): Matrix {
    const [height, width] = this.shape as [number, number];
    const { groups, order } = byLayer(this.blocks, rows, height);
    const parts: Block[] = [];
    let row = 0;
    for (const [i, places] of groups.entries()) {
      if (places.length === 0) continue;
      const { array, ...block } = this.blocks[i]!;
      const byRow = taken(block.rows, places);
      const byColumn = columns === null ? { read: null, indexer: block.columns } : taken(block.columns, columns);
      const part = array === null ? null : array.subset(byRow.read, byColumn.read);
      parts.push({ array: part, rows: byRow.indexer, columns: byColumn.indexer, row, column: 0 });
      row += places.length;
    }
    const [only] = parts as [Block];
    const shape = [row, columns?.length ?? width, ...this.shape.slice(2)];
    const isDone = parts.length === 1 && isFinal(only, this.form);
    const value = isDone ? (only.array as Matrix) : runSteps(this.stack(parts, shape));
    return order === null ? value : value.subset(order, null);
  }

  /** All of it, put together. */
  copy(): Matrix {
    return this.subset(null);
  }
}

/** Whether a matrix is what it will be. */
function isFinal({ array, rows, columns }: Block, { dtype, format }: StackedForm): boolean {
  if (array === null || rows.toOld !== null || columns.toOld !== null) return false;
  return array.dtype === dtype && (isSparse(array) ? array.format : 'dense') === format;
}

/** Wanted rows by the layer they lie in; `order` puts them where they are wanted, and is null when they are there. */
function byLayer(
  blocks: readonly Block[],
  rows: AxisIndex | null,
  height: number,
): { groups: number[][]; order: Int32Array | null } {
  const groups: number[][] = blocks.map(() => []);
  const starts = blocks.map(({ row }) => row);
  const positions = positionsOf(rows ?? everything(height));
  const layers = new Int32Array(positions.length);
  let isGrouped = true;
  for (let i = 0; i < positions.length; i++) {
    const position = positions[i]!;
    const layer = lastAtMost(starts, position);
    layers[i] = layer;
    if (i > 0 && layer < layers[i - 1]!) isGrouped = false;
    groups[layer]!.push(position - starts[layer]!);
  }
  if (isGrouped) return { groups, order: null };
  const next: number[] = [];
  let begin = 0;
  for (const { length } of groups) {
    next.push(begin);
    begin += length;
  }
  return { groups, order: layers.map((layer) => next[layer]!++) };
}

/** The place of the last of ascending numbers that is not above `most`. */
function lastAtMost(numbers: readonly number[], most: number): number {
  let [low, high] = [0, numbers.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (numbers[middle]! <= most) low = middle;
    else high = middle - 1;
  }
  return low;
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

/** What to read of an axis for some of its new places, and where that goes. */
function taken({ toOld }: Indexer, places: Iterable<number>): { read: Int32Array; indexer: Indexer } {
  if (toOld === null) {
    const read = Int32Array.from(places);
    return { read, indexer: same(read.length) };
  }
  const olds = Int32Array.from(places, (place) => toOld[place]!);
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
