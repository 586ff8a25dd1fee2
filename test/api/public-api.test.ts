// SPDX-License-Identifier: BSD-3-Clause
//
// What the package promises: its exports and their public members do not change unnoticed, each has a doc comment, and
// what does more than look has an example. That examples are true is tested in test/docs/examples.test.ts, which runs every
// block of ts in a comment.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ApiItem, publicApi, root } from '../support/public-api';
import { describeWithPython, runPython } from '../support/python';

const all = publicApi();
// A namespace only repeats exports.
const items = all.filter(({ kind }) => kind !== 'namespace');
const byName = new Map(items.map((item) => [item.name, item]));

/** Whether a caller learns something from an example: not of what says yes or no, nor of a method that takes nothing. */
function needsExample({ kind, name, types, hasParameters }: ApiItem): boolean {
  if (kind === 'class') return true;
  const owner = byName.get(name.replace(/\..*/s, ''));
  if (kind === 'method' && (owner?.kind !== 'class' || !hasParameters)) return false;
  return (
    (kind === 'function' || kind === 'method') &&
    !types.every((type) => /: (\w+ is .*|boolean|Promise<boolean>)$/.test(type))
  );
}

/** What a comment says it does the same as, or refers to for more. */
function referredTo({ name, comment }: ApiItem): ApiItem | undefined {
  const [, link] = /\b(?:[Aa]s|[Ss]ame as|[Ss]ee) \{@link ([\w.]+)\}/.exec(comment) ?? [];
  if (link === undefined) return undefined;
  const prefix = /^.*\.(static )?/.exec(name)?.[0] ?? '';
  return byName.get(link) ?? byName.get(`${prefix}${link}`);
}

function hasExample(item: ApiItem): boolean {
  if (item.comment.includes('@example')) return true;
  const other = referredTo(item);
  return other !== undefined && other !== item && (!needsExample(other) || hasExample(other));
}

test('exports and members have the types they had: a change of the snapshot is a change for every caller', () => {
  expect(
    all.flatMap(({ name, kind, types }) => types.map((type) => `${kind} ${name}: ${type}`)).join('\n'),
  ).toMatchSnapshot();
});

describe('doc comments', () => {
  test('are there for every export and public member', () => {
    expect(items.length).toBeGreaterThan(700);
    expect(items.filter(({ comment }) => comment === '').map(({ name }) => name)).toEqual([]);
  });

  test('have an example where one helps', () => {
    expect(items.filter((item) => needsExample(item) && !hasExample(item)).map(({ name }) => name)).toEqual([]);
  });

  test('have examples that are run: blocks of ts', () => {
    const examples = items.flatMap(({ name, comment }) =>
      [...comment.matchAll(/@example\s*([\s\S]*?)(?=\n@\w|$)/g)].map(([, text]) => [name, text!.trim()] as const),
    );
    expect(examples.length).toBeGreaterThan(50);
    expect(examples.filter(([, text]) => !/^```ts\n[\s\S]+```$/.test(text)).map(([name]) => name)).toEqual([]);
  });
});

interface Row {
  section: string;
  theirs: string[];
  ours: string[];
  note: string;
}

/** The tables of docs/api-coverage.md. */
function coverage(): Row[] {
  const names = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
  const text = readFileSync(join(root, 'docs/api-coverage.md'), 'utf8');
  return text.split(/^## /m).flatMap((part) =>
    [...part.matchAll(/^\| (`.*?) \| (.*?) ?\| (.*?) ?\|$/gm)].map(([, theirs, ours, note]) => ({
      section: part.split('\n')[0]!,
      theirs: names(theirs!),
      ours: names(ours!),
      note: note!,
    })),
  );
}

describe('docs/api-coverage.md', () => {
  const rows = coverage();
  const known = new Set(all.map(({ name }) => name));

  test('names what is there, and what will be', () => {
    expect(rows.length).toBeGreaterThan(150);
    const [later, now] = [true, false].map((isLater) =>
      rows.filter(({ note }) => note.startsWith('later') === isLater).flatMap(({ ours }) => ours),
    ) as [string[], string[]];
    expect(now.filter((name) => !known.has(name))).toEqual([]);
    expect(later.filter((name) => known.has(name))).toEqual([]);
  });

  test('has a reason where nothing stands for a name', () => {
    const silent = rows.filter(({ ours, note }) => ours.length === 0 && !note.startsWith('skip: '));
    expect(silent).toEqual([]);
    expect(rows.filter(({ note }) => /later/.test(note) && !/later, (issue \d|with )/.test(note))).toEqual([]);
  });

  describeWithPython('beside Python', () => {
    test('names everything that is public there', async () => {
      const { stdout } = await runPython('test/api/python/names.py');
      const python = JSON.parse(stdout) as Record<string, string[]>;
      const missing = Object.entries(python).map(([section, names]) => {
        const told = new Set(rows.filter((row) => row.section === section).flatMap(({ theirs }) => theirs));
        return [section, names.filter((name) => !told.has(name))];
      });
      expect(missing).toEqual(Object.keys(python).map((section) => [section, []]));
    });
  });
});
