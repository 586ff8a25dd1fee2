// SPDX-License-Identifier: BSD-3-Clause

import { csvLine } from '../io/csv-text';
import { printable, schemaVersion } from './output';
import { cut, pad, textWidth } from './text-width';
import { count } from './units';

/** What stands in a cell; null where a value is missing. */
export type Cell = string | number | bigint | boolean | null;

/** Rows of cells under names, as they come. */
export interface TextTable {
  readonly columns: readonly string[];
  readonly rows: AsyncIterable<readonly Cell[]> | Iterable<readonly Cell[]>;
}

export const tableFormats = ['tsv', 'csv', 'ndjson', 'json'] as const;
export type TableFormat = (typeof tableFormats)[number];

/** Characters that are put together before they are printed. */
const pieceLength = 2 ** 16;
/** A column of a table for people is cut at this width. */
const widest = 32;
const gap = '  ';

/** A table for programs, in pieces. `head`: what a JSON document tells beside it. */
export async function* tableText(table: TextTable, format: TableFormat, head: object): AsyncGenerator<string> {
  const { columns } = table;
  const keys = columns.map((name) => JSON.stringify(name));
  const lines: Record<TableFormat, (cells: readonly Cell[], row: number) => string> = {
    tsv: (cells) => `${cells.map((cell) => (typeof cell === 'string' ? printable(cell) : plain(cell))).join('\t')}\n`,
    csv: (cells) => csvLine(cells.map(plain), ','),
    ndjson: (cells) => `{${cells.map((cell, i) => `${keys[i]}:${jsonCell(cell)}`).join(',')}}\n`,
    json: (cells, row) => `${row === 0 ? '' : ','}\n    [${cells.map(jsonCell).join(', ')}]`,
  };
  let piece = '';
  if (format === 'json') {
    const start = JSON.stringify({ schema: schemaVersion, ...head, columns }, null, 2);
    piece = `${start.slice(0, -2)},\n  "rows": [`;
  } else if (format !== 'ndjson') piece = lines[format](columns, 0);
  let row = 0;
  for await (const cells of table.rows) {
    piece += lines[format](cells, row++);
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = '';
  }
  yield format === 'json' ? `${piece}\n  ]\n}\n` : piece;
}

/** A table for people: as many columns as a terminal of `width` has room for, the first one always. */
export function fittedTable(columns: readonly string[], rows: readonly (readonly Cell[])[], width: number): string {
  const texts = rows.map((cells) => cells.map((cell) => printable(short(cell))));
  const widths = columns.map((name, i) =>
    Math.min(widest, Math.max(textWidth(printable(name)), ...texts.map((cells) => textWidth(cells[i] as string)))),
  );
  let shown = widths.length;
  const total = () => widths.slice(0, shown).reduce((sum, n) => sum + n + gap.length, -gap.length);
  while (shown > 1 && total() > width) shown--;
  const isText = columns.map((_, i) => rows.every((cells) => typeof cells[i] === 'string' || cells[i] === null));
  const line = (cells: readonly string[]) =>
    `${Array.from({ length: shown }, (_, i) =>
      pad(cut(cells[i] as string, widths[i]!), widths[i]!, isText[i] ? 'right' : 'left'),
    )
      .join(gap)
      .trimEnd()}\n`;
  const left = columns.length - shown;
  const rest = left === 0 ? '' : `… ${count(left, 'more column')}\n`;
  return line(columns.map(printable)) + texts.map(line).join('') + rest;
}

function plain(cell: Cell): string {
  return cell === null ? '' : String(cell);
}

/** Integers are exact; what is no number to JSON is null. */
function jsonCell(cell: Cell): string {
  if (typeof cell === 'bigint') return String(cell);
  return typeof cell === 'number' && !Number.isFinite(cell) ? 'null' : JSON.stringify(cell);
}

function short(cell: Cell): string {
  if (typeof cell !== 'number' || Number.isInteger(cell)) return plain(cell);
  return String(Number(cell.toPrecision(6)));
}
