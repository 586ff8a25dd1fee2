// SPDX-License-Identifier: BSD-3-Clause

import { arrow, isVector, type Vector, vectorNumbers } from '../arrays/arrow';
import { isTypedArray } from '../arrays/dtype';
import { AnnDataError } from '../errors';
import type { ColumnValue } from './column-from';
import type { DataFrame } from './data-frame';
import { isWhere, rowsOfMask, rowsWhere, type Where } from './where';

/** One row, column → value; only for the duration of the call it is passed to. */
export type Row = Readonly<Record<string, ColumnValue>>;

/** Which rows to keep: a function of the row, a boolean for each row (or 0 and 1 as bytes), or a test of one column. */
export type RowFilter<R extends object = Row> =
  | ((row: R, position: number) => boolean)
  | readonly boolean[]
  | Uint8Array
  | Vector
  | Where;

/** Positions of the rows that a filter keeps; see `DataFrame.filter`. */
export function filteredRows(frame: DataFrame, filter: RowFilter): Int32Array {
  if (isWhere(filter)) return rowsWhere(frame, filter);
  const mask = typeof filter === 'function' ? maskOfPredicate(frame, filter) : maskOfValues(filter);
  if (mask.length === frame.nRows) return rowsOfMask(mask);
  throw new AnnDataError('ERR_SHAPE', `the mask has ${mask.length} values, the frame ${frame.nRows} rows`);
}

/** Calls the predicate with one object whose values are looked up when they are asked for. */
function maskOfPredicate(frame: DataFrame, predicate: (row: Row, position: number) => boolean): Uint8Array {
  let position = 0;
  const row = Object.create(null) as Row;
  for (const name of frame.columns) {
    const { values } = frame.column(name);
    Object.defineProperty(row, name, { enumerable: true, get: () => values.get(position) });
  }
  const mask = new Uint8Array(frame.nRows);
  for (; position < mask.length; position++) mask[position] = predicate(row, position) ? 1 : 0;
  return mask;
}

function maskOfValues(values: unknown): Uint8Array {
  if (Array.isArray(values) && values.every((value) => typeof value === 'boolean')) {
    return Uint8Array.from(values as boolean[], Number);
  }
  if (isTypedArray(values) && values.BYTES_PER_ELEMENT === 1 && values.every((value) => value === 0 || value === 1)) {
    return values as Uint8Array;
  }
  if (isVector(values) && arrow().DataType.isBool(values.type)) {
    if (values.nullCount > 0) {
      throw new AnnDataError('ERR_ARGUMENT', `${values.nullCount} values of the mask are missing; fill them first`);
    }
    return vectorNumbers(values) as Uint8Array;
  }
  throw new AnnDataError(
    'ERR_ARGUMENT',
    'rows are filtered by a function, by booleans (an array, bytes of 0 and 1, an Arrow Bool vector) or by where(…)',
  );
}
