// SPDX-License-Identifier: BSD-3-Clause

import { showElement } from '../arrays/element';
import type { DataFrame } from './data-frame';

const shownRows = 8;
const widest = 24;

/** A frame as a table of text: the first rows, as many columns as fit into a line. */
export function printFrame(frame: DataFrame, width = process.stdout.columns || 100): string {
  const rows = Math.min(frame.nRows, shownRows);
  const numbers = Array.from({ length: rows }, (_, i) => i);
  const table = [cells(frame.indexName ?? '', numbers, valuesOf(frame, null))];
  let used = widthOf(table[0]!);
  for (const name of frame.columns) {
    const column = cells(name, numbers, valuesOf(frame, name));
    used += 2 + widthOf(column);
    if (used > width && table.length > 1) {
      table.push(['…', ...numbers.map(() => '…')]);
      break;
    }
    table.push(column);
  }
  const lines = [-1, ...numbers].map((row) =>
    table
      .map((column) => column[row + 1]!.padEnd(widthOf(column)))
      .join('  ')
      .trimEnd(),
  );
  const more = frame.nRows > rows ? ['…'] : [];
  return [`DataFrame ${frame.nRows} rows × ${frame.columns.length} columns`, ...lines, ...more].join('\n');
}

/** What a column, or the index (null), shows; of what lies in a file only that it is there. */
function valuesOf(frame: DataFrame, name: string | null): (row: number) => unknown {
  if (!frame.isLoaded(name)) return () => '(not loaded)';
  const { values } = name === null ? frame.indexColumn : frame.column(name);
  return (row) => values.get(row);
}

function cells(name: string, rows: readonly number[], get: (row: number) => unknown): string[] {
  return [name, ...rows.map((row) => show(get(row)))].map((text) => cut(text.replaceAll(/\s+/gu, ' ')));
}

function show(value: unknown): string {
  if (value === null || value === undefined) return '—';
  return Array.isArray(value) ? showElement(value as never) : String(value);
}

function cut(text: string): string {
  if (text.length <= widest) return text;
  const start = text.slice(0, widest - 1);
  return `${start.replace(/[\uD800-\uDBFF]$/, '')}…`;
}

function widthOf(column: readonly string[]): number {
  return Math.max(...column.map((text) => text.length));
}
