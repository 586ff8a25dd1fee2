// SPDX-License-Identifier: BSD-3-Clause

import type * as Arrow from 'apache-arrow';

export type { DataType, Vector } from 'apache-arrow';

let loaded: typeof Arrow | undefined;

/** Apache Arrow, loaded at the first call: importing it costs 60–170 ms that `anndata info` need not pay. */
export function arrow(): typeof Arrow {
  loaded ??= require('apache-arrow') as typeof Arrow;
  return loaded;
}
