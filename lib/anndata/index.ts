// SPDX-License-Identifier: BSD-3-Clause

import './encoding';
import './name-methods';
import './raw-to-adata';

export type { AlignedMapping, AlignedParent, Axis } from './aligned-mapping';
export { AnnData, isAnnData } from './anndata';
export { type AxisSelector, isMask, isSlice, type Mask, mask, type Slice, slice } from './indexing';
export type { AnnDataInit } from './init';
export { makeIndexUnique } from './make-unique';
export { AxisArrays, Layers, PairwiseArrays } from './mappings';
export type { NamesInput } from './names';
export { isRaw, Raw, type RawParent, type RawParts } from './raw';
export type {
  AnnotationInput,
  AxisInput,
  AxisMappingInput,
  AxisValue,
  ColumnOrScalar,
  Handle,
  Held,
  LayersInput,
  Mapping,
  Matrix,
  MatrixInput,
  Mode,
  Uns,
  XInput,
} from './types';
