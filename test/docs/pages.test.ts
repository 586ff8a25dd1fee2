// SPDX-License-Identifier: BSD-3-Clause
//
// The examples in docs/frames.md run one after the other, and print what the comments behind them say.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'frames.md'), 'utf8');
const code = [...page.matchAll(/^```js\n([\s\S]*?)^```/gm)].map(([, block]) => block as string).join('\n');

/** What the comments promise: behind a `console.log`, or on lines of their own. */
function promised(): string[] {
  return code.split('\n').flatMap((line) => {
    const comment = /^\/\/ (.*)$/.exec(line) ?? /console\.log\(.*\); \/\/ (.*)$/.exec(line);
    return comment === null ? [] : [comment[1] as string];
  });
}

test('every example prints what the page says', () => {
  const modules: Record<string, unknown> = {
    anndata: require('../../lib/index'),
    'apache-arrow': require('apache-arrow'),
  };
  const body = code.replace(/^import (\{.*?\}) from '(.*?)';$/gm, "const $1 = modules['$2'];");
  const lines: string[] = [];
  const log = (...values: unknown[]): void => {
    lines.push(values.map(String).join(' '));
  };
  new Function('modules', 'console', body)(modules, { log });
  expect(lines).toEqual(promised());
  expect(lines.length).toBeGreaterThan(20);
});
