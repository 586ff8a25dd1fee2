// SPDX-License-Identifier: BSD-3-Clause

import './anndata-methods';

export { A, AdAcc, type ArrayAcc, type ResolveOptions } from './ad-acc';
export { AdRef, isAdRef } from './ad-ref';
export { GraphAcc, GraphMapAcc } from './graph-acc';
export type { Idx1D } from './idx-2d';
export { LayerAcc, LayerMapAcc } from './layer-acc';
export { MapAcc } from './map-acc';
export { MetaAcc } from './meta-acc';
export { MultiAcc, MultiMapAcc } from './multi-acc';
export {
  type AdRefClass,
  type Dim,
  type FullArray,
  type Idx2D,
  isRefAcc,
  NO_IDX,
  RefAcc,
  type RefArray,
  type RefIndex,
  type RefJson,
} from './ref-acc';
