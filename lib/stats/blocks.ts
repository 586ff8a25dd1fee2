// SPDX-License-Identifier: BSD-3-Clause

import { setImmediate } from 'node:timers/promises';
import type { AnnData } from '../anndata/anndata';
import { slice } from '../anndata/indexing';
import type { Raw } from '../anndata/raw';
import type { Matrix } from '../anndata/types';
import { positionsOf } from '../arrays/axis-index';
import { isDenseArray } from '../arrays/dense-array';
import { type IndexArray, memoryBytesOf, type NumericDType, sizeOf, type TypedArray } from '../arrays/dtype';
import { isSparse } from '../arrays/sparse-matrix';
import type { ElementHandle, ReadHandleOptions, StoredEntries } from '../backed';
import { AnnDataError, quote } from '../errors';
import type { Block } from './lines';
import { runsOf } from './runs';

/** How a matrix is read. */
export interface BlockRequest {
  /** Memory a block may take; a single line may take more. */
  readonly bytes: number;
  /** Blocks that belong to us alone, sorted and with one entry at a place. */
  readonly canonical: boolean;
  readonly signal: AbortSignal | undefined;
}

/** A matrix in blocks, wherever it lies: runs of whole rows of csr, of whole columns of csc, boxes of dense. */
export interface BlockMatrix {
  readonly dtype: NumericDType | 'string';
  readonly format: 'dense' | 'csr' | 'csc';
  readonly shape: readonly [number, number];
  /** Bytes of memory it would take, about. */
  readonly bytes: number;
  blocks(request: BlockRequest): AsyncGenerator<Block, void, undefined>;
  /** Calls `work` with where the entries lie; null, or absent, where there is nothing but blocks. */
  withEntries?<T>(options: ReadHandleOptions, work: (entries: StoredEntries) => Promise<T>): Promise<T> | null;
}

/** Bytes of a block of a view in memory: taking it keeps the event loop waiting. */
const viewBytes = 4 * 2 ** 20;

/** Which matrix of an object is meant. */
export interface MatrixChoice {
  /** Name of a layer; null (the default) is X. */
  layer?: string | null | undefined;
  /** X of `raw` instead, with its variables. */
  useRaw?: boolean | undefined;
}

/**
 * The matrix that is meant, in blocks.
 *
 * @throws {AnnDataError} `ERR_NAME` when there is no such matrix, `ERR_ARGUMENT` for a layer of raw
 */
export function blockMatrix(adata: AnnData, choice: MatrixChoice): BlockMatrix {
  if (adata.isBacked) return ofHandle(find(adata, choice) as unknown as ElementHandle);
  if (!adata.isView) return ofMatrix(find(adata, choice));
  const { dtype, format } = about(find(adata.subset(slice(0, 0), slice(0, 0)), choice));
  const nVars = choice.useRaw === true ? (adata.raw as Raw).nVars : adata.nVars;
  // Columns of raw are not cut by a view.
  if (choice.useRaw === true && format === 'csc') return ofMatrix(find(adata, choice));
  return ofView(adata, { dtype, format, shape: [adata.nObs, nVars] }, choice);
}

/** The key of a matrix, for messages. */
export function keyOf({ layer = null, useRaw = false }: MatrixChoice): string {
  return useRaw ? 'raw/X' : layer === null ? 'X' : `layers/${layer}`;
}

function find(adata: AnnData, choice: MatrixChoice): Matrix {
  const { layer = null, useRaw = false } = choice;
  if (useRaw && layer !== null) {
    throw new AnnDataError('ERR_ARGUMENT', `raw has no layers: give either useRaw or layer ${quote(layer)}, not both`);
  }
  const matrix = (useRaw ? adata.raw?.X : adata.layers.get(layer)) ?? null;
  if (matrix !== null) return matrix;
  throw new AnnDataError(
    'ERR_NAME',
    `there is no ${useRaw ? 'raw.X' : layer === null ? 'X' : `layer ${quote(layer)}`}`,
  );
}

type Outline = Pick<BlockMatrix, 'dtype' | 'format' | 'shape'>;

function about(matrix: Matrix | ElementHandle): Outline {
  const format = isDenseArray(matrix) ? 'dense' : matrix.format;
  return { dtype: matrix.dtype as NumericDType, format, shape: matrix.shape as readonly [number, number] };
}

function ofHandle(handle: ElementHandle): BlockMatrix {
  const { blocks: source } = handle;
  if (source === null)
    return handle.isLoaded ? ofMatrix(handle.value as Matrix) : { ...about(handle), bytes: 0, blocks: none };
  return {
    ...about(handle),
    bytes: source.bytes,
    withEntries: (options, work) => source.withEntries(options, work),
    async *blocks({ bytes, canonical, signal }) {
      for await (const { value, row, column } of source.blocks({ bytes, signal, passing: true })) {
        const ordered = canonical && isSparse(value) ? await value.sumDuplicatesAsync({ signal }) : value;
        yield { value: ordered, row, column, owned: true };
      }
    },
  };
}

/** Texts have no blocks. */
async function* none(): AsyncGenerator<Block, void, undefined> {
  yield* [];
}

function ofMatrix(matrix: Matrix): BlockMatrix {
  const outline = about(matrix);
  const bytes = isSparse(matrix) ? matrix.data.byteLength + matrix.indices.byteLength : denseBytes(outline);
  return {
    ...outline,
    bytes,
    async *blocks(request) {
      if (!request.canonical && runsOf(matrix) !== null) {
        yield { value: matrix, row: 0, column: 0, owned: false };
        return;
      }
      yield* cutBlocks(outline, request, (rows, columns) => matrix.subsetAsync(rows, columns, request));
    },
  };
}

/** Blocks of a view in memory are views of it: nothing else knows what it shows. */
function ofView(adata: AnnData, outline: Outline, choice: MatrixChoice): BlockMatrix {
  return {
    ...outline,
    bytes: denseBytes(outline),
    blocks: (request) =>
      cutBlocks(outline, { ...request, bytes: Math.min(request.bytes, viewBytes) }, async (rows, columns) => {
        await setImmediate();
        return find(adata.subset(rows, columns), choice);
      }),
  };
}

function denseBytes({ shape, dtype }: Outline): number {
  return dtype === 'string' ? 0 : sizeOf(shape) * memoryBytesOf(dtype);
}

type TakePart = (rows: IndexArray | null, columns: IndexArray | null) => Promise<Matrix>;

/** Copies of runs of lines, each as large as those before it tell. */
async function* cutBlocks(
  { format, shape }: Outline,
  { bytes, canonical, signal }: BlockRequest,
  take: TakePart,
): AsyncGenerator<Block, void, undefined> {
  const axis = format === 'csc' ? 1 : 0;
  let count = 64;
  for (let first = 0; first < shape[axis]; ) {
    signal?.throwIfAborted();
    const positions = positionsOf({ start: first, step: 1, length: Math.min(count, shape[axis] - first) });
    let value = axis === 0 ? await take(positions, null) : await take(null, positions);
    if (canonical && isSparse(value)) value = await value.sumDuplicatesAsync({ signal });
    yield { value, row: axis === 0 ? first : 0, column: axis === 0 ? 0 : first, owned: true };
    first += positions.length;
    const taken = value.data as TypedArray;
    const each = (taken.byteLength * (isSparse(value) ? 2 : 1)) / positions.length;
    count = Math.max(1, Math.min(2 * count, Math.floor(bytes / Math.max(1, each))));
  }
}
