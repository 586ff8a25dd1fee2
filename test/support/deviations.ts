// SPDX-License-Identifier: BSD-3-Clause

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const heading = '## Indexing, views, concat, matrices, frames';

/** The rows of that table in docs/deviations.md: id → the whole row. */
export function readDeviations(): ReadonlyMap<string, string> {
  const text = readFileSync(join(__dirname, '..', '..', 'docs', 'deviations.md'), 'utf8');
  const from = text.indexOf(heading);
  if (from < 0) throw new Error(`docs/deviations.md has no part "${heading}"`);
  const end = text.indexOf('\n## ', from + 1);
  const rows = [...text.slice(from, end < 0 ? undefined : end).matchAll(/^\| (\S+) \|.*$/gm)];
  const found = new Map<string, string>();
  for (const [row, id] of rows as unknown as [string, string][]) {
    if (id === 'id') continue;
    if (found.has(id)) throw new Error(`docs/deviations.md has two rows ${id}`);
    found.set(id, row);
  }
  return found;
}

let known: ReadonlyMap<string, string> | undefined;

/**
 * The only way for a random suite to let a difference pass: by the id of the row that documents it.
 *
 * @throws when docs/deviations.md has no such row
 */
export function excuse(id: string): string {
  known ??= readDeviations();
  if (!known.has(id)) throw new Error(`a difference is excused by ${id}, which is no row of docs/deviations.md`);
  return id;
}

/** How often each row was used; a line for the log. */
export class Excuses {
  readonly #counts = new Map<string, number>();

  add(ids: Iterable<string>): void {
    for (const id of ids) this.#counts.set(excuse(id), (this.#counts.get(id) ?? 0) + 1);
  }

  toString(): string {
    return [...this.#counts].map(([id, count]) => `${id} ${count}×`).join(', ');
  }
}
