// SPDX-License-Identifier: BSD-3-Clause

import type { Vector } from '../arrays/arrow';
import { isAwkwardArray } from '../arrays/awkward-array';
import { DenseArray, isDenseArray } from '../arrays/dense-array';
import { isRecordArray } from '../arrays/record-array';
import { isSparse } from '../arrays/sparse-matrix';
import { AnnDataError } from '../errors';
import type { ColumnInput } from '../frame/column-from';
import { DataFrame, isDataFrame } from '../frame/data-frame';
import type { AxisValue, Matrix } from './types';
import { shapeText } from './validate';

/** How large a dense result may become. */
export interface DenseLimit {
  /** Bytes a sparse matrix may take when it is made dense; 1 GiB by default. */
  maxBytes?: number;
}

/**
 * A matrix as a frame: a column for each name, rows labelled like those of `rows`.
 *
 * @throws {AnnDataError} `ERR_NAME` when two columns have one name or a name is missing, `ERR_LIMIT`
 */
export function matrixFrame(matrix: Matrix, names: Vector, rows: DataFrame, limit: DenseLimit, key: string): DataFrame {
  const columns = columnsOf(matrix, limit).map((column, i) => {
    const name = names.get(i) as string | null;
    if (name === null) throw new AnnDataError('ERR_NAME', `column ${i} has no name`, { key });
    return [name, column] as const;
  });
  return new DataFrame({ columns, index: rows.indexColumn, indexName: rows.indexName });
}

/**
 * Entries of `obsm` or `varm` side by side: the columns of `key` are called `key1`, `key2`, …
 *
 * @param unfit - called with the key of an entry that has no columns, and why
 */
export function axisFrame(
  entries: Iterable<readonly [string, AxisValue | null]>,
  names: Vector,
  limit: DenseLimit,
  unfit: (key: string, reason: string) => void,
): DataFrame {
  const columns: [string, ColumnInput][] = [];
  for (const [key, value] of entries) {
    if (value === null) continue;
    if (isAwkwardArray(value) || (isDenseArray(value) && value.nDim !== 2)) {
      unfit(
        key,
        isDenseArray(value) ? `the shape ${shapeText(value.shape)} has no columns` : 'an awkward array has no columns',
      );
      continue;
    }
    columnsOf(value, limit).forEach((column, i) => {
      columns.push([`${key}${i + 1}`, column]);
    });
  }
  return new DataFrame({ columns, index: names });
}

/** The columns of anything that has some; each shares the memory of its source where it can. */
export function columnsOf(value: Exclude<AxisValue, { form: unknown }>, { maxBytes }: DenseLimit = {}): ColumnInput[] {
  if (isDataFrame(value)) return value.columns.map((name) => value.column(name));
  if (isRecordArray(value)) return [...value.fields.values()];
  const dense = isSparse(value) ? value.toDense(maxBytes === undefined ? {} : { maxBytes }) : value;
  return Array.from({ length: dense.shape[1] ?? 0 }, (_, column) => columnAt(dense as DenseArray, column));
}

function columnAt({ data, shape, stride, offset, dtype }: DenseArray, column: number): DenseArray {
  const options = { dtype, stride: [stride[0] as number], offset: offset + column * (stride[1] as number) };
  return new DenseArray(data, [shape[0] as number], options);
}
