// SPDX-License-Identifier: BSD-3-Clause

/**
 * Annotated data matrices for Node.js: AnnData objects in memory, read from and written to `.h5ad` files that Python's
 * anndata shares.
 *
 * @packageDocumentation
 */

export * from './acc';
export * as acc from './acc';
export * from './anndata';
export { AwkwardArray, isAwkwardArray } from './arrays/awkward-array';
export { DenseArray, type DenseOptions, type Element, isDenseArray } from './arrays/dense-array';
export type { AxisRange } from './arrays/dense-slice';
export type { DType, IndexArray, NumericDType, TypedArray } from './arrays/dtype';
export type { Nested } from './arrays/nested';
export { isRecordArray, RecordArray } from './arrays/record-array';
export type { AsyncOptions } from './arrays/sparse/passes';
export { type Axis, CscMatrix, CsrMatrix, isSparse, type SparseParts, type StoredWidths } from './arrays/sparse-matrix';
export {
  type AnnDataFile,
  type AxisHandle,
  type BackedMode,
  type BlockValues,
  type FrameHandle,
  type Handle,
  type HandleKind,
  isHandle,
  type MatrixHandle,
  type ReadHandleOptions,
  type RowsHandle,
} from './backed';
export * from './concat';
export type { Progress } from './elements';
export { AnnDataError, type ErrorCode, type ErrorDetails, isAnnDataError, NotLoadedError } from './errors';
export { removeUnusedCategories, renameCategories } from './frame/categories';
export type { Column, ColumnEncoding } from './frame/column';
export { type ColumnInput, type ColumnValue, categorical, columnFrom } from './frame/column-from';
export { DataFrame, type DataFrameInit, isDataFrame } from './frame/data-frame';
export type { Row, RowFilter } from './frame/filter-rows';
export { GroupBy, type GroupByOptions } from './frame/group-by';
export type { SortOptions } from './frame/sort-rows';
export type { ValueCountsOptions } from './frame/value-counts';
export { isWhere, type Where, type WhereTest, where } from './frame/where';
export * from './io';
export * as io from './io';
export { type SettingName, type Settings, type SettingValues, settings } from './settings';
export * from './stats';
export { defaultLimits, type Limits } from './storage/storage';
export type { AxisStorable, Index, Index1D, RWAble } from './typing';
export * from './validate';
export { version } from './version';
export {
  AnnDataWarning,
  ExperimentalFeatureWarning,
  FutureWarning,
  filterWarnings,
  ImplicitModificationWarning,
  OldFormatWarning,
  UserWarning,
  type WarningAction,
  type WarningCategory,
  WriteWarning,
} from './warnings';
