// SPDX-License-Identifier: BSD-3-Clause

import { type Difference, differences } from '../inspect/compare';
import { bytesBelow } from '../inspect/stored';
import { openHdf5 } from '../storage/hdf5';
import { askedFor, inputBytes, keyFrom } from './input';
import { interruptible } from './interrupt';
import { lineWidth, lostOutputIs, printable, printJson, reportError, schemaVersion } from './output';
import { withProgress } from './progress';
import { styleFor } from './style';
import { cut } from './text-width';
import { count } from './units';
import { UsageError } from './usage-error';

export interface DiffOptions {
  tolerance?: string;
  relative?: string;
  key?: string;
  json?: boolean;
}

/**
 * What `diff` tells the shell: as other programs of that name, 0 the same, 1 not, 2 for everything that went wrong, and when all that
 * could be compared is the same but something could not.
 */
const verdict = { same: 0, different: 1, failed: 2 } as const;

/** `anndata diff`: what is not the same in two files, block by block. */
export async function diff(a: string, b: string, options: DiffOptions): Promise<number> {
  lostOutputIs(verdict.failed);
  try {
    return await compared(a, b, options);
  } catch (error) {
    reportError(error, options.json === true);
    return verdict.failed;
  }
}

async function compared(a: string, b: string, options: DiffOptions): Promise<number> {
  const absolute = toleranceOf(options.tolerance, '--tolerance');
  const relative = toleranceOf(options.relative, '--relative');
  const key = keyFrom(options.key ?? '');
  inputBytes(a);
  inputBytes(b);
  return interruptible(async (signal) => {
    const [first, second] = [await openHdf5(a), await openHdf5(b)];
    try {
      const sides = [first, second].map(async (storage) => ({
        storage,
        node: await askedFor(key, () => storage.describe(key, { signal })),
      }));
      const [one, two] = await Promise.all(sides);
      const found: Difference[] = [];
      await withProgress('comparing', async (onProgress) => {
        const total = bytesBelow(one!.node);
        let done = 0;
        const onBytes = (bytes: number): void => {
          done += bytes;
          onProgress({ done: Math.min(done, total), total });
        };
        for await (const each of differences(one!, two!, { absolute, relative, signal, onBytes })) found.push(each);
      });
      if (options.json === true) {
        printJson({ schema: schemaVersion, first: a, second: b, same: found.length === 0, differences: found });
      } else process.stdout.write(render(a, b, found));
      if (found.length === 0) return verdict.same;
      return found.some(isDifferent) ? verdict.different : verdict.failed;
    } finally {
      await Promise.all([first.close(), second.close()]);
    }
  });
}

function render(a: string, b: string, found: readonly Difference[]): string {
  const style = styleFor(process.stdout);
  const width = lineWidth();
  const lines = found.map((each) => cut(`${printable(each.key) || '/'}  ${textOf(each)}`, width));
  const different = found.filter(isDifferent).length;
  const unknown = found.length - different;
  const ends = [
    different > 0 ? count(different, 'difference') : unknown > 0 ? 'no difference found' : 'the same',
    unknown > 0 ? `${unknown} not compared` : '',
  ];
  const end = ends.filter((text) => text !== '').join(', ');
  return [...lines, style.bold(`${printable(a)}, ${printable(b)}: ${end}`), ''].join('\n');
}

function isDifferent({ kind }: Difference): boolean {
  return kind !== 'not compared';
}

function textOf({ kind, name, first, second, count: n, greatest }: Difference): string {
  const both = `${shown(first)} ≠ ${shown(second)}`;
  const of = name === null ? '' : ` ${printable(name)}`;
  if (kind === 'only in first') return `only in the first: ${shown(first)}`;
  if (kind === 'only in second') return `only in the second: ${shown(second)}`;
  if (kind === 'not compared') return `not compared${of}: ${shown(first)}`;
  if (kind !== 'values') return `${kind}${of}: ${both}`;
  const most = greatest === null ? '' : `, by ${Number(greatest.toPrecision(3))} at most`;
  return `${count(n as number, 'value')}${of === '' ? '' : ` of${of}`}: ${both}${most}`;
}

function shown(value: unknown): string {
  return printable(typeof value === 'string' ? value : JSON.stringify(value));
}

function toleranceOf(text: string | undefined, option: string): number {
  const value = Number(text ?? 0);
  if (text !== '' && value >= 0 && Number.isFinite(value)) return value;
  throw new UsageError(`${option} takes a number, 0 or more, not ${JSON.stringify(text)}`);
}
