// SPDX-License-Identifier: BSD-3-Clause

import './backed-methods';
import './encoding';
import './name-methods';
import './raw-to-adata';
import './report-methods';
import './table-methods';
import './vector-methods';

export type { AlignedMapping, AlignedParent, Axis } from './aligned-mapping';
export { AnnData, isAnnData } from './anndata';
export { type AxisSelector, isMask, isSlice, type Mask, mask, type Slice, slice } from './indexing';
export type { AnnDataInit } from './init';
export { makeIndexUnique } from './make-unique';
export { AxisArrays, Layers, PairwiseArrays } from './mappings';
export type { NamesInput } from './names';
export { type NamespaceClass, registerAnndataNamespace } from './namespaces';
export type { DrawOptions } from './random-rows';
export { isRaw, Raw, type RawParent, type RawParts } from './raw';
export type { Reference } from './reference';
export type { RowChunk } from './row-chunks';
export type { MemberSizes } from './size-of';
export type { DenseLimit } from './to-frame';
export type {
  AnnotationInput,
  AxisInput,
  AxisMappingInput,
  AxisValue,
  ColumnOrScalar,
  HandleOf,
  Held,
  Later,
  LayersInput,
  Mapping,
  Matrix,
  MatrixInput,
  Mode,
  Uns,
  XInput,
} from './types';
export { asArray, axisLen, convertToDict } from './utils';
export type { LayerOption } from './vector-methods';
