// SPDX-License-Identifier: BSD-3-Clause

import { startProgress } from '../../lib/cli/progress';

function drawnOn(isTTY: boolean | undefined): string {
  let drawn = '';
  const stream = { isTTY, columns: 80, write: (text: string) => (drawn += text), cursorTo: () => undefined };
  const progress = startProgress(
    Object.assign(Object.create(process.stderr), stream, {
      clearLine: () => undefined,
      moveCursor: () => undefined,
    }) as NodeJS.WriteStream,
  );
  progress.update('reading', 2 ** 20, 2 ** 22);
  progress.stop();
  return drawn;
}

test('progress is drawn on a terminal', () => {
  expect(drawnOn(true)).toContain('reading');
  expect(drawnOn(true)).toContain('25 %  1.0 MiB of 4.0 MiB');
});

test('and nowhere else', () => {
  expect(drawnOn(false)).toBe('');
  expect(drawnOn(undefined)).toBe('');
});
