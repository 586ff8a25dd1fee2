// SPDX-License-Identifier: BSD-3-Clause

import { planElement, registerWriter, type WritePlan, type Writer } from '../elements';
import type { BaseHandle } from './base-handle';
import { ElementHandle } from './element-handle';
import { LazyFrame } from './frames';
import { isHandle } from './handle';
import { HandleBlocks } from './handle-blocks';
import { inFormat } from './in-format';
import { inRowOrder } from './reordered-source';

/**
 * An element nobody touched is carried over as it is stored, and what is in memory is written as its value is. Other matrices are
 * read block by block while they are written, other elements when their turn comes.
 */
export const handleWriter: Writer<BaseHandle<unknown>> = {
  accepts: (value): value is BaseHandle<unknown> => isHandle(value),
  plan(plan, key, handle) {
    if (handle instanceof LazyFrame) return planElement(plan, key, handle.frame);
    const stored = plan.options.anew === true || plan.formatOf(key) !== undefined ? null : handle.stored;
    const blocks = handle instanceof ElementHandle ? blocksOf(plan, key, handle) : null;
    if (stored !== null) plan.copy(key, stored.node, stored.source, blocks);
    else if (blocks !== null) plan.stream(key, blocks);
    else if (handle.isLoaded) planElement(plan, key, handle.value, handle.hint);
    else plan.later(key, handle.expectedBytes, (part, at, options) => planRead(part, at, handle, options));
  },
};

/** What is read block by block, in the format that was asked for. */
function blocksOf(plan: WritePlan, key: string, handle: ElementHandle): HandleBlocks | null {
  const { blocks } = handle;
  const { scratch } = plan.options;
  if (blocks === null || scratch === undefined) return blocks;
  const before = handle.snapshot();
  const source = inRowOrder(before, scratch);
  const format = plan.formatOf(key) ?? 'dense';
  if (format !== 'dense' && format !== handle.format) return new HandleBlocks(inFormat(source, format, scratch), null);
  return source === before ? blocks : new HandleBlocks(source, null);
}

async function planRead(
  plan: WritePlan,
  key: string,
  handle: BaseHandle<unknown>,
  options: { signal: AbortSignal | undefined },
): Promise<void> {
  const value = await handle.read(options);
  // Undefined means that there is nothing after all.
  if (value !== undefined) planElement(plan, key, value, handle.hint);
}

registerWriter(handleWriter);
