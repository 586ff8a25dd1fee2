// SPDX-License-Identifier: BSD-3-Clause

import { planElement, registerWriter, type Writer } from '../elements';
import type { BaseHandle } from './base-handle';
import { LazyFrame } from './frames';
import { isHandle } from './handle';

/** An element nobody touched is carried over as it is stored; others are written as their values are. */
export const handleWriter: Writer<BaseHandle<unknown>> = {
  accepts: (value): value is BaseHandle<unknown> => isHandle(value),
  plan(plan, key, handle) {
    if (handle instanceof LazyFrame) return planElement(plan, key, handle.frame);
    const stored = plan.isAskedDense(key) ? null : handle.stored;
    if (stored !== null) plan.copy(key, stored.node, stored.source);
    else planElement(plan, key, handle.value, handle.hint);
  },
};

registerWriter(handleWriter);
