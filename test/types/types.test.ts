// SPDX-License-Identifier: BSD-3-Clause

import { join } from 'node:path';
import ts from 'typescript';
import { programOf, root } from '../support/public-api';

/** Errors of the compiler in a file; the text given for it stands in for what is on the disk. */
function errorsIn(path: string, change: (text: string) => string = (text) => text): string[] {
  const program = programOf([path], (name, text) => (name === path ? change(text) : text));
  return ts.getPreEmitDiagnostics(program, program.getSourceFile(path)).map(({ start = 0, file, messageText }) => {
    const { line } = file!.getLineAndCharacterOfPosition(start);
    return `${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}

const path = join(root, 'test/types/inference.ts');

test('callers get the types they should', () => {
  expect(errorsIn(path)).toEqual([]);
});

test('a wrong type, and an error that is none, are found', () => {
  const wrong = errorsIn(path, (text) =>
    text
      .replace('Expect<Equal<typeof rows, CsrMatrix>>', 'Expect<Equal<typeof rows, CscMatrix>>')
      .replace('memory.subset(undefined);', 'memory.subset(null);'),
  );
  expect(wrong).toEqual([
    expect.stringContaining("Unused '@ts-expect-error'"),
    expect.stringContaining("'false' does not satisfy the constraint 'true'"),
  ]);
});
