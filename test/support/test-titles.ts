// SPDX-License-Identifier: BSD-3-Clause

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const root = join(__dirname, '..', '..');

/** `test`, `it` or `describe` behind `.each`, `.skip` and calls; also the names of our own for tests that need Python. */
const callees = /^(describe|it|test|withPython|describeWithPython|withFiles|beside)$/;

/** The test files, by their paths below the project. */
export function testFiles(): string[] {
  const names = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.test.ts')).map((name) => join('test', name).replaceAll('\\', '/'));
}

/**
 * The titles in a test file, as they are written: `%s` and `${…}` are not filled in. Rows of `each` have none of their own,
 * but those of `test/rules/outcomes.ts` have.
 */
export function testTitles(path: string): string[] {
  const source = ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest, true);
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    const title = (ts.isCallExpression(node) && titleOf(node)) || (ts.isArrayLiteralExpression(node) && labelOf(node));
    if (title) titles.push(title);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return titles;
}

function titleOf(call: ts.CallExpression): string | false {
  const [first] = call.arguments;
  if (first === undefined || !(ts.isStringLiteralLike(first) || ts.isTemplateExpression(first))) return false;
  let callee: ts.Node = call.expression;
  while (ts.isCallExpression(callee) || ts.isPropertyAccessExpression(callee)) callee = callee.expression;
  if (ts.isParenthesizedExpression(callee)) callee = conditional(callee.expression);
  if (!ts.isIdentifier(callee) || !callees.test(callee.text)) return false;
  return ts.isStringLiteralLike(first) ? first.text : first.getText().slice(1, -1);
}

/** `(wanted ? test : test.skip)(…)` is a test. */
function conditional(node: ts.Expression): ts.Node {
  return ts.isConditionalExpression(node) ? node.whenTrue : node;
}

/** The first of `[label, program, function]`. */
function labelOf({ elements }: ts.ArrayLiteralExpression): string | false {
  const [label, , ours] = elements;
  return ours !== undefined && ts.isArrowFunction(ours) && ts.isStringLiteralLike(label!) && label.text;
}
