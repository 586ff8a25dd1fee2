// SPDX-License-Identifier: BSD-3-Clause

import { isVector } from '../arrays/arrow';
import { isDenseArray } from '../arrays/dense-array';
import { isTypedArray } from '../arrays/dtype';
import { AnnDataError, isAnnDataError } from '../errors';
import { type ColumnInput, columnFrom } from '../frame/column-from';
import { DataFrame, isDataFrame } from '../frame/data-frame';
import { isLazyColumn } from '../frame/lazy-column';
import { type Axis, dims } from './aligned-mapping';
import { entriesOf, isMapping } from './mapping';
import { asNames, countedNames, type Names } from './names';
import type { AnnotationInput, ColumnOrScalar, Mapping } from './types';
import { wrongKind } from './validate';

/** Keys under which columns may bring the names of their rows, the first ones first. */
const nameKeys = [
  ['obs_names', 'obsNames', 'row_names', 'rowNames'],
  ['var_names', 'varNames', 'col_names', 'colNames'],
] as const;

/**
 * The frame of an axis: a frame is copied (its columns are shared, they never change), columns by name become one,
 * without either there are only names, counted from 0.
 *
 * @param source - what gave `length`, for the message
 * @param key - of the frame, for errors
 * @throws {AnnDataError} `ERR_SHAPE` when the rows are not `length`, `ERR_ARGUMENT` for anything else
 */
export function annotationFrame(
  annotation: AnnotationInput | null | undefined,
  axis: Axis,
  length: number,
  source: string,
  key: string = dims[axis],
): DataFrame {
  if (annotation === null || annotation === undefined) return new DataFrame({ index: countedNames(length) });
  const frame = isDataFrame(annotation) ? copied(annotation, key) : fromColumns(annotation, axis, length, source, key);
  if (frame.nRows !== length) throw wrongLength(key, frame.nRows, length, source);
  return frame;
}

/** The number of rows of columns by name; undefined when all are scalars. */
export function columnsLength(columns: Mapping<unknown>): number | undefined {
  for (const [, value] of entriesOf(columns)) {
    const length = lengthOf(value);
    if (length !== undefined) return length;
  }
  return undefined;
}

function copied(frame: DataFrame, key: string): DataFrame {
  const copy = frame.copy();
  const { heldIndex, indexName } = frame;
  if (isLazyColumn(heldIndex)) {
    if (heldIndex.dtype === 'string') return copy;
    return copy.setIndex(
      heldIndex.map(({ values }) => columnFrom(asNames(values, key).names)),
      indexName,
    );
  }
  const { names, changed } = asNames(frame.index, key);
  if (changed) copy.setIndex(names, frame.indexName);
  return copy;
}

function fromColumns(
  annotation: Mapping<ColumnOrScalar>,
  axis: Axis,
  length: number,
  source: string,
  key: string,
): DataFrame {
  if (!isMapping(annotation)) throw wrongKind(key, annotation, 'a DataFrame, or a plain object or Map of columns');
  const given = new Map(entriesOf(annotation));
  const nameKey = nameKeys[axis].find((candidate) => given.has(candidate));
  const columns = new Map<string, ColumnInput>();
  for (const [name, values] of given) {
    const found = lengthOf(values);
    if (found !== undefined && found !== length) throw wrongLength(`${key}/${name}`, found, length, source);
    const isScalar = found === undefined;
    if (name !== nameKey) columns.set(name, (isScalar ? new Array(length).fill(values) : values) as ColumnInput);
  }
  const index = nameKey === undefined ? countedNames(length) : asNames(given.get(nameKey), key).names;
  return frameOf(columns, index, key);
}

/** A frame; errors of its columns name them from the root. */
function frameOf(columns: ReadonlyMap<string, ColumnInput>, index: Names, key: string): DataFrame {
  const frame = new DataFrame({ index });
  for (const [name, values] of columns) {
    try {
      frame.set(name, values);
    } catch (error) {
      if (!isAnnDataError(error)) throw error;
      throw new AnnDataError(error.code, error.reason, { key: `${key}/${name}`, cause: error });
    }
  }
  return frame;
}

function lengthOf(values: unknown): number | undefined {
  if (isDenseArray(values)) return values.shape[0];
  if (Array.isArray(values) || isTypedArray(values) || isVector(values)) return values.length;
  const inner = (values as { values?: unknown } | null | undefined)?.values;
  return isDenseArray(inner) || isVector(inner) ? lengthOf(inner) : undefined;
}

function wrongLength(key: string, found: number, length: number, source: string): AnnDataError {
  return new AnnDataError('ERR_SHAPE', `there are ${found} rows, but ${source} asks for ${length}`, { key });
}
