// SPDX-License-Identifier: BSD-3-Clause

const seen = { arrow: 0 };
jest.mock('apache-arrow', () => {
  seen.arrow++;
  return jest.requireActual('apache-arrow');
});

type Package = typeof import('../lib/index');

describe('the package', () => {
  const load = (): Package => require('../lib/index') as Package;

  test('is loaded without Arrow, which a command that only looks does not need', () => {
    const { DenseArray, version } = load();
    expect(seen.arrow).toBe(0);
    expect(version).toBe((jest.requireActual('../package.json') as { version: string }).version);
    expect(new DenseArray(new Float32Array(2), [2]).shape).toEqual([2]);
    expect(seen.arrow).toBe(0);
  });

  test('Arrow comes with the first frame', () => {
    const { DataFrame } = load();
    expect(new DataFrame({ columns: { a: [1] } }).nRows).toBe(1);
    expect(seen.arrow).toBe(1);
  });

  test('exports these names', () => {
    expect(Object.keys(load()).sort()).toMatchInlineSnapshot(`
[
  "AnnData",
  "AnnDataError",
  "AwkwardArray",
  "AxisArrays",
  "CscMatrix",
  "CsrMatrix",
  "DataFrame",
  "DenseArray",
  "Layers",
  "PairwiseArrays",
  "Raw",
  "RecordArray",
  "categorical",
  "columnFrom",
  "defaultLimits",
  "isAnnData",
  "isAnnDataError",
  "isAwkwardArray",
  "isDataFrame",
  "isDenseArray",
  "isRaw",
  "isRecordArray",
  "isSparse",
  "readElem",
  "readH5ad",
  "validateH5ad",
  "version",
  "writeH5ad",
]
`);
  });
});
