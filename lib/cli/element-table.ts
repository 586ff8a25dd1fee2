// SPDX-License-Identifier: BSD-3-Clause

import type { AnnData } from '../anndata/anndata';
import { resolveAxis } from '../anndata/indexing/resolve';
import { positionsOf } from '../arrays/axis-index';
import { type DenseArray, isDenseArray } from '../arrays/dense-array';
import { type DType, type IndexArray, isTypedArray } from '../arrays/dtype';
import type { Matrix } from '../arrays/matrix';
import { type CscMatrix, type CsrMatrix, isSparse } from '../arrays/sparse-matrix';
import { isFrameHandle, isHandle, isMatrixHandle, loadColumn, type MatrixHandle } from '../backed';
import { AnnDataError } from '../errors';
import type { Column } from '../frame/column';
import type { DataFrame } from '../frame/data-frame';
import { readHeld, takeHeld } from '../frame/lazy-column';
import { shortestOf } from '../io/csv-text';
import { isPlainObject } from '../plain-object';
import type { Cell, TextTable } from './table-text';
import { UsageError } from './usage-error';

/** Memory that a block of rows may take. */
const blockBytes = 16 * 2 ** 20;
/** Rows of frames and of names that are turned into cells at a time. */
const blockRows = 2 ** 14;

type Backed = AnnData<'backed'>;

/** What the rows or the columns of an element are: observations, or variables of the object or of its raw. */
export interface Axis {
  readonly key: 'obs' | 'var' | 'raw/var';
  readonly frame: DataFrame;
}

/** What stands at a key of an AnnData that has rows; an axis is null where positions are all there is. */
export type Element =
  | { readonly kind: 'frame'; readonly frame: DataFrame; readonly column: string | null; readonly axis: Axis | null }
  | { readonly kind: 'matrix'; readonly matrix: MatrixHandle; readonly axes: readonly [Axis | null, Axis | null] };

/**
 * The element at a key; null for what has no rows, or is none of the elements of an AnnData.
 *
 * @throws {AnnDataError} `ERR_NAME` when there is nothing of that name, or several things below it
 */
export function elementAt(adata: Backed, key: string): Element | null {
  const [group, ...path] = key.split('/') as [string, ...string[]];
  const { raw } = adata;
  const obs: Axis = { key: 'obs', frame: adata.obs };
  const variables: Axis = { key: 'var', frame: adata.var };
  if (group === 'obs') return ofFrame(obs.frame, path, obs, key);
  if (group === 'var') return ofFrame(variables.frame, path, variables, key);
  if (group === 'X' && path.length === 0) return ofValue(adata.X, [], [obs, variables], key);
  if (group === 'uns') return ofTree(adata.uns, path, key);
  if (group === 'raw') {
    if (raw === null || raw === undefined) throw missing(key, []);
    const [part, ...rest] = path;
    const own: Axis = { key: 'raw/var', frame: raw.var };
    if (part === 'var') return ofFrame(raw.var, rest, own, key);
    if (part === 'X' && rest.length === 0) return ofValue(raw.X, [], [obs, own], key);
    if (part === 'varm') return ofMapping(raw.varm, rest, [own, null], key);
    throw missing(key, ['X', 'var', 'varm'], 'raw');
  }
  const axes = {
    layers: [obs, variables],
    obsm: [obs, null],
    varm: [variables, null],
    obsp: [obs, obs],
    varp: [variables, variables],
  } as const;
  return group in axes
    ? ofMapping(adata[group as keyof typeof axes], path, axes[group as keyof typeof axes], key)
    : null;
}

type Axes = readonly [Axis | null, Axis | null];

function ofFrame(frame: DataFrame, path: readonly string[], axis: Axis | null, key: string): Element {
  const column = path.length === 0 ? null : path.join('/');
  if (column === null || frame.has(column)) return { kind: 'frame', frame, column, axis };
  throw missing(key, frame.columns);
}

function ofMapping(mapping: unknown, path: readonly string[], axes: Axes, key: string): Element | null {
  const entries = mapping as ReadonlyMap<string | null, unknown>;
  const [name, ...rest] = path;
  // X counts as the layer without a name.
  const names = [...entries.keys()].filter((each) => each !== null);
  if (name === undefined) throw missing(key, names, key);
  if (!entries.has(name)) throw missing(key, names);
  return ofValue(entries.get(name), rest, axes, key);
}

function ofValue(value: unknown, path: readonly string[], axes: Axes, key: string): Element | null {
  if (value === null || value === undefined) throw missing(key, []);
  if (isFrameHandle(value)) return ofFrame(value.frame, path, axes[0], key);
  if (path.length > 0) throw missing(key, []);
  const isTable = isMatrixHandle(value) && (value.shape.length === 1 || value.shape.length === 2);
  return isTable ? { kind: 'matrix', matrix: value, axes } : null;
}

/** What lies in uns, where anything can: frames and arrays have rows, without names of their own. */
function ofTree(tree: unknown, path: readonly string[], key: string): Element | null {
  let value = tree;
  for (const [depth, name] of path.entries()) {
    if (!isPlainObject(value)) return isHandle(value) ? ofValue(value, path.slice(depth), [null, null], key) : null;
    if (!Object.hasOwn(value, name)) throw missing(key, Object.keys(value));
    value = value[name];
  }
  return isHandle(value) ? ofValue(value, [], [null, null], key) : null;
}

function missing(key: string, there: readonly string[], of?: string): AnnDataError {
  const some = there.length > 20 ? [...there.slice(0, 20), '…'] : there;
  if (of === key) return new AnnDataError('ERR_NAME', `${key} is ${nameOne(key, some)}`);
  const known = there.length === 0 ? '' : `; there are: ${some.join(', ')}`;
  return new AnnDataError('ERR_NAME', `there is no ${key}${known}`);
}

function nameOne(key: string, there: readonly string[]): string {
  if (there.length === 0) return 'empty';
  return `a group of elements: name one, such as ${key}/${there[0]}; there are: ${there.join(', ')}`;
}

/** How many rows an element has. */
export function rowsOf(element: Element): number {
  return element.kind === 'frame' ? element.frame.nRows : (element.matrix.shape[0] as number);
}

/** Names of observations and variables, as they were asked for; null takes all. */
export interface Chosen {
  readonly obs: readonly string[] | null;
  readonly var: readonly string[] | null;
}

/**
 * The part of an element that belongs to some observations and variables, in that order; the raw's own variables in raw.
 *
 * @throws {UsageError} when it has none of what they are chosen from
 */
export async function partOf(element: Element, chosen: Chosen, key: string, signal: AbortSignal): Promise<Element> {
  const axes = element.kind === 'frame' ? [element.axis] : element.axes;
  for (const [option, name] of [
    ['obs', 'observations'],
    ['var', 'variables'],
  ] as const) {
    if (chosen[option] === null || axes.some((axis) => axis !== null && optionOf(axis) === option)) continue;
    throw new UsageError(`${key} has no ${name}: leave out --${option}`);
  }
  const taken = new Map<string, IndexArray | null>();
  for (const axis of axes)
    if (axis !== null) taken.set(axis.key, await rowsNamed(axis, chosen[optionOf(axis)], signal));
  const rowsFor = (axis: Axis | null): IndexArray | null => (axis === null ? null : (taken.get(axis.key) ?? null));
  const cut = (axis: Axis | null): Axis | null => {
    const rows = rowsFor(axis);
    return axis === null || rows === null ? axis : { ...axis, frame: axis.frame.subset(rows) };
  };
  if (element.kind === 'frame') {
    const rows = rowsFor(element.axis);
    return rows === null ? element : { ...element, frame: element.frame.subset(rows), axis: cut(element.axis) };
  }
  const {
    matrix,
    axes: [first, second],
  } = element;
  const [rows, columns] = [rowsFor(first), rowsFor(second)];
  if (rows === null && columns === null) return element;
  return { ...element, matrix: matrix.subset(rows, columns), axes: [cut(first), cut(second)] };
}

function optionOf({ key }: Axis): 'obs' | 'var' {
  return key === 'obs' ? 'obs' : 'var';
}

async function rowsNamed(
  { key, frame }: Axis,
  names: readonly string[] | null,
  signal: AbortSignal,
): Promise<IndexArray | null> {
  if (names === null) return null;
  await loadColumn(frame, null, { signal });
  const axis = { length: frame.nRows, names: () => frame.index, frame: () => frame, key };
  return positionsOf(resolveAxis(names, axis));
}

/** Names that are asked for again and again are decoded once. */
function remembered(name: Name): Name {
  const known: string[] = [];
  return (position) => {
    known[position] ??= name(position);
    return known[position];
  };
}

/** Names of a run of an axis: only these are read. */
async function namesIn(axis: Axis | null, from: number, to: number, signal: AbortSignal): Promise<Name> {
  if (axis === null) return (position) => String(from + position);
  const { values } = await readHeld(takeHeld(axis.frame.heldIndex, run(from, to)), { signal });
  return (position) => String(values.get(position));
}

/**
 * A frame with the names of its rows, a dense matrix likewise, or the stored entries of a sparse one.
 *
 * @param part.dense - cells of a sparse matrix instead
 * @param part.rows - so many rows only; `columns` likewise
 */
export async function tableOf(
  element: Element,
  part: { dense?: boolean; rows?: number; columns?: number },
  signal: AbortSignal,
): Promise<TextTable> {
  const rows = Math.min(rowsOf(element), part.rows ?? Number.POSITIVE_INFINITY);
  if (element.kind === 'frame') {
    const { frame, column } = element;
    const names = column === null ? frame.columns.slice(0, part.columns) : [column];
    return { columns: [frame.indexName ?? 'name', ...names], rows: frameRows(frame, names, rows, signal) };
  }
  const { matrix, axes } = element;
  if (matrix.format !== 'dense' && part.dense !== true) {
    return { columns: ['row', 'column', 'value'], rows: entryRows(matrix, axes, signal) };
  }
  const width = Math.min((matrix.shape[1] as number | undefined) ?? 1, part.columns ?? Number.POSITIVE_INFINITY);
  const name = await namesIn(axes[1], 0, width, signal);
  return {
    columns: ['name', ...Array.from({ length: width }, (_, j) => name(j))],
    rows: cellRows(matrix, axes[0], rows, width, signal),
  };
}

type Name = (position: number) => string;

async function* frameRows(
  frame: DataFrame,
  columns: readonly string[],
  rows: number,
  signal: AbortSignal,
): AsyncGenerator<readonly Cell[]> {
  for (let from = 0; from < rows; from += blockRows) {
    const block = frame.subset(run(from, Math.min(rows, from + blockRows)));
    const read: Column[] = [];
    for (const held of [block.heldIndex, ...columns.map((name) => block.held(name))])
      read.push(await readHeld(held, { signal }));
    for (let i = 0; i < block.nRows; i++) {
      yield read.map(({ values, dtype, categories }) => cellOf(values.get(i), (categories ?? { dtype }).dtype));
    }
  }
}

async function* cellRows(
  matrix: MatrixHandle,
  axis: Axis | null,
  rows: number,
  width: number,
  signal: AbortSignal,
): AsyncGenerator<readonly Cell[]> {
  const isNarrow = width < (matrix.shape[1] ?? 1);
  for await (const [from, block] of blocksOf(matrix, 0, rows, isNarrow ? run(0, width) : null, signal, true)) {
    const length = block.shape[0] as number;
    const name = await namesIn(axis, from, from + length, signal);
    const cells = dense(block);
    const value = valuesOf(cells);
    const [down, right = 0] = cells.stride as [number, number?];
    for (let i = 0; i < length; i++) {
      const start = cells.offset + i * down;
      yield [name(i), ...Array.from({ length: width }, (_, j) => cellOf(value(start + j * right), matrix.dtype))];
    }
  }
}

/** In the order in which they are stored: row by row (csr), column by column (csc). */
async function* entryRows(matrix: MatrixHandle, axes: Axes, signal: AbortSignal): AsyncGenerator<readonly Cell[]> {
  const axis = matrix.format === 'csr' ? 0 : 1;
  const across = remembered(await namesIn(axes[1 - axis] as Axis | null, 0, matrix.shape[1 - axis] as number, signal));
  for await (const [from, block] of blocksOf(matrix, axis, matrix.shape[axis] as number, null, signal)) {
    const { indptr, indices } = block as CsrMatrix | CscMatrix;
    const value = valuesOf(block as CsrMatrix | CscMatrix);
    const along = await namesIn(axes[axis], from, from + indptr.length - 1, signal);
    for (let line = 0; line < indptr.length - 1; line++) {
      const own = along(line);
      for (let k = indptr[line]!; k < indptr[line + 1]!; k++) {
        const other = across(indices[k]!);
        const cell = cellOf(value(k), matrix.dtype);
        yield axis === 0 ? [own, other, cell] : [other, own, cell];
      }
    }
  }
}

/** Runs of rows (axis 0) or columns that fit into a block, as they are read. */
async function* blocksOf(
  matrix: MatrixHandle,
  axis: 0 | 1,
  length: number,
  others: Int32Array | null,
  signal: AbortSignal,
  asDense = false,
): AsyncGenerator<readonly [from: number, block: Matrix]> {
  const [lines, width] = [matrix.shape[axis] as number, (matrix.shape[1 - axis] as number | undefined) ?? 1];
  const stored = matrix.nnz === null ? 0 : (12 * matrix.nnz) / Math.max(1, lines);
  const each = matrix.nnz === null || asDense ? Math.max(stored, 8 * (others?.length ?? width)) : stored;
  const step = Math.max(1, Math.min(blockRows, Math.floor(blockBytes / Math.max(1, each))));
  for (let from = 0; from < length; from += step) {
    const taken = run(from, Math.min(length, from + step));
    const part = axis === 0 ? matrix.subset(taken, others) : matrix.subset(others, taken);
    yield [from, await part.read({ signal })];
  }
}

/** The element at a place of the values: of a complex number both parts, of bool true or false. */
function valuesOf({
  data,
  dtype,
}: Pick<DenseArray | CsrMatrix | CscMatrix, 'data' | 'dtype'>): (at: number) => unknown {
  if (!isTypedArray(data)) return (at) => data.get(at);
  if (dtype === 'bool') return (at) => data[at] !== 0;
  if (dtype === 'complex64' || dtype === 'complex128') return (at) => [data[2 * at], data[2 * at + 1]];
  return (at) => data[at];
}

function dense(block: Matrix): DenseArray {
  if (isSparse(block)) return block.toDense();
  if (!isDenseArray(block)) throw new AnnDataError('ERR_ARGUMENT', 'this is no array of cells', { key: '' });
  return block;
}

function run(from: number, to: number): Int32Array {
  return Int32Array.from({ length: to - from }, (_, i) => from + i);
}

/** Complex numbers and the like as text. */
function cellOf(value: unknown, dtype: DType): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return shortestOf(value, dtype);
  const isPlain = ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
  return isPlain ? (value as Cell) : JSON.stringify(value);
}
