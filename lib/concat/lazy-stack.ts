// SPDX-License-Identifier: BSD-3-Clause

import { type AxisIndex, everything, positionsOf } from '../arrays/axis-index';
import { type IndexArray, type NumericDType, sizeOf } from '../arrays/dtype';
import type { Matrix } from '../arrays/matrix';
import { rowsByPart } from '../arrays/part-rows';
import type { Room } from '../arrays/room';
import { isSparse } from '../arrays/sparse-matrix';
import { upperBound } from '../arrays/upper-bound';
import {
  type Cut,
  ElementHandle,
  elementBytes,
  entriesOf,
  evenLines,
  type LineBytes,
  type ReadRequest,
  type Source,
  ValueSource,
} from '../backed';
import { type Block, rowsOf } from './indexer';
import { runSteps, runStepsAsync, type Steps } from './steps';

/**
 * Puts blocks that are in memory together, in the type and format of the whole.
 *
 * @param room - for the result, of blocks that belong to us alone
 */
export type Stack<M extends Matrix = Matrix> = (
  blocks: readonly Block[],
  shape: readonly number[],
  room?: Room | undefined,
) => Steps<M>;

/** What a stack is made into. */
export interface StackedForm {
  readonly dtype: NumericDType;
  readonly format: 'dense' | 'csr';
  /** Whether memory is needed for what an object does not have: not for zeros of a sparse matrix. */
  readonly isFilled: boolean;
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
  /** The first row of each layer. */
  readonly #starts: Float64Array;

  constructor(
    blocks: readonly Block[],
    shape: readonly number[],
    private readonly form: StackedForm,
    private readonly stack: Stack,
  ) {
    this.#starts = Float64Array.from(blocks, ({ row }) => row);
    this.#layers = blocks.map((block) => ({ block, source: block.array === null ? null : sourceOf(block.array) }));
    const bytes = this.#layers.reduce((sum, { source }) => sum + (source?.about.bytes ?? 0), 0);
    const { dtype, format } = form;
    this.about = { kind: 'matrix', shape, dtype, format, nnz: null, bytes };
  }

  get entries(): number {
    return entriesOf(this.about);
  }

  /** Whether layers lie in columns of their own. */
  get #isShifted(): boolean {
    return this.#layers.some(({ block }) => block.column > 0);
  }

  /** Whether the layers share their rows. */
  get #isBeside(): boolean {
    return this.#isShifted && this.#starts.every((row) => row === 0);
  }

  linesTogether(axis: 0 | 1): number {
    return this.#layers[0]?.source?.linesTogether(axis) ?? 1;
  }

  async lineBytes(axis: 0 | 1, request: ReadRequest): Promise<LineBytes> {
    const even = evenLines(this.about, axis);
    if (axis === 1) return even;
    const layers = await Promise.all(this.#layers.map((layer) => this.#layerBytes(layer, request)));
    if (this.#isBeside) return (line) => layers.reduce((sum, bytes) => sum + bytes(line), 0);
    return (line) => layers[this.#layerOf(line)]!(line);
  }

  /** What a layer takes of the lines of the result, in the type and format of the result. */
  async #layerBytes({ block, source }: Layer, request: ReadRequest): Promise<LineBytes> {
    const { rows, columns, row } = block;
    const each = elementBytes(this.about);
    const cell = this.form.isFilled ? each * sizeOf(this.about.shape!.slice(2)) : 0;
    const allMissing = columns.newLength * cell;
    if (source === null) return () => allMissing;
    const missing = (columns.toOld?.reduce((count, old) => count + (old < 0 ? 1 : 0), 0) ?? 0) * cell;
    const bytes = await source.lineBytes(0, request);
    const factor = each / elementBytes(source.about);
    const { toOld } = rows;
    return (line) => {
      const old = toOld === null ? line - row : toOld[line - row]!;
      return old < 0 ? allMissing : bytes(old) * factor + missing;
    };
  }

  /** The layer that a row lies in; the last one where layers without rows begin there, too. */
  #layerOf(row: number): number {
    return upperBound(this.#starts, row) - 1;
  }

  async read(cut: Cut, request: ReadRequest): Promise<{ value: Matrix }> {
    // Where layers lie in columns of their own, those that are wanted are taken in the end.
    const isShifted = this.#isShifted;
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
      : rowsByPart(this.#starts, positionsOf(rows ?? everything(height)));
    const blocks: Block[] = [];
    let row = 0;
    for (const [i, places] of groups.entries()) {
      if (places.length === 0) continue;
      const { block, source } = this.#layers[i]!;
      const byRow = rowsOf(block.rows, places);
      // Whole rows are moved to their columns when they are put together: entries of a row keep their order then.
      const byColumn = columns === null ? { read: null, indexer: block.columns } : rowsOf(block.columns, columns);
      const array =
        source === null
          ? null
          : ((await source.read({ rows: byRow.read, columns: byColumn.read }, request)).value as Matrix);
      blocks.push({ array, rows: byRow.indexer, columns: byColumn.indexer, row, column: block.column });
      if (!this.#isBeside) row += places.length;
    }
    const [only] = blocks;
    if (blocks.length === 1 && !this.#isShifted && isFinal(only as Block, this.form)) {
      return { value: only!.array as Matrix, order };
    }
    const shape = [rows?.length ?? height, columns?.length ?? width, ...this.about.shape!.slice(2)];
    return { value: await runStepsAsync(this.stack(blocks, shape, request.room), request.signal), order };
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
    const starts = this.blocks.map(({ row }) => row);
    const { groups, order } = rowsByPart(starts, rows ?? positionsOf(everything(height)));
    const parts: Block[] = [];
    let row = 0;
    for (const [i, places] of groups.entries()) {
      if (places.length === 0) continue;
      const { array, ...block } = this.blocks[i]!;
      const byRow = rowsOf(block.rows, places);
      const byColumn = columns === null ? { read: null, indexer: block.columns } : rowsOf(block.columns, columns);
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

function sourceOf(array: Matrix): Source {
  return array instanceof ElementHandle ? array.snapshot() : ValueSource.of(array);
}
