// SPDX-License-Identifier: BSD-3-Clause

import { isRecordArray } from '../arrays/record-array';
import { AnnDataError } from '../errors';
import { isDataFrame } from '../frame/data-frame';
import { type Axis, dims } from './aligned-mapping';
import { columnsLength } from './annotation';
import { entriesOf, isMapping } from './mapping';
import type { Mapping } from './types';
import { lengthAlong } from './validate';

/** What can tell the lengths of the axes. */
export interface ShapeSources {
  X?: unknown;
  obs?: unknown;
  var?: unknown;
  obsm?: unknown;
  varm?: unknown;
  obsp?: unknown;
  varp?: unknown;
  layers?: unknown;
}

/** A shape that was given in so many words. */
export function checkedShape(shape: unknown): [number, number] {
  const pair = Array.isArray(shape) ? (shape as unknown[]) : [];
  if (pair.length !== 2 || !pair.every((n) => Number.isSafeInteger(n) && (n as number) >= 0)) {
    throw new AnnDataError('ERR_SHAPE', 'shape must be two integers of 0 or more: [observations, variables]');
  }
  return pair as [number, number];
}

/** Lengths of both axes by the first thing that has one; 0 where nothing has. */
export function inferShape(sources: ShapeSources): [number, number] {
  return [
    axisLength(sources, 0) ?? unknownLength(sources.obs, 0),
    axisLength(sources, 1) ?? unknownLength(sources.var, 1),
  ];
}

/** Nothing tells a length: there are no rows, unless scalars wait for some to fill. */
function unknownLength(annotation: unknown, axis: Axis): 0 {
  if (!isMapping(annotation) || entriesOf(annotation as Mapping<unknown>).length === 0) return 0;
  throw new AnnDataError('ERR_SHAPE', 'all columns are scalars and nothing tells the number of rows: give shape or X', {
    key: dims[axis],
  });
}

/** The length of an axis by the first thing that has one. */
export function axisLength(sources: ShapeSources, axis: Axis): number | undefined {
  const [annotation, arrays, pairs] =
    axis === 0 ? [sources.obs, sources.obsm, sources.obsp] : [sources.var, sources.varm, sources.varp];
  if (isDataFrame(annotation)) return annotation.nRows;
  if (isRecordArray(arrays)) return arrays.length;
  return (
    lengthAlong(sources.X, axis) ??
    firstLength(sources.layers, axis) ??
    firstLength(arrays, 0) ??
    firstLength(pairs, 0) ??
    (isMapping(annotation) ? columnsLength(annotation as Mapping<unknown>) : undefined)
  );
}

function firstLength(mapping: unknown, axis: number): number | undefined {
  if (!isMapping(mapping)) return undefined;
  for (const [, value] of entriesOf(mapping as Mapping<unknown>)) {
    const length = lengthAlong(value, axis);
    if (length !== undefined) return length;
  }
  return undefined;
}
