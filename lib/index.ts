// SPDX-License-Identifier: BSD-3-Clause

/**
 * Annotated data matrices for Node.js: AnnData objects in memory, read from and written to `.h5ad` files that Python's
 * anndata shares.
 *
 * @packageDocumentation
 */

export * from './anndata';
export { AwkwardArray, isAwkwardArray } from './arrays/awkward-array';
export { DenseArray, type DenseOptions, type Element, isDenseArray } from './arrays/dense-array';
export type { DType, IndexArray, NumericDType, TypedArray } from './arrays/dtype';
export { isRecordArray, RecordArray } from './arrays/record-array';
export { CscMatrix, CsrMatrix, isSparse, type SparseParts, type StoredWidths } from './arrays/sparse-matrix';
export type { Progress } from './elements';
export { AnnDataError, type ErrorCode, type ErrorDetails, isAnnDataError } from './errors';
export type { Column, ColumnEncoding } from './frame/column';
export { type ColumnInput, type ColumnValue, categorical, columnFrom } from './frame/column-from';
export { DataFrame, type DataFrameInit, isDataFrame } from './frame/data-frame';
export * from './io';
export { defaultLimits, type Limits } from './storage/storage';
export * from './validate';
export { version } from './version';
export type { WarningCategory } from './warnings';
