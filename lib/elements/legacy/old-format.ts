// SPDX-License-Identifier: BSD-3-Clause

import type { StorageNode } from '../../storage/storage';
import type { ReadContext } from '../registry';

/** Says that something is older than today's format; whoever made the context decides how often it is repeated. */
export function warnOld(ctx: ReadContext, node: StorageNode): void {
  ctx.warn(
    'the file was written by an old version of anndata (an element has no encoding); writing it again brings it up to date',
    node.key,
    'OldFormatWarning',
  );
}
