// SPDX-License-Identifier: BSD-3-Clause

import './encoding';

export type { AlignedMapping, AlignedParent, Axis } from './aligned-mapping';
export { AnnData, isAnnData } from './anndata';
export type { AnnDataInit } from './init';
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
