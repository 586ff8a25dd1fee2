// SPDX-License-Identifier: BSD-3-Clause

import { holds } from '../arrays/dtype';
import { denseSteps } from '../arrays/sparse/dense';
import { runSoon } from '../arrays/sparse/passes';
import type { CsrMatrix } from '../arrays/sparse-matrix';

/** Adds the values of sparse rows to `dense`: zeroed memory of theirs, row after row. */
export async function fillDense(part: CsrMatrix, dense: Float32Array, signal: AbortSignal | undefined): Promise<void> {
  const columns = part.shape[1];
  const data = holds(part.data, 'float32') ? part.data : Float32Array.from(part.data as Float64Array, Number);
  const source = { dtype: 'float32', data, indices: part.indices, indptr: part.indptr, minor: columns } as const;
  await runSoon(denseSteps(source, [columns, 1], dense), { signal });
  // Twice true is true.
  if (part.dtype === 'bool') for (let i = 0; i < dense.length; i++) if (dense[i]! > 1) dense[i] = 1;
}
