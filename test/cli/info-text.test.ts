// SPDX-License-Identifier: BSD-3-Clause

import { renderInfo } from '../../lib/cli/info-text';
import { styleFor, usesColour } from '../../lib/cli/style';
import { textWidth } from '../../lib/cli/text-width';
import { formatBytes } from '../../lib/cli/units';
import { summarise } from '../../lib/inspect/summary';
import { anndata, dense, dict } from '../support/fake-anndata';
import { FakeStorage, group, refused } from '../support/fake-storage';

const plain = styleFor({}, {});

function render(width: number, members = {}): string {
  return renderInfo('cells.h5ad', 2048, summarise(new FakeStorage(anndata(members)).root), width, plain);
}

test('one line an element, as a tree', () => {
  expect(render(Number.POSITIVE_INFINITY, { odd: refused('an external link to "x.h5"', true) })).toMatchInlineSnapshot(`
"cells.h5ad  2.0 KiB, anndata 0.1.0
3 obs × 2 vars

X          csr_matrix 0.1.0    float32  3 × 2, nnz 3       80 B
layers     dict 0.1.0                   1 element          48 B
└─ raw     array 0.2.0         float32  3 × 2              48 B
obs        dataframe 0.2.0              3 rows, 2 columns  88 B
├─ _index  string-array 0.2.0  string   3                  24 B
├─ kind    categorical 0.2.0   string   3, 2 categories    40 B
└─ score   array 0.2.0         float64  3                  24 B
var        dataframe 0.2.0              2 rows, 0 columns  16 B
└─ _index  string-array 0.2.0  string   2                  16 B
obsm       dict 0.1.0                   1 element          96 B
└─ pca     array 0.2.0         float32  3 × 4              96 B
varm       dict 0.1.0                   empty
obsp       dict 0.1.0                   1 element          32 B
└─ graph   csr_matrix 0.1.0    float32  3 × 3, nnz 0       32 B
varp       dict 0.1.0                   empty
uns        dict 0.1.0                   1 element           8 B
└─ note    string-array 0.2.0  string   1                   8 B
odd  refused: an external link to "x.h5"
"
`);
});

test.each([40, 60, 80, 100])('fits a terminal of %d columns', (width) => {
  const long = dict({
    ['a_very_long_name_'.repeat(5)]: dense(new Float32Array(6), [3, 2]),
    中文名字中文名字中文名字中文名字: dense(new Float32Array(3)),
  });
  const widths = render(width, { obsm: long }).split('\n').slice(2).map(textWidth);
  expect(Math.max(...widths)).toBeLessThanOrEqual(width);
});

test('names from the file cannot send control sequences to the terminal', () => {
  const text = render(80, { uns: dict({ 'a\u001b[2Jb\u202e': dict() }) });
  expect(text).toContain('a\\u{1b}[2Jb\\u{202e}');
  expect(text).not.toContain('\u001b');
});

test('names like __proto__ are shown as any other', () => {
  const members = new Map([['__proto__', dict()]]);
  const uns = dict();
  uns.children = members;
  expect(render(80, { uns })).toContain('└─ __proto__');
});

test('what is no AnnData is refused', () => {
  expect(() => summarise(group({}, { a: dict() }))).toThrow('neither X nor obs nor var');
});

test.each([
  [{}, { isTTY: true }, true],
  [{}, {}, false],
  [{ NO_COLOR: '1' }, { isTTY: true }, false],
  [{ NO_COLOR: '' }, { isTTY: true }, true],
  [{ NO_COLOR: '1', FORCE_COLOR: '1' }, {}, false],
  [{ FORCE_COLOR: '1' }, {}, true],
  [{ TERM: 'dumb' }, { isTTY: true }, false],
])('colour with %j on %j: %s', (env, stream, expected) => {
  expect(usesColour(stream, env)).toBe(expected);
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1.9 * 2 ** 20, '1.9 MiB'],
  [1023.9 * 2 ** 20, '1.0 GiB'],
  [150 * 2 ** 30, '150 GiB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
