// SPDX-License-Identifier: BSD-3-Clause

import '../stats';
import type { DataFrame } from '../frame/data-frame';
import { readH5ad } from '../io/read-h5ad';
import { keyOf } from '../stats/blocks';
import { exitCode } from './exit-codes';
import { countFrom, inputBytes } from './input';
import { interruptible } from './interrupt';
import { lineWidth, listenToWarnings } from './output';
import { withProgress } from './progress';
import { cellsOf, jsonRows, tableRows } from './stats-text';
import { print } from './stream-output';
import { type TableFormat, tableText } from './table-text';
import { UsageError } from './usage-error';
import { memoryOf } from './writing';

export interface StatsCommandOptions {
  axis: 'var' | 'obs';
  layer?: string;
  raw?: boolean;
  top?: string;
  by: string;
  maxMemory?: string;
  json?: boolean;
  tsv?: boolean;
  format?: TableFormat;
}

/** What can be asked of no values. */
const ofNothing = ['sum', 'mean', 'variance', 'nonzero'] as const;

/** What was counted, for the document of `--json`. */
export interface StatsHead {
  file: string;
  axis: 'var' | 'obs';
  key: string;
  /** Of the matrix. */
  shape: readonly [number, number];
}

/** `anndata stats`: numbers of each variable or observation, in one pass over the matrix. */
export async function stats(file: string, options: StatsCommandOptions): Promise<number> {
  const { axis, layer, raw = false } = options;
  const format = formatOf(options);
  if (raw && layer !== undefined) throw new UsageError('raw has no layers: leave out --raw or --layer');
  const top = options.top === undefined ? null : countFrom(options.top, '--top', 'a number of lines');
  const maxMemory = options.maxMemory === undefined ? undefined : memoryOf(options.maxMemory);
  inputBytes(file);
  listenToWarnings(true);
  return interruptible(async (signal) => {
    const backed = await readH5ad(file, { backed: 'r', signal });
    try {
      const shape = [backed.nObs, raw ? (backed.raw?.nVars ?? 0) : backed.nVars] as const;
      const of = shape[axis === 'var' ? 0 : 1] === 0 ? ofNothing : undefined;
      const choice = { layer: layer ?? null, useRaw: raw, of };
      const frame = await withProgress('reading', (onProgress) =>
        backed.stats(axis, { ...choice, maxMemory, signal, onProgress }),
      );
      const head = { file, axis, key: keyOf(choice), shape };
      await print(rendered(top === null ? frame : greatest(frame, options.by, top), head, format), signal);
    } finally {
      await backed.close();
    }
    return exitCode.ok;
  });
}

function formatOf({ json, tsv, format }: StatsCommandOptions): TableFormat | undefined {
  const asked = new Set([json && 'json', tsv && 'tsv', format].filter(Boolean));
  if (asked.size > 1) throw new UsageError(`${[...asked].join(' and ')} cannot both be asked for`);
  return [...asked][0] as TableFormat | undefined;
}

function rendered(
  frame: DataFrame,
  head: StatsHead,
  format: TableFormat | undefined,
): Iterable<string> | AsyncIterable<string> {
  if (format === 'json') return jsonRows(frame, head);
  if (format !== undefined) return tableText(cellsOf(frame), format, head);
  return tableRows(frame, head, lineWidth());
}

/** The lines with the greatest values of a statistic; NaN is the least. */
function greatest(frame: DataFrame, by: string, top: number): DataFrame {
  return frame.sort(by, { descending: true, missing: 'last' }).head(top);
}
