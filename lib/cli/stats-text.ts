// SPDX-License-Identifier: BSD-3-Clause

import type { DataFrame } from '../frame/data-frame';
import { printable, schemaVersion } from './output';
import type { StatsHead } from './stats';
import type { Cell, TextTable } from './table-text';
import { cut, pad, textWidth } from './text-width';
import { count, formatShape } from './units';

type Value = number | bigint;

/** Lines that are put together before they are printed. */
const linesAPiece = 1000;
/** Lines of a table on a terminal. */
const linesOnTerminal = 40;
/** Columns of a terminal that names get at least. */
const leastName = 12;
const gap = '  ';

/** One JSON document, a line for each row; what is no number to JSON is null. */
export function* jsonRows(frame: DataFrame, head: StatsHead): Generator<string> {
  const start = JSON.stringify({ schema: schemaVersion, ...head, columns: frame.columns }, null, 2);
  yield `${start.slice(0, -2)},\n  "rows": [`;
  const keys = frame.columns.map((name) => JSON.stringify(name));
  yield* pieces(frame, frame.nRows, (name, values, row) => {
    const members = values.map((value, i) => `${keys[i]}: ${jsonNumber(value)}`);
    return `${row === 0 ? '' : ','}\n    { "name": ${JSON.stringify(name)}, ${members.join(', ')} }`;
  });
  yield '\n  ]\n}\n';
}

/** The same as rows of cells. */
export function cellsOf(frame: DataFrame): TextTable {
  const cells = function* (): Generator<readonly Cell[]> {
    for (const [name, values] of rowsOf(frame, frame.nRows)) yield [name, ...values];
  };
  return { columns: ['name', ...frame.columns], rows: cells() };
}

/** A table for people: six digits, as many columns as a terminal of `width` has room for; into a pipe everything. */
export function* tableRows(frame: DataFrame, { axis, key, shape }: StatsHead, width: number): Generator<string> {
  const shown = Number.isFinite(width) ? Math.min(frame.nRows, linesOnTerminal) : frame.nRows;
  const widths = frame.columns.map(textWidth);
  let nameWidth = 'name'.length;
  for (const [name, values] of rowsOf(frame, shown)) {
    nameWidth = Math.max(nameWidth, textWidth(printable(name)));
    for (const [i, value] of values.entries()) widths[i] = Math.max(widths[i]!, short(value).length);
  }
  const least = Math.min(nameWidth, leastName);
  while (widths.length > 1 && total(least, widths) > width) widths.pop();
  nameWidth = Math.max(least, Math.min(nameWidth, width - total(0, widths)));
  const line = (name: string, cells: readonly string[]): string =>
    `${[pad(cut(name, nameWidth), nameWidth), ...widths.map((n, i) => cells[i]!.padStart(n))].join(gap)}\n`;
  yield `${printable(key)}, ${formatShape(shape)}, by ${axis}\n\n${line('name', frame.columns)}`;
  yield* pieces(frame, shown, (name, values) => line(printable(name), values.map(short)));
  if (shown < frame.nRows) yield `… ${count(frame.nRows - shown, 'more line')}: --top N, --tsv or --json\n`;
}

function total(nameWidth: number, widths: readonly number[]): number {
  return widths.reduce((sum, n) => sum + gap.length + n, nameWidth);
}

/** Lines in pieces that are worth a write. */
function* pieces(
  frame: DataFrame,
  rows: number,
  line: (name: string, values: readonly Value[], row: number) => string,
): Generator<string> {
  let [piece, row] = ['', 0];
  for (const [name, values] of rowsOf(frame, rows)) {
    piece += line(name, values, row);
    row += 1;
    if (row % linesAPiece !== 0) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

function* rowsOf(frame: DataFrame, rows: number): Generator<[name: string, values: Value[]]> {
  const names = frame.indexColumn.values;
  const columns = frame.columns.map((name) => frame.get(name));
  for (let row = 0; row < rows; row++) {
    yield [String(names.get(row)), columns.map((column) => ownValue(column.get(row) as Value | boolean))];
  }
}

/** The least and the greatest of booleans are booleans. */
function ownValue(value: Value | boolean): Value {
  return typeof value === 'boolean' ? Number(value) : value;
}

function jsonNumber(value: Value): string {
  return typeof value === 'bigint' || Number.isFinite(value) ? String(value) : 'null';
}

function short(value: Value): string {
  return typeof value === 'bigint' || Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}
