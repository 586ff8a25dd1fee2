// SPDX-License-Identifier: BSD-3-Clause

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type AnnData, annDataOf } from '../anndata/anndata';
import type { AxisArrays } from '../anndata/mappings';
import { type LeftKind, readAround } from '../anndata/read-contents';
import { rowChunks } from '../anndata/row-chunks';
import { axisFrame } from '../anndata/to-frame';
import { isVector } from '../arrays/arrow';
import { DenseArray, isDenseArray } from '../arrays/dense-array';
import { isTypedArray } from '../arrays/dtype';
import { isRecordArray } from '../arrays/record-array';
import { isSparse } from '../arrays/sparse-matrix';
import { ElementHandle, type HandleBlocks } from '../backed';
import { blockBytes, defaultMemory } from '../elements/stream-blocks';
import { AnnDataError, isAnnDataError } from '../errors';
import { type DataFrame, isDataFrame } from '../frame/data-frame';
import { warn } from '../warnings';
import { cellsOf, csvLine, formatOf } from './csv-text';
import { checkMemory } from './write-h5ad';
import { writePieces } from './write-pieces';

/** How `.csv` files are written. */
export interface WriteCsvsOptions {
  /** Leave X out (default). */
  skipData?: boolean;
  /** What separates cells: one character, by default a comma. */
  sep?: string;
  /** Gives up; the promise is rejected with the signal's reason. */
  signal?: AbortSignal;
  /** Bytes of memory, about, that X of a backed object may take: it is read a few rows at a time (default 256 MiB). */
  maxMemory?: number;
}

/** Lines a piece of text that is handed to the file. */
const linesAPiece = 4096;

type Lines = Iterable<string> | AsyncIterable<string>;

/**
 * Writes `obs.csv`, `var.csv`, `obsm.csv`, `varm.csv`, a file in `uns/` for each entry that is a table or a single value,
 * and, when asked to, `X.csv` into a folder, which is made when it does not exist. Text is UTF-8 in the form of pandas.
 * What has no such form is left out with a `WriteWarning`: sparse matrices in `uns`, nested objects, awkward arrays. It
 * is an export: types, raw, layers, obsp and varp do not come along. X of a backed object is never in memory as a whole.
 *
 * @param folder - its path; an ending `.csv` is cut off
 * @throws {AnnDataError} `ERR_ARGUMENT` for another separator, `ERR_IO`
 * @example
 * ```ts
 * await writeCsvs('cells', adata, { skipData: false });
 * ```
 */
export async function writeCsvs(
  folder: string,
  source: AnnData | AnnData<'backed'>,
  { skipData = true, sep = ',', signal, maxMemory }: WriteCsvsOptions = {},
): Promise<void> {
  if (typeof sep !== 'string' || sep.length !== 1 || /["\r\n]/.test(sep)) {
    throw new AnnDataError('ERR_ARGUMENT', `cells are separated by one character, not by ${JSON.stringify(sep)}`);
  }
  checkMemory(maxMemory);
  const adata = source.isBacked ? await readTables(source as AnnData<'backed'>, signal) : (source as AnnData);
  const files = new Map<string, Lines>([
    ['obs.csv', frameLines(adata.obs, sep, true)],
    ['var.csv', frameLines(adata.var, sep, true)],
    ['obsm.csv', frameLines(sideBySide(adata.obsm), sep, false)],
    ['varm.csv', frameLines(sideBySide(adata.varm), sep, false)],
  ]);
  for (const [name, lines] of unsFiles(adata.uns, sep)) files.set(join('uns', name), lines);
  if (!skipData && adata.X !== null) {
    const X = adata.X as unknown;
    const blocks = X instanceof ElementHandle ? X.blocks : null;
    files.set('X.csv', blocks === null ? matrixLines(adata.X, sep) : blockLines(blocks, sep, { maxMemory, signal }));
  }
  const target = folder.replace(/\.csv$/, '');
  await mkdir(join(target, 'uns'), { recursive: true }).catch((error: Error) => {
    throw new AnnDataError('ERR_IO', `the folder could not be made: ${error.message}`, { file: target, cause: error });
  });
  for (const [name, lines] of files) await writePieces(join(target, name), pieces(lines), signal);
}

async function* pieces(lines: Lines): AsyncGenerator<string> {
  let piece: string[] = [];
  for await (const line of lines) {
    if (piece.push(line) < linesAPiece) continue;
    yield piece.join('');
    piece = [];
  }
  if (piece.length > 0) yield piece.join('');
}

function sideBySide(arrays: AxisArrays): DataFrame {
  return axisFrame(arrays, arrays.dimNames, {}, (key, reason) => {
    warn('WriteWarning', `${arrays.attrname}/${key} is left out of ${arrays.attrname}.csv: ${reason}`);
  });
}

/** A line of names, then one a row. The columns are taken now, whatever becomes of the frame. */
function frameLines(frame: DataFrame, sep: string, withIndex: boolean): Lines {
  const columns = frame.columns.map((name) => cellsOf(frame.column(name)));
  if (withIndex) columns.unshift(cellsOf(frame.indexColumn));
  const names = withIndex ? [frame.indexName ?? '', ...frame.columns] : frame.columns;
  return tableLines(columns, sep, frame.nRows, names);
}

/** What is written of an object whose X and other large matrices stay in a file. */
async function readTables(adata: AnnData<'backed'>, signal: AbortSignal | undefined): Promise<AnnData> {
  const isWanted = (slot: string, kind: LeftKind): boolean => kind !== 'matrix' || slot === 'obsm' || slot === 'varm';
  return annDataOf(await readAround(adata, { signal }, isWanted));
}

/** Rows that are read block by block. */
async function* blockLines(
  source: HandleBlocks,
  sep: string,
  { maxMemory = defaultMemory, signal }: { maxMemory: number | undefined; signal: AbortSignal | undefined },
): AsyncGenerator<string> {
  for await (const { value } of source.rowBlocks({ bytes: blockBytes(maxMemory), signal })) {
    yield* matrixLines(value, sep);
  }
}

/** The rows of a matrix without names; sparse ones become dense a few rows at a time. */
function* matrixLines(matrix: NonNullable<AnnData['X']>, sep: string): Iterable<string> {
  const format = formatOf(matrix.dtype);
  const source = isSparse(matrix) ? matrix.toCsr() : matrix;
  for (const { chunk } of rowChunks(source, 64)) {
    const dense = isDenseArray(chunk) ? chunk : chunk.toDense({ maxBytes: Number.POSITIVE_INFINITY });
    const [rows, columns] = dense.shape as [number, number];
    for (let row = 0; row < rows; row++) {
      yield csvLine(
        Array.from({ length: columns }, (_, column) => format(dense.get(row, column))),
        sep,
      );
    }
  }
}

function unsFiles(uns: Record<string, unknown>, sep: string): [string, Lines][] {
  const files: [string, Lines][] = [];
  for (const [key, value] of Object.entries(uns)) {
    const lines = isFileName(key) ? valueLines(value, sep) : undefined;
    if (lines !== undefined) files.push([`${key}.csv`, lines]);
    else
      warn('WriteWarning', `uns/${key} is left out: ${isFileName(key) ? 'it is no table' : 'its key names no file'}`);
  }
  return files;
}

/** A key must not lead to another folder. */
function isFileName(key: string): boolean {
  return key !== '' && !/[/\\\0]/.test(key);
}

/** A table without names; undefined for what is none. */
function valueLines(value: unknown, sep: string): Lines | undefined {
  if (isDataFrame(value))
    return tableLines(
      value.columns.map((name) => cellsOf(value.column(name))),
      sep,
    );
  if (isVector(value)) return tableLines([cellsOf(value)], sep);
  if (isRecordArray(value)) {
    const fields = [...value.fields.values()];
    return fields.every(({ nDim }) => nDim === 1) ? tableLines(fields.map(cellsOf), sep) : undefined;
  }
  if (isTypedArray(value)) return tableLines([cellsOf(new DenseArray(value, [value.length]))], sep);
  if (isDenseArray(value)) return arrayLines(value, sep);
  if (Array.isArray(value)) return listLines(value, sep);
  if (value === null) return [csvLine([''], sep)];
  if (typeof value === 'boolean') return [csvLine([formatOf('bool')(value)], sep)];
  if (typeof value === 'number')
    return [csvLine([formatOf(Number.isInteger(value) ? 'int64' : 'float64')(value)], sep)];
  return typeof value === 'string' || typeof value === 'bigint' ? [csvLine([String(value)], sep)] : undefined;
}

function listLines(list: readonly unknown[], sep: string): Lines | undefined {
  try {
    const integers = list.length > 0 && list.every((one) => Number.isSafeInteger(one));
    return arrayLines(DenseArray.from(list as never, integers ? 'int64' : undefined), sep);
  } catch (error) {
    if (isAnnDataError(error)) return undefined;
    throw error;
  }
}

function arrayLines(array: DenseArray, sep: string): Lines | undefined {
  if (array.nDim > 2) return undefined;
  return matrixLines(array.nDim === 2 ? array : array.reshape([array.size, 1]), sep);
}

function* tableLines(
  columns: readonly ReturnType<typeof cellsOf>[],
  sep: string,
  length = columns[0]?.length ?? 0,
  names?: readonly string[],
): Iterable<string> {
  if (names !== undefined) yield csvLine(names, sep);
  for (let row = 0; row < length; row++) {
    yield csvLine(
      columns.map(({ text }) => text(row)),
      sep,
    );
  }
}
