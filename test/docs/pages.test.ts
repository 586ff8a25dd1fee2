// SPDX-License-Identifier: BSD-3-Clause
//
// The examples of a page in docs/ run one after the other, and print what the comments behind them say.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as anndata from '../../lib';

const modules: Record<string, () => unknown> = {
  anndata: () => anndata,
  'apache-arrow': () => require('apache-arrow'),
  'nodejs-polars': () => require('nodejs-polars'),
  '@duckdb/node-api': () => require('@duckdb/node-api'),
};

function codeOf(page: string): string {
  const text = readFileSync(join(__dirname, '..', '..', 'docs', page), 'utf8');
  return [...text.matchAll(/^```js\n([\s\S]*?)^```/gm)].map(([, block]) => block as string).join('\n');
}

/** What the comments promise: behind a `console.log`, or on lines of their own. */
function promised(code: string): string[] {
  return code.split('\n').flatMap((line) => {
    const comment = /^\/\/ (.*)$/.exec(line) ?? /console\.log\(.*\); \/\/ (.*)$/.exec(line);
    return comment === null ? [] : [comment[1] as string];
  });
}

async function printed(code: string): Promise<string[]> {
  const body = code.replace(/^import (\{.*?\}|\w+) from '(.*?)';$/gm, "const $1 = modules['$2']();");
  const lines: string[] = [];
  const log = (...values: unknown[]): void => {
    lines.push(values.map(String).join(' '));
  };
  const run = new Function('modules', 'console', `return (async () => {\n${body}\n})();`);
  await (run(modules, { log }) as Promise<void>);
  return lines;
}

test.each([
  ['frames.md', 20],
  ['guide-queries.md', 7],
])('every example in %s prints what the page says', async (page, atLeast) => {
  const code = codeOf(page);
  const lines = await printed(code);
  expect(lines).toEqual(promised(code));
  expect(lines.length).toBeGreaterThanOrEqual(atLeast);
});
