// SPDX-License-Identifier: BSD-3-Clause

import { loadColumn } from '../backed';
import { DataFrame } from '../frame/data-frame';
import { readElem } from '../io/read-elem';
import { readH5ad } from '../io/read-h5ad';
import { elementAt, tableOf } from './element-table';
import { exitCode } from './exit-codes';
import { inputBytes } from './input';
import { interruptible } from './interrupt';
import { namesFrom } from './names';
import { listenToWarnings, schemaVersion } from './output';
import { jsonOf } from './plain-json';
import { print } from './stream-output';
import { type TableFormat, tableText } from './table-text';
import { UsageError } from './usage-error';

export interface GetOptions {
  obs?: string;
  var?: string;
  format?: TableFormat | 'arrow';
  dense?: boolean;
  json?: boolean;
}

/** `anndata get`: a frame, a column, a matrix or any other element, for other programs. */
export async function get(file: string, key: string, options: GetOptions): Promise<number> {
  const { obs, var: variables, json } = options;
  if (obs === '-' && variables === '-') throw new UsageError('standard input can be --obs or --var, not both');
  if (json === true && (options.format ?? 'json') !== 'json')
    throw new UsageError('--json and --format say different things');
  const format = json === true ? 'json' : options.format;
  inputBytes(file);
  listenToWarnings(true);
  const names = [
    obs === undefined ? null : await namesFrom(obs, '--obs'),
    variables === undefined ? null : await namesFrom(variables, '--var'),
  ] as const;
  return interruptible(async (signal) => {
    const backed = await readH5ad(file, { backed: 'r', signal });
    try {
      if (names[0] !== null) await loadColumn(backed.obs, null, { signal });
      if (names[1] !== null) await loadColumn(backed.var, null, { signal });
      const element = elementAt(names.some((list) => list !== null) ? backed.subset(names[0], names[1]) : backed, key);
      if (element === null) {
        await printValue(file, key, names, format, signal);
      } else if (format === 'arrow') {
        if (element.kind === 'matrix')
          throw new UsageError('Arrow holds frames and columns: ask for a matrix as tsv, csv or ndjson');
        const { tableToIPC } = require('apache-arrow') as typeof import('apache-arrow');
        const { frame, column } = element;
        const wanted = column === null ? frame.columns : [column];
        await loadColumn(frame, null, { signal });
        for (const name of wanted) await loadColumn(frame, name, { signal });
        const part = new DataFrame({ columns: wanted.map((name) => [name, frame.held(name)]), index: frame.heldIndex });
        await print([tableToIPC(part.toArrow(), 'stream')], signal);
      } else {
        const table = await tableOf(element, { dense: options.dense === true }, signal);
        await print(tableText(table, format ?? 'tsv', { file, key }), signal);
      }
    } finally {
      await backed.close();
    }
    return exitCode.ok;
  });
}

/** What has no rows: text and numbers as they are, everything else as JSON. */
async function printValue(
  file: string,
  key: string,
  names: readonly unknown[],
  format: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (names.some((list) => list !== null)) throw new UsageError(`${key} has neither observations nor variables`);
  if (format !== undefined && format !== 'json') throw new UsageError(`${key} is no table: ask for it with --json`);
  const value = await readElem(file, key, { signal });
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  if (format === undefined && isPlain) await print([`${value}\n`], signal);
  else {
    const document = format === undefined ? jsonOf(value) : { schema: schemaVersion, file, key, value: jsonOf(value) };
    await print([`${JSON.stringify(document, null, 2)}\n`], signal);
  }
}
