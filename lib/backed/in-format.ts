// SPDX-License-Identifier: BSD-3-Clause

import type { DenseArray } from '../arrays/dense-array';
import { CsrMatrix } from '../arrays/sparse-matrix';
import type { Scratch } from '../storage/scratch';
import type { About } from './about';
import type { Cut } from './cut';
import type { ReadRequest } from './request';
import { entriesOf, type LineBytes, type Source } from './source';
import { TurnedSource } from './turned-source';

/** A matrix in a sparse format it does not have; `scratch` takes what does not fit into memory meanwhile. */
export function inFormat(source: Source, format: 'csr' | 'csc', scratch: Scratch): Source {
  const sparse = source.about.format === 'dense' ? new CompressedSource(source) : source;
  return sparse.about.format === format ? sparse : new TurnedSource(sparse, scratch);
}

/** A dense matrix as csr: what is not 0. */
class CompressedSource implements Source {
  readonly about: About;
  readonly stored = null;
  readonly widths = undefined;

  constructor(private readonly source: Source) {
    this.about = { ...source.about, format: 'csr', nnz: null };
  }

  get entries(): number {
    return entriesOf(this.about);
  }

  linesTogether(axis: 0 | 1): number {
    return this.source.linesTogether(axis);
  }

  lineBytes(axis: 0 | 1, request: ReadRequest): Promise<LineBytes> {
    return this.source.lineBytes(axis, request);
  }

  async read(cut: Cut, request: ReadRequest): Promise<{ value: CsrMatrix }> {
    const { value } = await this.source.read(cut, request);
    return { value: CsrMatrix.fromDense(value as DenseArray) };
  }
}
