// SPDX-License-Identifier: BSD-3-Clause

import { sizeOf, type TypedArray } from '../arrays/dtype';
import type { ArraySpec, StorageWriter } from '../storage/storage';
import { SparseAppender } from './append/sparse-appender';
import { arrayAttrs, itemBytes, sampleOf } from './array-spec';
import type { MatrixBlock } from './block-source';
import type { Pipeline } from './pipeline';
import type { SparseMatrix, StreamOperation, WriteOptions } from './plan';
import { stagePieces } from './stage-pieces';

/** Memory of a write that reads what it writes, unless it is told otherwise. */
export const defaultMemory = 256 * 2 ** 20;

/** What staging memory and the collector take whatever the size of the blocks, measured; and how many blocks are there at a time. */
const [fixedMemory, blocksAtOnce] = [96 * 2 ** 20, 7];

/** Bytes of a block when all of a write may take so many. */
export function blockBytes(maxMemory: number): number {
  return Math.max(maxMemory / 32, (maxMemory - fixedMemory) / blocksAtOnce);
}

/** How a matrix is streamed. */
export interface StreamContext {
  readonly options: WriteOptions;
  readonly pipeline: Pipeline;
  /** Memory all of it may take. */
  readonly maxMemory: number;
  readonly signal: AbortSignal | undefined;
  report(bytes: number): void;
}

/** Writes a matrix that is read block by block, in the form that one in memory is written in. */
export async function streamBlocks(
  operation: StreamOperation,
  writer: StorageWriter,
  context: StreamContext,
): Promise<void> {
  const { source, spec, bytes } = operation;
  const { signal, report } = context;
  const blocks = source.blocks({ bytes: blockBytes(context.maxMemory), chunk: spec?.chunks, signal, passing: true });
  const size = Math.max(1, sizeOf(source.shape));
  // Filters are chosen by values, so nothing is made before there are some.
  const begin = (first?: MatrixBlock): Promise<Target> => {
    const sample = first === undefined ? undefined : sampleOf(first.value);
    return spec === null
      ? sparseTarget(operation, writer, context, sample)
      : denseTarget(operation.key, { ...spec, sample }, writer, context);
  };
  let target: Target | undefined;
  for await (const block of blocks) {
    signal?.throwIfAborted();
    target ??= await begin(block);
    await target.take(block);
    report((bytes * sizeOf(block.value.shape)) / size);
  }
  target ??= await begin();
  await target.finish();
}

/** What was made in the file for the blocks to go to. */
interface Target {
  take(block: MatrixBlock): Promise<void>;
  finish(): Promise<void>;
}

/** Creates an array, in which each block has its place. */
async function denseTarget(
  key: string,
  spec: ArraySpec,
  writer: StorageWriter,
  context: StreamContext,
): Promise<Target> {
  await context.pipeline.add(writer.createArray(key, spec));
  for (const [name, value] of Object.entries(arrayAttrs))
    await context.pipeline.add(writer.writeAttr(key, name, value));
  return { take: (block) => writeBoxes(key, block, spec, writer, context), finish: async () => undefined };
}

/** Creates a sparse matrix, to which lines are appended. */
async function sparseTarget(
  { key, source }: StreamOperation,
  writer: StorageWriter,
  { options, pipeline }: StreamContext,
  sample: TypedArray | undefined,
): Promise<Target> {
  await pipeline.drain();
  const { format, shape, dtype, widths, entries } = source;
  const minor = shape[format === 'csr' ? 1 : 0] as number;
  const appender = await SparseAppender.create(writer, key, {
    format: format as 'csr' | 'csc',
    minor,
    dtype,
    indices: widths?.indices,
    indptr: widths?.indptr,
    compression: options.compression,
    chunkBytes: options.chunkBytes,
    entries,
    sample,
  });
  return { take: ({ value }) => appender.append(value as SparseMatrix), finish: () => appender.finish() };
}

async function writeBoxes(
  key: string,
  { row, column, value }: MatrixBlock,
  spec: ArraySpec,
  writer: StorageWriter,
  { pipeline, signal }: StreamContext,
): Promise<void> {
  const { shape } = value;
  const each = itemBytes(spec.type);
  for (const piece of stagePieces(key, value, { ...spec, shape }, sizeOf(shape) * each, [row, column])) {
    signal?.throwIfAborted();
    await pipeline.add(Promise.all(piece.write(writer)), each * sizeOf(piece.selection.count));
    await new Promise((resolve) => setImmediate(resolve));
  }
}
