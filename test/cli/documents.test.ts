// SPDX-License-Identifier: BSD-3-Clause
//
// What --json prints is what docs/cli.md says: documents of every command are compiled against the types of the page, which finds what is
// missing, of another type, or not written down there.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { unpack } from '../support/bad-files';
import { anndata, buildCommand, fixtures, root } from '../support/command';
import { programOf } from '../support/public-api';

const folder = mkdtempSync(join(tmpdir(), 'anndata-documents-'));
const at = (name: string): string => join(folder, name);
const pbmc = join(fixtures, 'pbmc68k_reduced.h5ad');
const old = join(fixtures, 'archives/v0.5.0/adata.h5ad');

beforeAll(buildCommand);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Errors of the compiler where documents stand as values of the types on the page. */
function errorsOf(documents: readonly [type: string, document: unknown][]): string[] {
  const page = readFileSync(join(root, 'docs/cli.md'), 'utf8');
  const types = /^```ts\n([\s\S]*?)^```/m.exec(page)?.[1] ?? '';
  const values = documents.map(
    ([type, document], i) => `export const document${i}: Documents['${type}'] = ${JSON.stringify(document)};\n`,
  );
  const text = types + values.join('');
  const program = programOf([__filename], (path, own) => (path === __filename ? text : own));
  return ts
    .getPreEmitDiagnostics(program, program.getSourceFile(__filename))
    .map(({ start = 0, file, messageText }) => {
      const { line } = file!.getLineAndCharacterOfPosition(start);
      const type = text.split('\n')[line]?.match(/Documents\['(\w+)'\]/)?.[1] ?? `line ${line + 1}`;
      return `${type}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
}

async function documentOf(...args: string[]): Promise<unknown> {
  return JSON.parse((await anndata([...args, '--json'])).stdout);
}

test('documents of all commands', async () => {
  const [few, other] = [at('few.h5ad'), at('other.h5ad')];
  const subset = await documentOf('subset', pbmc, few, '--obs-slice', '0:6', '--var-slice', '0:5');
  await documentOf('subset', pbmc, other, '--obs-slice', '1:7', '--var-slice', '0:5');
  const bad = ['link_external', 'type_opaque', 'csr_index_high'].map((name) => unpack('bad', `${name}.h5ad`, folder));
  const odd = ['named-datatype', 'records', 'columns-nullable'].map((name) => unpack('golden', `${name}.h5ad`, folder));
  const documents: [string, unknown][] = [['subset', subset]];
  for (const file of [few, old, ...bad, ...odd]) {
    documents.push(['info', await documentOf('info', file)], ['tree', await documentOf('tree', file)]);
    documents.push(['validate', await documentOf('validate', file)]);
  }
  documents.push(
    ['tree', await documentOf('tree', few, '--depth', '1')],
    ['head', await documentOf('head', few)],
    ['head', await documentOf('head', few, 'raw/X')],
    ['get', await documentOf('get', few, 'obs')],
    ['get', await documentOf('get', few, 'raw/X', '--obs', 'AAATTCGATGCACA-1')],
    ['get', await documentOf('get', few, 'uns/neighbors')],
    ['diff', await documentOf('diff', few, other)],
    ['diff', await documentOf('diff', few, pbmc)],
    ['diff', await documentOf('diff', bad[1]!, bad[1]!)],
    ['stats', await documentOf('stats', few)],
    ['stats', await documentOf('stats', few, '--axis', 'obs', '--raw')],
    ['convert', await documentOf('convert', few, at('converted.h5ad'))],
    ['concat', await documentOf('concat', few, other, '-o', at('both.h5ad'))],
    ['split', await documentOf('split', few, at('parts'), '--by', 'phase')],
    ['completion', await documentOf('completion', 'bash')],
    ['failure', await documentOf('info', at('nothing.h5ad'))],
    ['failure', await documentOf('diff', few, at('nothing.h5ad'))],
    ['failure', await documentOf('get', few, 'layers/nothing')],
    ['failure', await documentOf('stats', few, '--layer', 'nothing')],
    ['failure', await documentOf('convert', few, few)],
  );
  expect(errorsOf(documents)).toEqual([]);
  const tried = new Set(documents.map(([type]) => type));
  const { stdout } = await anndata(['--help']);
  const commands = [...stdout.matchAll(/^ {2}(\w+) .*(?:<|\[)/gm)].map(([, name]) => name as string);
  expect([...tried].sort()).toEqual([...commands.filter((name) => name !== 'help'), 'failure'].sort());
});

test('what is missing, too much or of another type would be found', () => {
  const stats = { schema: 1, file: 'a', axis: 'var', key: 'X', shape: [1, 1], columns: [], rows: [] };
  const { key, ...less } = stats;
  expect(errorsOf([['stats', stats]])).toEqual([]);
  expect(errorsOf([['stats', less]])).toEqual([expect.stringContaining(`Property 'key' is missing`)]);
  expect(errorsOf([['stats', { ...stats, more: 1 }]])).toEqual([expect.stringMatching(/more.*does not exist/)]);
  expect(errorsOf([['stats', { ...stats, key: 1 }]])).toEqual([expect.stringContaining('not assignable')]);
  expect(errorsOf([['info', { ...stats, schema: 2 }]])).not.toEqual([]);
});
