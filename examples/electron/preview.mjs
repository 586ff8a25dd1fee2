// SPDX-License-Identifier: BSD-3-Clause
//
// The beginning of an element, as a small table of text.

import { isAwkwardArray, isDataFrame, isDenseArray, isHandle, isRecordArray, isSparse } from 'anndata';
import { elementAt, frameRows } from './elements.mjs';

const mostRows = 20;
const mostColumns = 20;
const longestText = 200;

/** Any single value as text; null for what is missing. */
export function textOf(value) {
  if (value === null || value === undefined) return null;
  const text = typeof value === 'object' ? JSON.stringify(value, plain) : String(value);
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
}

function plain(_key, value) {
  if (typeof value === 'bigint') return String(value);
  return ArrayBuffer.isView(value)
    ? Array.from(value, (each) => (typeof each === 'bigint' ? String(each) : each))
    : value;
}

/** `{ columns, rows }`; of a matrix or a table only the chunks that are shown are read. */
export async function previewOf(adata, key, options) {
  const [axis, column] = key.split(/\/(.*)/s);
  if (axis === 'obs' || axis === 'var') {
    const rows = [0, Math.min(mostRows, axis === 'obs' ? adata.nObs : adata.nVars)];
    if (column === undefined) return tableOf(await frameRows(adata, axis, rows, null, options));
    const frame = await frameRows(adata, axis, rows, [column], options);
    return {
      columns: [],
      rows: first(frame.nRows, mostRows).map((row) => [textOf(frame.column(column).values.get(row))]),
    };
  }
  const element = elementAt(adata, key);
  const isMatrix = isHandle(element) ? element.kind === 'matrix' : isSparse(element) || isDenseArray(element);
  if (isMatrix && element.shape.length === 2) return ofMatrix(element, options);
  const value = isHandle(element) ? await element.read(options) : element;
  if (isDataFrame(value)) return tableOf(value.head(mostRows));
  return { columns: [], rows: firstOf(value).map((row) => [textOf(row)]) };
}

/** The first values of an array of any kind; a single value as it is. */
function firstOf(value) {
  if (isRecordArray(value)) return first(value.length, mostRows).map((row) => value.get(row));
  const listed = isDenseArray(value) ? value.toNested() : isAwkwardArray(value) ? value.toList() : value;
  const isList = typeof listed === 'object' && listed !== null && Symbol.iterator in listed;
  return isList ? [...take(listed, mostRows)] : [listed];
}

function first(length, most) {
  return Array.from({ length: Math.min(length, most) }, (_, i) => i);
}

async function ofMatrix(matrix, options) {
  const [rows, columns] = matrix.shape;
  const part = matrix.subset(first(rows, mostRows), first(columns, mostColumns));
  const values = isHandle(part) ? await part.read(options) : part;
  const dense = isSparse(values) ? values.toDense() : values;
  return { columns: first(columns, mostColumns).map(String), rows: dense.toNested().map((row) => row.map(textOf)) };
}

/** All of a table as text, names first. */
export function tableOf(frame) {
  const columns = [frame.index, ...frame.columns.map((name) => frame.column(name).values)];
  const rows = first(frame.nRows, frame.nRows).map((row) => columns.map((column) => textOf(column.get(row))));
  return { columns: [frame.indexName ?? '', ...frame.columns], rows };
}

function* take(values, most) {
  for (const value of values) {
    if (most-- === 0) return;
    yield value;
  }
}
