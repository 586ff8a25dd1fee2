// SPDX-License-Identifier: BSD-3-Clause

import type { AnnData } from '../anndata/anndata';
import { type DenseArray, isDenseArray } from '../arrays/dense-array';
import type { DType } from '../arrays/dtype';
import type { Matrix } from '../arrays/matrix';
import { type CscMatrix, type CsrMatrix, isSparse } from '../arrays/sparse-matrix';
import { isMatrixHandle, type MatrixHandle } from '../backed';
import { AnnDataError } from '../errors';
import type { Column } from '../frame/column';
import type { DataFrame } from '../frame/data-frame';
import { readHeld } from '../frame/lazy-column';
import { shortestOf } from '../io/csv-text';
import type { Cell, TextTable } from './table-text';

/** Memory that a block of rows may take. */
const blockBytes = 16 * 2 ** 20;
/** Rows of frames and of names that are turned into cells at a time. */
const blockRows = 2 ** 14;

type Backed = AnnData<'backed'>;

/** What stands at a key of an AnnData that has rows: a frame, one of its columns, or a matrix with the names of its axes. */
export type Element =
  | { readonly kind: 'frame'; readonly frame: DataFrame; readonly column: string | null }
  | { readonly kind: 'matrix'; readonly matrix: MatrixHandle; readonly names: readonly [Names, Names] };

/** Gives the names of an axis; null where positions are all there is. */
export type Names = (() => Promise<(position: number) => string>) | null;

/** The element at a key; null when it has no rows. @throws {AnnDataError} `ERR_KEY_NOT_FOUND` */
export function elementAt(adata: Backed, key: string): Element | null {
  const [group, ...rest] = key.split('/') as [string, ...string[]];
  const name = rest.join('/');
  const [obs, variables] = [namesOf(adata.obs), namesOf(adata.var)];
  if (group === 'obs' || group === 'var') {
    const frame = adata[group];
    if (name !== '' && !frame.has(name)) throw missing(key, frame.columns);
    return { kind: 'frame', frame, column: name === '' ? null : name };
  }
  if (group === 'raw') {
    const { raw } = adata;
    if (raw === null || raw === undefined) throw missing(key, []);
    if (name === 'var') return { kind: 'frame', frame: raw.var, column: null };
    if (name === 'X') return ofMatrix(raw.X, [obs, namesOf(raw.var)], key);
    throw missing(key, ['X', 'var']);
  }
  if (group === 'X' && name === '') return ofMatrix(adata.X, [obs, variables], key);
  const axes = {
    layers: [obs, variables],
    obsm: [obs, null],
    varm: [variables, null],
    obsp: [obs, obs],
    varp: [variables, variables],
  } as const;
  if (!(group in axes)) return null;
  const mapping = adata[group as keyof typeof axes] as unknown as ReadonlyMap<string, unknown>;
  if (!mapping.has(name)) throw missing(key, [...mapping.keys()]);
  return ofMatrix(mapping.get(name), axes[group as keyof typeof axes], key);
}

function ofMatrix(value: unknown, names: readonly [Names, Names], key: string): Element | null {
  if (value === null || value === undefined) throw missing(key, []);
  return isMatrixHandle(value) ? { kind: 'matrix', matrix: value as MatrixHandle, names } : null;
}

function missing(key: string, there: readonly string[]): AnnDataError {
  const known = there.length === 0 ? '' : `; there are: ${there.slice(0, 20).join(', ')}`;
  return new AnnDataError('ERR_NAME', `there is no ${key}${known}`);
}

function namesOf(frame: DataFrame): Names {
  return async () => {
    const { values } = await readHeld(frame.heldIndex);
    return (position) => String(values.get(position));
  };
}

/** How many rows an element has. */
export function rowsOf(element: Element): number {
  return element.kind === 'frame' ? element.frame.nRows : (element.matrix.shape[0] as number);
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
  const { matrix, names } = element;
  if (matrix.shape.length > 2) throw new AnnDataError('ERR_ARGUMENT', 'it has more than two axes', { key: matrix.key });
  const width = Math.min((matrix.shape[1] as number | undefined) ?? 1, part.columns ?? Number.POSITIVE_INFINITY);
  const [rowName, columnName] = [await names[0]?.(), await names[1]?.()].map((name) => name ?? String);
  if (matrix.format !== 'dense' && part.dense !== true) {
    const rows = entryRows(matrix, rowName as Name, columnName as Name, signal);
    return { columns: ['row', 'column', 'value'], rows };
  }
  const columns = Array.from({ length: width }, (_, j) => (columnName as Name)(j));
  return { columns: ['name', ...columns], rows: cellRows(matrix, rowName as Name, rows, width, signal) };
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
  name: Name,
  rows: number,
  width: number,
  signal: AbortSignal,
): AsyncGenerator<readonly Cell[]> {
  const isNarrow = width < (matrix.shape[1] ?? 1);
  for await (const [from, block] of blocksOf(matrix, 0, rows, isNarrow ? run(0, width) : null, signal)) {
    for (let i = 0; i < block.shape[0]!; i++) {
      const at = (j: number): Cell =>
        cellOf(block.shape.length === 1 ? dense(block).get(i) : at2(block, i, j), matrix.dtype);
      yield [name(from + i), ...Array.from({ length: width }, (_, j) => at(j))];
    }
  }
}

/** In the order in which they are stored: row by row (csr), column by column (csc). */
async function* entryRows(
  matrix: MatrixHandle,
  rowName: Name,
  columnName: Name,
  signal: AbortSignal,
): AsyncGenerator<readonly Cell[]> {
  const axis = matrix.format === 'csr' ? 0 : 1;
  for await (const [from, block] of blocksOf(matrix, axis, matrix.shape[axis] as number, null, signal)) {
    const { indptr, indices, data } = block as CsrMatrix | CscMatrix;
    for (let line = 0; line < indptr.length - 1; line++) {
      for (let k = indptr[line]!; k < indptr[line + 1]!; k++) {
        const [row, column] = axis === 0 ? [from + line, indices[k]!] : [indices[k]!, from + line];
        yield [rowName(row), columnName(column), cellOf(data[k], matrix.dtype)];
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
): AsyncGenerator<readonly [from: number, block: Matrix]> {
  const [lines, width] = [matrix.shape[axis] as number, (matrix.shape[1 - axis] as number | undefined) ?? 1];
  const each = matrix.nnz === null ? 8 * (others?.length ?? width) : (12 * matrix.nnz) / Math.max(1, lines);
  const step = Math.max(1, Math.min(blockRows, Math.floor(blockBytes / Math.max(1, each))));
  for (let from = 0; from < length; from += step) {
    const taken = run(from, Math.min(length, from + step));
    const part = axis === 0 ? matrix.subset(taken, others) : matrix.subset(others, taken);
    yield [from, await part.read({ signal })];
  }
}

function at2(block: Matrix, row: number, column: number): unknown {
  return isSparse(block) ? block.get(row, column) : dense(block).get(row, column);
}

function dense(block: Matrix): DenseArray {
  if (!isDenseArray(block)) throw new AnnDataError('ERR_ARGUMENT', 'this is no dense array');
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
