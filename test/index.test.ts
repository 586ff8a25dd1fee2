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
  "A",
  "AdAcc",
  "AdRef",
  "AnnCollection",
  "AnnData",
  "AnnDataError",
  "AnnDataWarning",
  "AnnLoader",
  "AwkwardArray",
  "AxisArrays",
  "BatchIndexSampler",
  "CscMatrix",
  "CsrMatrix",
  "DataFrame",
  "DenseArray",
  "ExperimentalFeatureWarning",
  "FutureWarning",
  "GraphAcc",
  "GraphMapAcc",
  "GroupBy",
  "ImplicitModificationWarning",
  "LayerAcc",
  "LayerMapAcc",
  "Layers",
  "MapAcc",
  "MetaAcc",
  "MultiAcc",
  "MultiMapAcc",
  "NO_IDX",
  "NotLoadedError",
  "OldFormatWarning",
  "PairwiseArrays",
  "Raw",
  "RecordArray",
  "RefAcc",
  "UserWarning",
  "WriteWarning",
  "acc",
  "asArray",
  "axisLen",
  "categorical",
  "columnFrom",
  "concat",
  "concatAsync",
  "concatOnDisk",
  "convertToDict",
  "defaultLimits",
  "filterWarnings",
  "io",
  "isAdRef",
  "isAnnData",
  "isAnnDataError",
  "isAwkwardArray",
  "isDataFrame",
  "isDenseArray",
  "isHandle",
  "isMask",
  "isRaw",
  "isRecordArray",
  "isRefAcc",
  "isSlice",
  "isSparse",
  "isWhere",
  "makeIndexUnique",
  "mask",
  "readElem",
  "readH5ad",
  "registerAnndataNamespace",
  "removeUnusedCategories",
  "renameCategories",
  "settings",
  "slice",
  "sortToDisk",
  "splitToDisk",
  "subsetToDisk",
  "validateH5ad",
  "version",
  "where",
  "writeCsvs",
  "writeH5ad",
]
`);
  });
});
