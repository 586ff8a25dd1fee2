// SPDX-License-Identifier: BSD-3-Clause

import { sizeOf, type TypedArray } from '../arrays/dtype';
import type { ArraySpec, StorageWriter } from '../storage/storage';
import { SparseAppender } from './append/sparse-appender';
import { arrayAttrs, itemBytes, sampleOf } from './array-spec';
import type { MatrixBlock } from './block-source';
import type { Pipeline } from './pipeline';
import type { SparseMatrix, StreamOperation, WriteOptions } from './plan';
import { stagePieces } from './stage-pieces';
import { positionsWidth } from './widths';

/** Memory of a write that reads what it writes, unless it is told otherwise. */
export const defaultMemory = 256 * 2 ** 20;

/** What staging memory and the collector take whatever the size of the blocks, measured; and how many blocks are there at a time. */
const [fixedMemory, blocksAtOnce] = [96 * 2 ** 20, 6];

/** Bytes of a block when all of a write may take so many. */
export function blockBytes(maxMemory: number): number {
  return Math.max(maxMemory / 16, (maxMemory - fixedMemory) / blocksAtOnce);
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
  const blocks = source.blocks({ bytes: blockBytes(context.maxMemory), chunk: spec?.chunks, signal });
  const size = Math.max(1, sizeOf(source.shape));
  let take: ((block: MatrixBlock) => Promise<void>) | undefined;
  let finish = async (): Promise<void> => undefined;
  // Filters are chosen by values, so nothing is made before there are some.
  const begin = async (first?: MatrixBlock): Promise<typeof take> => {
    const sample = first === undefined ? undefined : sampleOf(first.value);
    if (spec !== null) return intoArray(operation.key, { ...spec, sample }, writer, context);
    const appender = await appenderFor(operation, writer, context, sample);
    finish = () => appender.finish();
    return ({ value }) => appender.append(value as SparseMatrix);
  };
  for await (const block of blocks) {
    signal?.throwIfAborted();
    take ??= await begin(block);
    await take?.(block);
    report((bytes * sizeOf(block.value.shape)) / size);
  }
  if (take === undefined) await begin();
  await finish();
}

/** Creates an array; what it gives writes a block to its place. */
async function intoArray(
  key: string,
  spec: ArraySpec,
  writer: StorageWriter,
  context: StreamContext,
): Promise<(block: MatrixBlock) => Promise<void>> {
  await context.pipeline.add(writer.createArray(key, spec));
  for (const [name, value] of Object.entries(arrayAttrs))
    await context.pipeline.add(writer.writeAttr(key, name, value));
  return (block) => writeBoxes(key, block, spec, writer, context);
}

async function appenderFor(
  { key, source }: StreamOperation,
  writer: StorageWriter,
  { options, pipeline }: StreamContext,
  sample: TypedArray | undefined,
): Promise<SparseAppender> {
  await pipeline.drain();
  const { format, shape, dtype, widths, entries } = source;
  const minor = shape[format === 'csr' ? 1 : 0] as number;
  return SparseAppender.create(writer, key, {
    format: format as 'csr' | 'csc',
    minor,
    dtype,
    indices: positionsWidth(widths?.indices, minor),
    indptr: widths?.indptr,
    compression: options.compression,
    chunkBytes: options.chunkBytes,
    entries,
    sample,
  });
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
