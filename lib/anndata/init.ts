// SPDX-License-Identifier: BSD-3-Clause

import type { BackedFile } from '../backed';
import { AnnDataError, quote } from '../errors';
import { DataFrame, isDataFrame } from '../frame/data-frame';
import { type Axis, dims } from './aligned-mapping';
import type { AnnData } from './anndata';
import { annotationFrame } from './annotation';
import { checkedShape, inferShape } from './infer-shape';
import { mentionsX } from './mappings';
import { areCounted, sameNames } from './names';
import type { Raw, RawParts } from './raw';
import type { AnnotationInput, AxisMappingInput, LayersInput, Mapping, Matrix, MatrixInput } from './types';
import { admitX } from './validate';

/** What an AnnData is made of; all of it may be left out. */
export interface AnnDataInit {
  /** The matrix; a frame also brings names; another AnnData (alone) is taken over without copying its arrays. */
  X?: MatrixInput | AnnData | null | undefined;
  /** Annotation of observations; `obsNames` (or `obs_names`, `row_names`) among plain columns become the names. */
  obs?: AnnotationInput | null | undefined;
  /** Annotation of variables; `varNames` (or `var_names`, `col_names`) among plain columns become the names. */
  var?: AnnotationInput | null | undefined;
  /** Anything. A plain object is kept, not copied. */
  uns?: Mapping<unknown> | null | undefined;
  /** Arrays and frames with a row for each observation; of one axis they become one column. */
  obsm?: AxisMappingInput | null | undefined;
  /** Arrays and frames with a row for each variable. */
  varm?: AxisMappingInput | null | undefined;
  /** Square matrices, observations × observations. */
  obsp?: Mapping<MatrixInput | null> | null | undefined;
  /** Square matrices, variables × variables. */
  varp?: Mapping<MatrixInput | null> | null | undefined;
  /** Further matrices; in a Map the key `null` is X. */
  layers?: LayersInput | null | undefined;
  /** X, var and varm; or another object with as many observations, whose X is shared. */
  raw?: AnnData | Raw | RawParts | null | undefined;
  /** Observations and variables, when there is no X; otherwise inferred from what is there. */
  shape?: readonly [number, number] | null | undefined;
}

/** What an object is made of that leaves its elements in a file: members as handles. */
export class BackedInit {
  constructor(
    readonly members: AnnDataInit,
    readonly file: BackedFile,
  ) {}
}

const members = ['X', 'obs', 'var', 'uns', 'obsm', 'varm', 'obsp', 'varp', 'layers', 'raw', 'shape'];

/** X and the frames of both axes, made from what the constructor got. */
export function prepare(init: AnnDataInit): { X: Matrix | null; obs: DataFrame; var: DataFrame } {
  const given = chooseX(init);
  const X = given === null ? null : admitX(given, 'X');
  if (X !== null && init.shape !== null && init.shape !== undefined) {
    throw new AnnDataError('ERR_ARGUMENT', 'shape is only for objects without X: X has a shape of its own');
  }
  const shape = X === null ? shapeOf(init) : (X.shape as readonly [number, number]);
  const source = X === null ? 'the shape' : 'X';
  return {
    X,
    obs: axisFrame(init.obs, 0, shape[0], source, given),
    var: axisFrame(init.var, 1, shape[1], source, given),
  };
}

/** Refuses members nobody knows: most of the time they are misspelt. */
export function checkMembers(init: object): void {
  const stranger = Object.keys(init).find((name) => !members.includes(name));
  if (stranger === undefined) return;
  throw new AnnDataError('ERR_ARGUMENT', `there is no member ${quote(stranger)}; members are ${members.join(', ')}`);
}

/** Another object's members, to be shared; nothing else may be given beside it. */
export function membersOf(adata: AnnData, init: AnnDataInit): AnnDataInit {
  const second = Object.entries(init).find(([name, value]) => name !== 'X' && value !== null && value !== undefined);
  if (second !== undefined) {
    throw new AnnDataError('ERR_ARGUMENT', `X is an AnnData: nothing else may be given, but there is ${second[0]}`);
  }
  const { obs, var: variables, uns, obsm, varm, obsp, varp, raw } = adata;
  // Once: a view makes copies at each access.
  const layers = new Map(adata.layers);
  const X = layers.get(null) ?? null;
  const shape = X === null ? adata.shape : null;
  return { X, obs, var: variables, uns, obsm, varm, obsp, varp, layers, raw, shape };
}

function chooseX({ X = null, layers }: AnnDataInit): MatrixInput | null {
  if (!mentionsX(layers)) return X as MatrixInput | null;
  const layer = layers.get(null) ?? null;
  if (X !== null && layer !== X) {
    throw new AnnDataError('ERR_ARGUMENT', 'both X and layers.get(null) are given, but they are not the same object');
  }
  return layer;
}

function shapeOf(init: AnnDataInit): [number, number] {
  return init.shape === null || init.shape === undefined ? inferShape(init) : checkedShape(init.shape);
}

/** The frame of an axis, which must agree with the labels of an X that has labels. */
function axisFrame(
  annotation: AnnotationInput | null | undefined,
  axis: Axis,
  length: number,
  source: string,
  X: MatrixInput | null,
): DataFrame {
  if (!isDataFrame(X)) return annotationFrame(annotation, axis, length, source);
  const bare =
    axis === 0 ? new DataFrame({ index: X.indexColumn, indexName: X.indexName }) : new DataFrame({ index: X.columns });
  const labels = annotationFrame(bare, axis, length, source);
  if (annotation === null || annotation === undefined) return labels;
  const frame = annotationFrame(annotation, axis, length, source);
  if (!areCounted(labels.index) && !sameNames(labels.index, frame.index)) {
    const what = axis === 0 ? 'index' : 'columns';
    throw new AnnDataError('ERR_NAME', `the names of ${dims[axis]} differ from the ${what} of X`, { key: dims[axis] });
  }
  return frame;
}
