// SPDX-License-Identifier: BSD-3-Clause

import { DenseArray } from '../arrays/dense-array';
import { dtypeOf, dtypes, type IndexArray, isInteger, type NumericDType, type TypedArray } from '../arrays/dtype';
import { CscMatrix, CsrMatrix, isSparse } from '../arrays/sparse-matrix';
import { native } from '../native';
import type { ArrayNode, StorageNode } from '../storage/storage';
import { arrayAttrs } from './array-spec';
import { asArray, child, invalid, sizesAttr } from './node-access';
import type { SparseMatrix, WritePlan } from './plan';
import type { Encoding, ReadContext, Writer } from './registry';
import { lengthOf, memoryDType } from './stored-values';
import { unwriteable } from './unwriteable';
import { fittingWidth, positionsWidth } from './widths';

export type SparseFormat = 'csr' | 'csc';

/** Sparse matrices by rows. */
export const csrMatrix = encodingOf('csr');

/** Sparse matrices by columns. */
export const cscMatrix = encodingOf('csc');

function encodingOf(format: SparseFormat): Encoding {
  return {
    encodingType: `${format}_matrix`,
    encodingVersion: '0.1.0',
    read: async (node, ctx) => ({ value: await readSparse(node, ctx, format, sizesAttr(node, 'shape')) }),
  };
}

/**
 * Reads a compressed sparse matrix and checks every position in it: a wrong one would otherwise
 * read or write other cells of whatever is computed from it.
 */
export async function readSparse(
  node: StorageNode,
  ctx: ReadContext,
  format: SparseFormat,
  shape: readonly number[] | undefined,
): Promise<SparseMatrix> {
  if (shape?.length !== 2) throw invalid(node.key, 'a sparse matrix needs an attribute "shape" of two sizes');
  const [rows, columns] = shape as [number, number];
  const [major, minor] = format === 'csr' ? [rows, columns] : [columns, rows];
  const { stored, dtype, entries, ...parts } = sparseNodes(node, ctx, major);
  const options = { signal: ctx.signal, onBytes: ctx.onBytes };
  const indptr = await ctx.storage.readIndices(parts.indptr, options);
  await checkIndptr(node.key, indptr, entries);
  // One run of all. Positions are checked as they are read.
  const [starts, counts] = [Float64Array.of(0), Float64Array.of(entries)];
  const { indices, data } = await ctx.storage.readRuns({ ...parts, starts, counts, minor, ...options });
  const Matrix = format === 'csr' ? CsrMatrix : CscMatrix;
  return new Matrix({ shape: [rows, columns], data, indices, indptr, dtype, stored });
}

/** The arrays of a stored sparse matrix, checked against each other, and what they hold. */
export interface SparseNodes extends Parts {
  /** Stored entries. */
  readonly entries: number;
  readonly dtype: NumericDType;
  readonly stored: { indices: NumericDType; indptr: NumericDType };
}

/** The arrays of a stored sparse matrix, before anything of them is read. */
export function sparseNodes(node: StorageNode, ctx: ReadContext, major?: number): SparseNodes {
  const parts = partsOf(node);
  checkLengths(node.key, parts, major ?? lengthOf(parts.indptr) - 1);
  const stored = { indices: integerType(parts.indices, ctx), indptr: integerType(parts.indptr, ctx) };
  return { ...parts, stored, entries: lengthOf(parts.indices), dtype: memoryDType(parts.data, parts.data.type, ctx) };
}

interface Parts {
  data: ArrayNode;
  indices: ArrayNode;
  indptr: ArrayNode;
}

function partsOf(node: StorageNode): Parts {
  return {
    data: asArray(child(node, 'data')),
    indices: asArray(child(node, 'indices')),
    indptr: asArray(child(node, 'indptr')),
  };
}

function checkLengths(key: string, { data, indices, indptr }: Parts, major: number): void {
  const pointers = lengthOf(indptr);
  if (pointers !== major + 1) {
    throw invalid(key, `"indptr" has ${pointers} entries, the shape asks for ${major + 1}`);
  }
  if (lengthOf(data) !== lengthOf(indices)) {
    throw invalid(key, `"data" has ${lengthOf(data)} entries and "indices" has ${lengthOf(indices)}`);
  }
}

function integerType(node: ArrayNode, ctx: ReadContext): NumericDType {
  const dtype = memoryDType(node, node.type, ctx);
  if (!isInteger(dtype)) throw invalid(node.key, `positions must be integers, found ${dtype}`);
  return dtype;
}

async function checkIndptr(key: string, indptr: IndexArray, entries: number): Promise<void> {
  const fault = await native().checkIndptr(indptr, entries);
  if (fault === null) return;
  const [kind, position, value] = fault;
  const found = {
    start: `"indptr" starts with ${value} instead of 0`,
    falling: `"indptr" falls at position ${position}, to ${value}`,
    end: `"indptr" ends with ${value}, but ${entries} entries are stored`,
  }[kind];
  throw invalid(key, found);
}

/** Sparse matrices, written in their own format, or in the one that the caller asked for. */
export const sparseWriter: Writer<SparseMatrix> = {
  accepts: (value): value is SparseMatrix => isSparse(value),
  plan(plan, key, value) {
    const wanted = plan.formatOf(key) ?? value.format;
    if (wanted === 'dense') plan.array(key, value, { attrs: arrayAttrs });
    else if (wanted === value.format) planSparse(plan, key, value);
    else {
      const bytes = value.data.byteLength + value.indices.byteLength;
      plan.later(key, bytes, async (part, at, options) =>
        planSparse(part, at, await (wanted === 'csr' ? value.toCsrAsync(options) : value.toCscAsync(options))),
      );
    }
  },
};

/** Refuses what SciPy could not read. */
export function checkSparse(key: string, dtype: NumericDType): void {
  if (dtype !== 'float16') return;
  throw unwriteable(key, 'SciPy has no sparse matrices of float16, Python could not read it; convert it to float32');
}

/** Records a sparse matrix in the format it has. */
export function planSparse(plan: WritePlan, key: string, value: SparseMatrix): void {
  checkSparse(key, value.dtype);
  plan.group(key, {
    'encoding-type': `${value.format}_matrix`,
    'encoding-version': '0.1.0',
    shape: BigInt64Array.from(value.shape, BigInt),
  });
  const minor = value.format === 'csr' ? value.shape[1] : value.shape[0];
  const indices = positionsWidth(value.stored?.indices, minor);
  const indptr = fittingWidth(value.stored?.indptr, value.indices.length);
  planPart(plan, plan.childKey(key, 'data'), value.data, value.dtype);
  planPart(plan, plan.childKey(key, 'indices'), value.indices, dtypeOf(value.indices), indices);
  planPart(plan, plan.childKey(key, 'indptr'), value.indptr, dtypeOf(value.indptr), indptr);
}

/** The parts carry no encoding of their own and can grow, as Python leaves them. */
function planPart(plan: WritePlan, key: string, data: TypedArray, dtype: NumericDType, stored = dtype): void {
  const length = data.length / dtypes[dtype].slots;
  plan.array(key, new DenseArray(data, [length], { dtype }), { dtype: stored, resizable: true });
}
