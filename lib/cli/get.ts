// SPDX-License-Identifier: BSD-3-Clause

import { loadColumn } from '../backed';
import { DataFrame } from '../frame/data-frame';
import { readElem } from '../io/read-elem';
import { readH5ad } from '../io/read-h5ad';
import { writePieces } from '../io/write-pieces';
import { type Chosen, type Element, elementAt, partOf, tableOf } from './element-table';
import { exitCode } from './exit-codes';
import { askedFor, inputBytes, keyFrom } from './input';
import { interruptible } from './interrupt';
import { namesFrom } from './names';
import { listenToWarnings, schemaVersion } from './output';
import { jsonOf } from './plain-json';
import { print } from './stream-output';
import { type TableFormat, tableText } from './table-text';
import { UsageError } from './usage-error';
import { refuseExisting, refuseInput } from './writing';

export interface GetOptions {
  obs?: string;
  var?: string;
  format?: TableFormat | 'arrow';
  dense?: boolean;
  output?: string;
  force?: boolean;
  json?: boolean;
}

type Pieces = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/** `anndata get`: a frame, a column, a matrix or any other element, for other programs. */
export async function get(file: string, text: string, options: GetOptions): Promise<number> {
  const key = keyFrom(text);
  const format = formatOf(options);
  checkUsage(key, format, options);
  inputBytes(file);
  const { output } = options;
  if (output !== undefined) {
    refuseExisting(output, options.force);
    refuseInput(output, [file]);
  }
  listenToWarnings(true);
  const chosen = {
    obs: options.obs === undefined ? null : await namesFrom(options.obs, '--obs'),
    var: options.var === undefined ? null : await namesFrom(options.var, '--var'),
  };
  return interruptible(async (signal) => {
    const backed = await readH5ad(file, { backed: 'r', signal });
    try {
      const element = elementAt(backed, key);
      const isTable = element !== null && !(isLoose(element) && (format ?? 'json') === 'json');
      const pieces = isTable
        ? await tablePieces(await partOf(element, chosen, key, signal), { file, key, format, options }, signal)
        : await valuePieces(file, key, chosen, format, signal);
      await (output === undefined ? print(pieces, signal) : writePieces(output, pieces, signal));
    } finally {
      await backed.close();
    }
    return exitCode.ok;
  });
}

function formatOf({ format, json }: GetOptions): GetOptions['format'] {
  if (json !== true) return format;
  if ((format ?? 'json') !== 'json') throw new UsageError('--json and --format say different things');
  return 'json';
}

function checkUsage(key: string, format: GetOptions['format'], options: GetOptions): void {
  if (key === '') throw new UsageError('name an element, such as obs, X or obsm/X_pca: "anndata info" lists them');
  if (options.obs === '-' && options.var === '-')
    throw new UsageError('standard input can be --obs or --var, not both');
  if (options.output !== undefined) return;
  if (options.force === true) throw new UsageError('--force is for --output');
  if (format === 'arrow' && process.stdout.isTTY === true)
    throw new UsageError('Arrow is no text for a terminal: add -o FILE, or send it to a program');
}

/** Arrays of uns belong to no axis and are often short lists: tables only when they are asked for as such. */
function isLoose(element: Element): boolean {
  return element.kind === 'matrix' && element.matrix.key.startsWith('uns/');
}

interface Wanted {
  file: string;
  key: string;
  format: GetOptions['format'];
  options: GetOptions;
}

async function tablePieces(
  element: Element,
  { file, key, format, options }: Wanted,
  signal: AbortSignal,
): Promise<Pieces> {
  if (format === 'arrow') return arrowPieces(element, signal);
  const table = await tableOf(element, { dense: options.dense === true }, signal);
  return tableText(table, format ?? 'tsv', { file, key });
}

/** The columns are read whole: a stream of Arrow begins with their categories. */
async function arrowPieces(element: Element, signal: AbortSignal): Promise<Pieces> {
  if (element.kind === 'matrix')
    throw new UsageError('Arrow holds frames and columns: ask for a matrix as tsv, csv or ndjson');
  const { tableToIPC } = require('apache-arrow') as typeof import('apache-arrow');
  const { frame, column } = element;
  const wanted = column === null ? frame.columns : [column];
  for (const name of [null, ...wanted]) await loadColumn(frame, name, { signal });
  const columns = wanted.map((name) => [name, frame.held(name)] as const);
  const part = new DataFrame({ columns, index: frame.heldIndex, indexName: frame.indexName });
  return [tableToIPC(part.toArrow(), 'stream')];
}

/** What has no rows: text and numbers as they are, everything else as JSON. */
async function valuePieces(
  file: string,
  key: string,
  chosen: Chosen,
  format: GetOptions['format'],
  signal: AbortSignal,
): Promise<Pieces> {
  if (chosen.obs !== null || chosen.var !== null) throw new UsageError(`${key} has neither observations nor variables`);
  if (format !== undefined && format !== 'json') throw new UsageError(`${key} is no table: ask for it with --json`);
  const value = await askedFor(key, () => readElem(file, key, { signal }));
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  if (format === undefined && isPlain) return [`${value}\n`];
  const document = format === undefined ? jsonOf(value) : { schema: schemaVersion, file, key, value: jsonOf(value) };
  return [`${JSON.stringify(document, null, 2)}\n`];
}
