// SPDX-License-Identifier: BSD-3-Clause

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readH5ad } from '../../lib/io';
import { python, withPython } from './python';

const archives = join(__dirname, '../fixtures/archives');
const folder = mkdtempSync(join(tmpdir(), 'anndata-archives-'));
afterAll(() => rmSync(folder, { recursive: true }));

const script = `
import json, sys, anndata as ad
def show(p):
    a = ad.read_h5ad(p)
    return [sorted(repr(a).split('\\n')), sorted(str(a.raw).split('\\n')) if a.raw is not None else None, list(a.obs_names[:9]), list(a.var_names[-9:])]
files, copies, own = json.load(sys.stdin)
for source, target in zip(files, own): ad.read_h5ad(source).write_h5ad(target)
print(json.dumps([[show(p) for p in paths] for paths in (files, copies, own)]))
`;

const files = readdirSync(archives, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.h5ad'))
  .map((name) => join(archives, name));

describe('files of all ages', () => {
  withPython(
    'give the object Python reads, and so does what is written again',
    async () => {
      const spy = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
      const copies: string[] = [];
      const mine: unknown[] = [];
      for (const file of files) {
        const adata = await readH5ad(file, { onWarning: () => undefined });
        const names = [[...adata.obsNames].slice(0, 9), [...adata.varNames].slice(-9)];
        const raw = adata.raw === null ? null : String(adata.raw).split('\n').sort();
        mine.push([String(adata).split('\n').sort(), raw, ...names]);
        copies.push(join(folder, `${copies.length}.h5ad`));
        await adata.writeH5ad(copies.at(-1) as string);
      }
      spy.mockRestore();
      expect(files.length).toBeGreaterThan(3);
      const own = copies.map((copy) => `${copy}.python`);
      const [read, readCopies, readOwn] = python<unknown[]>(script, [files, copies, own]);
      expect(mine).toEqual(read);
      expect(readCopies).toEqual(readOwn);
    },
    60_000,
  );
});
