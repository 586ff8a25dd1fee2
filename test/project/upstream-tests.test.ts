// SPDX-License-Identifier: BSD-3-Clause
//
// docs/upstream-tests.md names tests that exist, and each function of upstream's once.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testFiles, testTitles } from '../support/test-titles';

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'upstream-tests.md'), 'utf8');

test('every file and title the page names exists', () => {
  const files = new Map(testFiles().map((path) => [path, new Set(testTitles(path))]));
  const named = [...page.matchAll(/\[[^\]]+\]\(\.\.\/([^)]+)\) › `([^`]+)`/g)];
  expect(named.length).toBeGreaterThan(150);
  const wrong = named.filter(([, path, title]) => !files.get(path!)?.has(title!));
  expect(wrong.map(([text]) => text)).toEqual([]);
  expect([...page.matchAll(/\(\.\.\/test\//g)]).toHaveLength(named.length);
});

test('each table has as many functions as its file, each once and with an answer', () => {
  const tables = [...page.matchAll(/^## (\S+\.py) \((\d+)\)\n\| upstream .*\n\|---\|---\|\n((?:\|.*\n)+)/gm)];
  expect(tables).toHaveLength(page.match(/^## /gm)!.length);
  expect(tables.length).toBeGreaterThan(25);
  const counted = tables.map(([, file, count, rows]) => {
    const cells = rows!
      .trim()
      .split('\n')
      .map((row) => row.split(' | '));
    expect([file, cells.filter((row) => row.length !== 2 || row[1]!.length < 3)]).toEqual([file, []]);
    const functions = cells.flatMap(([first]) => first!.match(/test_\w+/g) ?? []);
    return [file, Number(count), functions.length, new Set(functions).size];
  });
  expect(counted).toEqual(counted.map(([file, count]) => [file, count, count, count]));
});
