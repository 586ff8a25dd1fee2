// SPDX-License-Identifier: BSD-3-Clause
//
// The site is built without warnings, and none of its links leads nowhere.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { root } from '../support/command';

const folder = mkdtempSync(join(tmpdir(), 'anndata-site-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('npm run docs has nothing to warn of', () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/typedoc/bin/typedoc'), '--out', folder],
    {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    },
  );
  expect({
    status,
    text: (stdout + stderr)
      .replace(/\[info\].*\n?/g, '')

      .trim(),
  }).toEqual({ status: 0, text: '' });
});

test('every link within the site leads somewhere, and so do those between the pages of docs/', () => {
  const files = readdirSync(folder, { recursive: true }).map(String);
  const pages = files.filter((name) => name.endsWith('.html'));
  expect(pages.length).toBeGreaterThan(100);
  const broken: string[] = [];
  for (const page of pages) {
    const text = readFileSync(join(folder, page), 'utf8');
    const ids = new Map<string, Set<string>>();
    const idsOf = (file: string) => {
      const known = ids.get(file);
      if (known !== undefined) return known;
      const found = new Set([...readFileSync(file, 'utf8').matchAll(/ id="([^"]+)"/g)].map(([, id]) => id as string));
      ids.set(file, found);
      return found;
    };
    for (const [, link] of text.matchAll(/href="([^"]+)"/g)) {
      // TypeDoc links to a place in types without names that it does not make.
      if (/^(https?:|mailto:|data:|#__type)/.test(link as string)) continue;
      const [path, anchor] = (link as string).split('#') as [string, string?];
      const file = path === '' ? join(folder, page) : resolve(dirname(join(folder, page)), decodeURI(path));
      const isThere =
        existsSync(file) &&
        (anchor === undefined ||
          anchor === '' ||
          !file.endsWith('.html') ||
          idsOf(file).has(decodeURIComponent(anchor)));
      if (!isThere) broken.push(`${page} → ${link}`);
    }
  }
  for (const name of readdirSync(join(root, 'docs')).filter((file) => file.endsWith('.md'))) {
    const file = join(root, 'docs', name);
    for (const [, link] of readFileSync(file, 'utf8').matchAll(/\]\((?!https?:|#)([^)\s#]+)/g)) {
      if (!existsSync(resolve(dirname(file), link as string))) broken.push(`${relative(root, file)} → ${link}`);
    }
  }
  expect([...new Set(broken)]).toEqual([]);
});
