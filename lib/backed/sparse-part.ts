// SPDX-License-Identifier: BSD-3-Clause

import { type AxisIndex, indexArray, positionsOf } from '../arrays/axis-index';
import type { IndexArray, TypedArray } from '../arrays/dtype';
import { CscMatrix, CsrMatrix } from '../arrays/sparse-matrix';
import { invalid } from '../elements/node-access';
import type { ReadContext } from '../elements/registry';
import { type SparseNodes, sparseNodes } from '../elements/sparse';
import type { StorageNode } from '../storage/storage';
import { type About, memoryBytes } from './about';
import type { Cut } from './cut';
import { inPieces } from './in-pieces';
import { checkSize } from './request';

/** Bytes of an index in memory. */
const indexBytes = 4;

/**
 * Reads rows and columns of a stored sparse matrix: only the entries of the rows (columns for csc) that are taken, and
 * values only where a wanted column has one. Equal to the subset of the matrix in memory to the bit.
 *
 * @param indptr - of the whole matrix, checked
 */
export async function readSparsePart(
  node: StorageNode,
  about: About,
  cut: Cut,
  indptr: IndexArray,
  ctx: ReadContext,
  maxBytes: number,
): Promise<CsrMatrix | CscMatrix> {
  const isCsr = about.format === 'csr';
  const [major, minor] = isCsr ? [cut.rows, cut.columns] : [cut.columns, cut.rows];
  const stored = {
    parts: sparseNodes(node, ctx),
    indptr,
    minor: (about.shape as readonly [number, number])[isCsr ? 1 : 0],
  };
  const check = (entries: number): void =>
    checkSize(
      node.key,
      entries * (indexBytes + memoryBytes(stored.parts.data.type)),
      maxBytes,
      'take fewer rows or columns with subset()',
    );
  return minor === null
    ? readLines(stored, major, isCsr, ctx, check)
    : readEntries(stored, major, minor, isCsr, ctx, check);
}

/** A stored matrix and what is known of it. */
interface Stored {
  readonly parts: SparseNodes;
  readonly indptr: IndexArray;
  /** Length of the axis along which entries lie. */
  readonly minor: number;
}

/** Whole rows of a csr matrix (columns of a csc one), in the order asked for. */
async function readLines(
  { parts, indptr, minor }: Stored,
  major: AxisIndex | null,
  isCsr: boolean,
  ctx: ReadContext,
  check: (entries: number) => void,
): Promise<CsrMatrix | CscMatrix> {
  const { starts, counts, total } = await runsOf(indptr, major === null ? null : positionsOf(major));
  check(total);
  const { signal, onBytes } = ctx;
  const entries = await ctx.storage.readRuns({ ...parts, starts, counts, minor, signal, onBytes });
  return matrixOf(parts, isCsr, [counts.length, minor], { ...entries, indptr: await endsOf(counts, total) });
}

/** Those entries of rows of a csr matrix (columns of a csc one) that lie in wanted columns (rows). */
async function readEntries(
  { parts, indptr, minor: minorLength }: Stored,
  major: AxisIndex | null,
  minor: AxisIndex,
  isCsr: boolean,
  ctx: ReadContext,
  check: (entries: number) => void,
): Promise<CsrMatrix | CscMatrix> {
  const lines = await ascending(major, indptr.length - 1);
  const { starts, counts } = await runsOf(indptr, lines.positions);
  const wanted = await wantedOf(minor, minorLength);
  const found = await ctx.storage.gatherSparse({
    indices: parts.indices,
    data: parts.data,
    starts,
    counts,
    minorMap: wanted.map,
    signal: ctx.signal,
    onBytes: ctx.onBytes,
  });
  check(found.indices.length);
  const matrix = matrixOf(parts, isCsr, [counts.length, wanted.length], {
    ...found,
    indptr: await endsOf(found.counts, found.indices.length),
  });
  if (wanted.repeated === null && lines.layout === null) return matrix;
  const [byRow, byColumn] = isCsr ? [lines.layout, wanted.repeated] : [wanted.repeated, lines.layout];
  return matrix.subsetAsync(byRow, byColumn, { signal: ctx.signal });
}

function matrixOf(
  { dtype, stored }: SparseNodes,
  isCsr: boolean,
  [major, minor]: readonly [number, number],
  arrays: { indices: IndexArray; data: TypedArray; indptr: IndexArray },
): CsrMatrix | CscMatrix {
  const { indices, data, indptr } = arrays;
  const parts = { data, indices, indptr, dtype, stored };
  return isCsr
    ? new CsrMatrix({ shape: [major, minor], ...parts })
    : new CscMatrix({ shape: [minor, major], ...parts });
}

/**
 * Positions in the order of the file, each once, as they are read; `layout` puts what was read into the order asked for, and
 * is null when that is the same.
 */
async function ascending(
  index: AxisIndex | null,
  length: number,
): Promise<{ positions: IndexArray | null; layout: Int32Array | null }> {
  if (index === null) return { positions: null, layout: null };
  const positions = positionsOf(index);
  let isAscending = true;
  await inPieces(positions.length - 1, (i) => {
    if (positions[i]! >= positions[i + 1]!) isAscending = false;
  });
  if (isAscending) return { positions, layout: null };
  const ranks = new Int32Array(length);
  await inPieces(positions.length, (i) => {
    ranks[positions[i]!] = 1;
  });
  const unique = indexArray(Math.min(positions.length, length), length);
  let count = 0;
  await inPieces(length, (position) => {
    if (ranks[position] === 0) return;
    ranks[position] = count;
    unique[count++] = position;
  });
  const layout = new Int32Array(positions.length);
  await inPieces(positions.length, (i) => {
    layout[i] = ranks[positions[i]!]!;
  });
  return { positions: unique.slice(0, count), layout };
}

/** Reads where the rows of a matrix begin, and checks it. */
export async function readIndptr(node: StorageNode, about: About, ctx: ReadContext): Promise<IndexArray> {
  const major = (about.shape as readonly number[])[about.format === 'csr' ? 0 : 1]!;
  const { indptr: stored, entries } = sparseNodes(node, ctx, major);
  const indptr = await ctx.storage.readIndices(stored, { signal: ctx.signal, onBytes: ctx.onBytes });
  if (indptr[0] !== 0) throw invalid(node.key, `"indptr" starts with ${indptr[0]} instead of 0`);
  await inPieces(major, (i) => {
    if (!(indptr[i + 1]! >= indptr[i]!)) {
      throw invalid(node.key, `"indptr" falls at position ${i + 1}, to ${indptr[i + 1]}`);
    }
  });
  if (indptr[major] !== entries) {
    throw invalid(node.key, `"indptr" ends with ${indptr[major]}, but ${entries} entries are stored`);
  }
  return indptr;
}

async function runsOf(
  indptr: IndexArray,
  rows: IndexArray | null,
): Promise<{ starts: IndexArray; counts: Int32Array; total: number }> {
  const length = rows?.length ?? indptr.length - 1;
  const starts = new (indptr.constructor as new (n: number) => IndexArray)(length);
  const counts = new Int32Array(length);
  let total = 0;
  await inPieces(length, (i) => {
    const row = rows === null ? i : rows[i]!;
    starts[i] = indptr[row]!;
    counts[i] = indptr[row + 1]! - indptr[row]!;
    total += counts[i]!;
  });
  return { starts, counts, total };
}

/** Where positions of the other axis go. Repeated ones are read once; `repeated` then tells how to lay them out. */
async function wantedOf(
  minor: AxisIndex,
  length: number,
): Promise<{ map: Int32Array; length: number; repeated: Int32Array | null }> {
  const map = new Int32Array(length).fill(-1);
  const positions = positionsOf(minor);
  const layout = new Int32Array(positions.length);
  let different = 0;
  await inPieces(positions.length, (i) => {
    const position = positions[i]!;
    if (map[position] === -1) map[position] = different++;
    layout[i] = map[position]!;
  });
  return { map, length: different, repeated: different < positions.length ? layout : null };
}

async function endsOf(counts: Int32Array, total: number): Promise<IndexArray> {
  const indptr = indexArray(counts.length + 1, total);
  await inPieces(counts.length, (i) => {
    indptr[i + 1] = indptr[i]! + counts[i]!;
  });
  return indptr;
}
