// SPDX-License-Identifier: BSD-3-Clause

import './writer';

export { memoryBytes } from './about';
export type { AnnDataFile, BackedMode } from './anndata-file';
export { BackedFile, type Moves, type OpenedFile, type WriteGuard } from './backed-file';
export { BaseHandle } from './base-handle';
export { type ColumnHandle, ComputedColumn } from './column-handle';
export type { Cut } from './cut';
export { DerivedHandle } from './derived-handle';
export type { BlockValues } from './edits';
export { ElementHandle, isStreamed } from './element-handle';
export { handleOf, heldValue, type Leaf, leavesOf, readLeaf } from './elements';
export { fetchColumn, LazyFrame, loadColumn, readFrame, unloadedBytes, unloadedColumns } from './frames';
export {
  type AxisHandle,
  type FrameHandle,
  type Handle,
  type HandleKind,
  isAxisHandle,
  isFrameHandle,
  isHandle,
  isMatrixHandle,
  type MatrixHandle,
  type ReadHandleOptions,
  type RowsHandle,
} from './handle';
export { HandleBlocks } from './handle-blocks';
export { inFormat } from './in-format';
export { openParts } from './open-parts';
export { inRowOrder } from './reordered-source';
export { type ReadRequest, requestOf } from './request';
export { elementBytes, entriesOf, evenLines, type LineBytes, type Source, ValueSource } from './source';
export type { StoredEntries } from './stored-source';
