// SPDX-License-Identifier: BSD-3-Clause

import { readH5ad } from '../io/read-h5ad';
import { elementAt, rowsOf, tableOf } from './element-table';
import { exitCode } from './exit-codes';
import { countFrom, inputBytes, keyFrom } from './input';
import { interruptible } from './interrupt';
import { lineWidth, listenToWarnings } from './output';
import { print } from './stream-output';
import { type Cell, fittedTable, type TextTable, tableText } from './table-text';
import { count } from './units';
import { UsageError } from './usage-error';

export interface HeadOptions {
  rows: string;
  columns?: string;
  json?: boolean;
}

/** Columns of a matrix when nothing is said; a frame has all of its own. */
const fewColumns = 10;

/** `anndata head`: the first rows of a frame or a matrix; nothing else is read. */
export async function head(file: string, text: string, options: HeadOptions): Promise<number> {
  const key = keyFrom(text) || 'obs';
  const rows = countFrom(options.rows, '--rows', 'a number');
  const asked = options.columns === undefined ? undefined : countFrom(options.columns, '--columns', 'a number');
  inputBytes(file);
  listenToWarnings(true);
  return interruptible(async (signal) => {
    const backed = await readH5ad(file, { backed: 'r', signal });
    try {
      const element = elementAt(backed, key);
      if (element === null) throw new UsageError(`${key} has no rows: see "anndata get"`);
      const columns = asked ?? (element.kind === 'frame' ? Number.POSITIVE_INFINITY : fewColumns);
      const table = await tableOf(element, { dense: true, rows, columns }, signal);
      if (options.json === true) await print(tableText(table, 'json', { file, key, of: rowsOf(element) }), signal);
      else await print([await fitted(table.columns, table.rows, rowsOf(element))], signal);
    } finally {
      await backed.close();
    }
    return exitCode.ok;
  });
}

async function fitted(columns: readonly string[], cells: TextTable['rows'], of: number): Promise<string> {
  const rows: (readonly Cell[])[] = [];
  for await (const row of cells) rows.push(row);
  const rest = of > rows.length ? `… ${count(of - rows.length, 'more row')}\n` : '';
  return fittedTable(columns, rows, lineWidth()) + rest;
}
