// SPDX-License-Identifier: BSD-3-Clause

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

test('the demonstration runs to its end', () => {
  const demo = join(__dirname, '../../scripts/demo.mjs');
  const output = execFileSync(process.execPath, [demo], { encoding: 'utf8' });
  for (const line of ['Found every element equal', 'Read the 95 B cells', 'Found the change and every other element']) {
    expect(output).toContain(line);
  }
}, 120_000);
