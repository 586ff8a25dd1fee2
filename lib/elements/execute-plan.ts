// SPDX-License-Identifier: BSD-3-Clause

import { sizeOf } from '../arrays/dtype';
import { isAnnDataError, quote } from '../errors';
import type { StorageWriter } from '../storage/storage';
import { warn } from '../warnings';
import { Pipeline } from './pipeline';
import type { LateOperation, PlanOperation, RecordingPlan, StreamOperation } from './plan';
import { stagePieces } from './stage-pieces';
import { defaultMemory, streamBlocks } from './stream-blocks';

/** How far a long call has come. */
export interface Progress {
  /** What is done already. */
  done: number;
  /** What there is in all. */
  total: number;
  /** What is counted. */
  unit: 'bytes';
}

export interface ExecuteOptions {
  /** Gives up between two pieces, with nothing written; the promise is rejected with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Told, now and then and at the end, how many of the uncompressed bytes are written. */
  onProgress?: ((progress: Progress) => void) | undefined;
  /**
   * Bytes of memory for what is read while it is written, about: matrices that lie in a file, or in several, are read block by
   * block (default 256 MiB). More of it reads a chunk that several blocks need less often; buffers take up to 100 MiB whatever it is.
   */
  maxMemory?: number | undefined;
}

/**
 * Plays a plan against a new file. Array data is copied to staging memory in pieces of up to 4 MiB on this thread;
 * between pieces the event loop runs. The caller closes the writer, or abandons it when this rejects.
 *
 * @throws the signal's reason, `ERR_ARGUMENT` (an array's memory was transferred meanwhile), or what the writer throws
 */
export async function executePlan(
  plan: RecordingPlan,
  writer: StorageWriter,
  options: ExecuteOptions = {},
): Promise<void> {
  const pipeline = new Pipeline();
  const report = reporter(plan.totalBytes, options.onProgress);
  await play(plan, writer, { ...options, pipeline, report });
  await pipeline.drain();
  report(0, true);
}

interface Play extends Omit<ExecuteOptions, 'onProgress'> {
  pipeline: Pipeline;
  report: (bytes: number) => void;
}

async function play(plan: RecordingPlan, writer: StorageWriter, context: Play): Promise<void> {
  const { signal, maxMemory = defaultMemory, pipeline, report } = context;
  for (const operation of plan.operations) {
    signal?.throwIfAborted();
    try {
      if (operation.kind === 'stream') {
        await streamBlocks(operation, writer, { options: plan.options, pipeline, maxMemory, signal, report });
      } else if (operation.kind === 'later') await playLate(operation, plan, writer, context);
      else await run(operation, writer, pipeline, report, signal);
    } catch (error) {
      if (isAnnDataError(error)) error.at({ key: operation.key });
      throw error;
    }
  }
}

/** One such element is in memory at a time. */
async function playLate(
  operation: LateOperation,
  plan: RecordingPlan,
  writer: StorageWriter,
  context: Play,
): Promise<void> {
  const part = plan.beside(operation.key);
  await operation.record(part, operation.key, { signal: context.signal });
  await play(part, writer, { ...context, report: () => undefined });
  await context.pipeline.drain();
  context.report(operation.bytes);
  operation.made = part.operations.map(withoutValue);
}

/** What is known of an operation that was played, without what it wrote. */
function withoutValue(operation: PlanOperation): PlanOperation {
  return operation.kind === 'array' ? { ...operation, value: null } : operation;
}

async function run(
  operation: Exclude<PlanOperation, StreamOperation | LateOperation>,
  writer: StorageWriter,
  pipeline: Pipeline,
  report: (bytes: number) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { key } = operation;
  if (operation.kind === 'copyAttrs') return pipeline.add(writer.copyAttrs(operation.sourceKey, operation.source, key));
  if (operation.kind === 'copy') {
    const onLeftOut = (at: string, reason: string): void =>
      warn('WriteWarning', `${quote(at)} is left out: it is ${reason}`);
    return writer.copy(operation.node, operation.source, key, { signal, onBytes: report, onLeftOut });
  }
  const { attrs } = operation;
  if (operation.kind === 'array') await pipeline.add(writer.createArray(key, operation.spec));
  else if (key !== '') await pipeline.add(writer.createGroup(key, operation.attrBytes));
  for (const [name, value] of Object.entries(attrs)) await pipeline.add(writer.writeAttr(key, name, value));
  if (operation.kind === 'group' || operation.value === null || operation.spec.shape === null) return;
  const share = operation.bytes / Math.max(1, sizeOf(operation.spec.shape));
  for (const piece of stagePieces(key, operation.value, operation.spec, operation.bytes)) {
    signal?.throwIfAborted();
    const written = Promise.all(piece.write(writer)).then(() => report(share * sizeOf(piece.selection.count)));
    await pipeline.add(written, share * sizeOf(piece.selection.count));
    // Staging is synchronous work; give others a turn after each piece.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Sums up bytes and passes them on in steps that are worth a call. */
function reporter(total: number, onProgress: ExecuteOptions['onProgress']): (bytes: number, last?: boolean) => void {
  let done = 0;
  let told = -1;
  return (bytes, last = false) => {
    done = last ? total : Math.min(total, done + bytes);
    if (onProgress === undefined || (!last && done - told < total / 200) || (last && told === total)) return;
    told = done;
    onProgress({ done: Math.round(done), total, unit: 'bytes' });
  };
}
