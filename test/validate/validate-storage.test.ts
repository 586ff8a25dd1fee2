// SPDX-License-Identifier: BSD-3-Clause

import '../../lib/elements';
import type { GroupNode } from '../../lib/storage/storage';
import { defaultLimits } from '../../lib/storage/storage';
import { Findings } from '../../lib/validate/findings';
import { checkStorage } from '../../lib/validate/validate-storage';
import { anndata, categorical, dense, dict, frame, sparse, text } from '../support/fake-anndata';
import { array, FakeStorage, group, refused, strings } from '../support/fake-storage';

/** `severity code key` of every finding. */
async function findingsOf(root: GroupNode, limits = defaultLimits): Promise<string[]> {
  const findings = new Findings();
  await checkStorage(new FakeStorage(root, limits), {}, findings);
  return findings.list.map(({ severity, code, key }) => `${severity} ${code} ${key}`);
}

async function messages(root: GroupNode): Promise<string> {
  const findings = new Findings();
  await checkStorage(new FakeStorage(root), {}, findings);
  return findings.list.map(({ message }) => message).join('\n');
}

test('a valid file has no findings', async () => {
  expect(await findingsOf(anndata())).toEqual([]);
});

const broken: [string, GroupNode, string[]][] = [
  ['pointers that fall', anndata({ X: sparse([3, 2], [0, 2, 1, 3], [1, 0, 1]) }), ['error indptr X/indptr']],
  ['pointers that start late', anndata({ X: sparse([3, 2], [1, 1, 1, 3], [1, 0, 1]) }), ['error indptr X/indptr']],
  ['pointers that end early', anndata({ X: sparse([3, 2], [0, 1, 1, 2], [1, 0, 1]) }), ['error indptr X/indptr']],
  ['too few pointers', anndata({ X: sparse([3, 2], [0, 1, 3], [1, 0, 1]) }), ['error indptr X/indptr']],
  [
    'an index past the columns',
    anndata({ X: sparse([3, 2], [0, 1, 1, 3], [1, 0, 2]) }),
    ['error index-range X/indices'],
  ],
  ['a negative index', anndata({ X: sparse([3, 2], [0, 1, 1, 3], [1, 0, -1]) }), ['error index-range X/indices']],
  [
    'fewer values than indices',
    anndata({ X: sparse([3, 2], [0, 1, 1, 3], [1, 0, 1], { values: 2 }) }),
    ['error length X/indices'],
  ],
  [
    'a csc index past the rows',
    anndata({ X: sparse([3, 2], [0, 1, 2], [2, 3], { format: 'csc' }) }),
    ['error index-range X/indices'],
  ],
  ['X of another shape', anndata({ X: dense(new Float32Array(8), [4, 2]) }), ['error shape X']],
  [
    'a layer of another shape',
    anndata({ layers: dict({ l: dense(new Float32Array(3), [3, 1]) }) }),
    ['error shape layers/l'],
  ],
  [
    'obsm with too few rows',
    anndata({ obsm: dict({ m: dense(new Float32Array(4), [2, 2]) }) }),
    ['error shape obsm/m'],
  ],
  [
    'obsp that is not square',
    anndata({ obsp: dict({ p: dense(new Float32Array(6), [3, 2]) }) }),
    ['error shape obsp/p'],
  ],
  ['a mapping in obsm', anndata({ obsm: dict({ m: dict() }) }), ['error kind obsm/m']],
  [
    'a code without category',
    anndata({ obs: frame(['a', 'b', 'c'], { k: categorical([0, 5, 7], ['x']) }) }),
    ['error code-range obs/k/codes'],
  ],
  [
    'a code below -1',
    anndata({ obs: frame(['a', 'b', 'c'], { k: categorical([0, -2, 0], ['x']) }) }),
    ['error code-range obs/k/codes'],
  ],
  [
    'categories twice',
    anndata({ obs: frame(['a', 'b', 'c'], { k: categorical([0, 1, 0], ['x', 'x']) }) }),
    ['error duplicate obs/k/categories'],
  ],
  [
    'no ordered flag',
    anndata({ obs: frame(['a', 'b', 'c'], { k: categorical([0, 0, 0], ['x'], {}) }) }),
    ['warning missing obs/k'],
  ],
  [
    'a short column',
    anndata({ obs: frame(['a', 'b', 'c'], { k: dense(new Float64Array(2)) }) }),
    ['error length obs/k'],
  ],
  [
    'a 2-d column',
    anndata({ obs: frame(['a', 'b', 'c'], { k: dense(new Float64Array(6), [3, 2]) }) }),
    ['error shape obs/k'],
  ],
  ['a mapping as column', anndata({ obs: frame(['a', 'b', 'c'], { k: dict() }) }), ['error kind obs/k']],
  [
    'a column that is not there',
    anndata({ obs: frame(['a', 'b', 'c'], {}, { 'column-order': ['k'] }) }),
    ['error missing obs/k'],
  ],
  [
    'a column listed twice',
    anndata({ obs: frame(['a', 'b', 'c'], { k: text(['1', '2', '3']) }, { 'column-order': ['k', 'k'] }) }),
    ['error duplicate obs'],
  ],
  [
    'a column not listed',
    anndata({ obs: frame(['a', 'b', 'c'], { k: text(['1', '2', '3']) }, { 'column-order': [] }) }),
    ['warning unknown-member obs/k'],
  ],
  [
    'a missing index',
    anndata({ obs: frame(['a', 'b', 'c'], {}, { _index: 'names' }) }),
    ['error missing obs/names', 'warning unknown-member obs/_index'],
  ],
  ['no frame for var', anndata({ var: dict() }), ['error kind var']],
  [
    'an unknown encoding',
    anndata({ uns: dict({ t: group({ 'encoding-type': 'tree', 'encoding-version': '1' }) }) }),
    ['error encoding uns/t'],
  ],
  [
    'an unknown version',
    anndata({ uns: dict({ t: group({ 'encoding-type': 'dict', 'encoding-version': '9' }) }) }),
    ['error encoding uns/t'],
  ],
  [
    'an array that says it is sparse',
    anndata({
      X: array(new Float32Array(6), {
        shape: [3, 2],
        attributes: { 'encoding-type': 'csr_matrix', 'encoding-version': '0.1.0' },
      }),
    }),
    ['error kind X'],
  ],
  [
    'text that says it is numbers',
    anndata({
      uns: dict({
        s: strings(['1'], { attributes: { 'encoding-type': 'numeric-scalar', 'encoding-version': '0.2.0' } }),
      }),
    }),
    ['error dtype uns/s'],
  ],
  [
    'an external link',
    anndata({ uns: dict({ l: refused('an external link to "x.h5"', true) }) }),
    ['error refused uns/l'],
  ],
  [
    'a dangling link in uns',
    anndata({ uns: dict({ l: refused('a dangling link', false) }) }),
    ['warning refused uns/l'],
  ],
  [
    'a dangling column',
    anndata({ obs: frame(['a', 'b', 'c'], { k: refused('a dangling link', false) }) }),
    ['error refused obs/k'],
  ],
  ['something unknown at the root', anndata({ extra: dict() }), ['warning unknown-member extra']],
  [
    'a frame in obsm with other names',
    anndata({ obsm: dict({ f: frame(['a', 'b', 'd']) }) }),
    ['error names obsm/f/_index'],
  ],
];

test.each(broken)('%s', async (_, root, expected) => {
  expect(await findingsOf(root)).toEqual(expected);
});

test('every finding is listed, not only the first', async () => {
  const root = anndata({ X: sparse([3, 2], [1, 0, 0, 9], [7, 0, 8], { values: 1 }), extra: dict() });
  expect(await findingsOf(root)).toEqual([
    'warning unknown-member extra',
    'error length X/indices',
    'error indptr X/indptr',
    'error indptr X/indptr',
    'error indptr X/indptr',
    'error index-range X/indices',
  ]);
});

test('messages tell what was found and what was expected', async () => {
  expect(await messages(anndata({ X: sparse([3, 2], [0, 1, 1, 3], [1, 9, 8]) }))).toBe(
    'position 1 holds 9, less than 2 was expected (and 1 more)',
  );
  expect(await messages(anndata({ X: dense(new Float32Array(8), [4, 2]) }))).toBe(
    'the shape 4 × 2 was found, 3 × 2 was expected',
  );
});

test('an array that declares far more than is stored is an error and is not read', async () => {
  const bomb = array(new Float32Array(0), {
    shape: [3, 2 ** 45],
    storedBytes: 0,
    attributes: { 'encoding-type': 'array', 'encoding-version': '0.2.0' },
  });
  expect(await findingsOf(anndata({ obsm: dict({ bomb }) }))).toEqual(['error size obsm/bomb']);
});

test('a filter that is not available is an error', async () => {
  const filters = [{ id: 999, name: 'odd', params: [], available: false }];
  const x = array(new Float32Array(6), {
    shape: [3, 2],
    filters,
    attributes: { 'encoding-type': 'array', 'encoding-version': '0.2.0' },
  });
  expect(await findingsOf(anndata({ X: x }))).toEqual(['error filter X']);
});

test('other things than AnnData are told apart', async () => {
  expect(await findingsOf(group({}, { data: dict() }))).toEqual(['error not-anndata ']);
  expect(await findingsOf(group({ 'encoding-type': 'mudata', 'encoding-version': '0.1.0' }))).toEqual([
    'error not-anndata ',
  ]);
});

test('long arrays are read in pieces', async () => {
  const n = 3_000_000;
  const indices = new Int32Array(n);
  indices[n - 1] = 2;
  const root = anndata({
    X: group(
      { 'encoding-type': 'csr_matrix', 'encoding-version': '0.1.0', shape: new BigInt64Array([3n, 2n]) },
      { data: array(new Float32Array(n)), indices: array(indices), indptr: array(new Int32Array([0, 0, 0, n])) },
    ),
  });
  const storage = new FakeStorage(root);
  const findings = new Findings();
  await checkStorage(storage, {}, findings);
  expect(findings.list).toEqual([
    {
      severity: 'error',
      code: 'index-range',
      key: 'X/indices',
      message: `position ${n - 1} holds 2, less than 2 was expected`,
    },
  ]);
  expect(storage.largestRead).toBeLessThanOrEqual(2 ** 20);
});
