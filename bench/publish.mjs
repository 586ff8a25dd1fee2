// SPDX-License-Identifier: BSD-3-Clause

import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/**
 * Puts the report of a benchmark between the markers of a Markdown file; they are added under a heading of their own when they are
 * not there.
 */
export function publish(file, { name, heading }, text) {
  const begin = `<!-- ${name}: made by npm run bench -- ${name} -->`;
  const end = `<!-- ${name}: end -->`;
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '# Benchmarks\n';
  const from = before.indexOf(begin);
  const to = before.indexOf(end);
  if (from >= 0 && to < from) throw new Error(`${file}: the marker "${end}" is missing`);
  const block = `${begin}\n\n${text}\n\n${end}`;
  const after =
    from < 0
      ? `${before.trimEnd()}\n\n## ${heading}\n\n${block}\n`
      : before.slice(0, from) + block + before.slice(to + end.length);
  writeFileSync(file, after);
}
