// SPDX-License-Identifier: BSD-3-Clause

import type { DenseArray } from '../arrays/dense-array';
import type { NumericDType } from '../arrays/dtype';
import type { RecordArray } from '../arrays/record-array';
import type { Compression, WriteAttr } from '../storage/storage';

/** What writers may be told. */
export interface WriteOptions {
  compression?: Compression | undefined;
  /** How columns of text are stored: as they were read or plain (default), or all nullable. */
  strings?: 'keep' | 'nullable' | undefined;
  convertStringsToCategoricals?: boolean | undefined;
  /** Keys of sparse matrices to write dense: `X`, `raw/X`, `layers/…`. */
  asDense?: readonly string[] | undefined;
}

export type Attrs = Record<string, WriteAttr>;

export interface ArrayLayout {
  attrs?: Attrs;
  /** Stored dtype when it differs from the array's (index widths). */
  dtype?: NumericDType;
  /** Chunked with an unlimited first axis. */
  resizable?: boolean;
}

/**
 * A file to be written, as a flat list of operations recorded before anything is touched.
 * Every array in a file is a DenseArray (numeric or string, scalars have shape []), a RecordArray, or null.
 */
export interface WritePlan {
  readonly options: WriteOptions;
  group(key: string, attrs: Attrs): void;
  array(key: string, value: DenseArray | RecordArray | null, layout?: ArrayLayout): void;
}
