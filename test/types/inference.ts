// SPDX-License-Identifier: BSD-3-Clause
//
// What TypeScript infers for callers. Nothing here runs: types.test.ts compiles it, and a wrong type is an error.

import type { Vector } from 'apache-arrow';
import {
  A,
  type AnnData,
  type AsyncOptions,
  type AxisHandle,
  type AxisValue,
  type ColumnValue,
  type CscMatrix,
  CsrMatrix,
  concat,
  concatAsync,
  type DataFrame,
  type DenseArray,
  type Element,
  type GroupBy,
  isAnnData,
  isAnnDataError,
  isSparse,
  type Matrix,
  type MatrixHandle,
  type MemberSizes,
  makeIndexUnique,
  readElem,
  type readH5ad,
  registerAnndataNamespace,
  settings,
  slice,
  where,
} from '../../lib';

type Equal<X, Y> = (<T>() => T extends X ? 1 : 2) extends <T>() => T extends Y ? 1 : 2 ? true : false;

/** Compiles only when the type says true. */
export type Expect<T extends true> = T;

declare const memory: AnnData;
declare const backed: AnnData<'backed'>;
declare const csr: CsrMatrix;
declare const csc: CscMatrix;
declare const dense: DenseArray;
declare const frame: DataFrame;
declare const matrix: Matrix;

const view = memory.subset(slice(0, 10), ['CD3D']);
const backedView = backed.subset(where('louvain', 'B cells'));
const column = memory.subset(A.obs.at('louvain'));
const whole = memory.subset(A.X);
const annotation = memory.subset(A.obs);
export type Subset = [
  Expect<Equal<typeof view, AnnData<'memory'>>>,
  Expect<Equal<typeof backedView, AnnData<'backed'>>>,
  Expect<Equal<typeof column, Vector | DenseArray | Matrix>>,
  Expect<Equal<typeof whole, Matrix>>,
  Expect<Equal<typeof annotation, DataFrame>>,
];
// @ts-expect-error: a lost variable must not select everything
memory.subset(undefined);
// @ts-expect-error: a set is no selector
memory.subset(new Set(['a']));
// @ts-expect-error: names and positions do not mix
memory.subset(['a', 1]);
// @ts-expect-error: a reference chooses both axes
memory.subset(A.X.at(null, 'g'), null);

const rows = csr.subset([0]);
const columns = csc.subset(null, [0]);
const turned = csr.transpose();
const cut = dense.subset([0]);
const later = csr.subsetAsync([0]);
export type Matrices = [
  Expect<Equal<typeof rows, CsrMatrix>>,
  Expect<Equal<typeof columns, CscMatrix>>,
  Expect<Equal<typeof turned, CscMatrix>>,
  Expect<Equal<typeof cut, DenseArray>>,
  Expect<Equal<typeof later, Promise<CsrMatrix>>>,
  Expect<Equal<ReturnType<typeof csc.toCsr>, CsrMatrix>>,
  Expect<Equal<typeof csr.format, 'csr'>>,
];
const total = csr.sum();
const totals = csr.sum(0);
export type Sums = [Expect<Equal<typeof total, Element>>, Expect<Equal<typeof totals, DenseArray>>];
// @ts-expect-error: a matrix has two axes
csr.sum(2);
if (isSparse(matrix)) {
  const narrowed: CsrMatrix | CscMatrix = matrix;
  narrowed.toCsr();
  if (matrix.format === 'csr') matrix.rows();
  // @ts-expect-error: the rows of either kind are not at hand
  matrix.rows();
}
const options: AsyncOptions = { signal: new AbortController().signal };
// @ts-expect-error: there is no such option
CsrMatrix.vstackAsync([csr], { ...options, timeout: 5 });

const values = frame.get('n_genes');
const groups = frame.groupBy('louvain');
const pairs = frame.groupBy(['louvain', 'phase']);
const picked = frame.filter((row: { n_genes: bigint }) => row.n_genes > 200n);
export type Frames = [
  Expect<Equal<typeof values, Vector>>,
  Expect<Equal<typeof groups, GroupBy<ColumnValue>>>,
  Expect<Equal<typeof pairs, GroupBy<readonly ColumnValue[]>>>,
  Expect<Equal<typeof picked, DataFrame>>,
  Expect<Equal<ReturnType<typeof frame.valueCounts>, Map<ColumnValue, number>>>,
];
// @ts-expect-error: dates are no values of a column
frame.set('when', [new Date()]);

export type Members = [
  Expect<Equal<typeof memory.X, Matrix | null>>,
  Expect<Equal<typeof backed.X, MatrixHandle | null>>,
  Expect<Equal<ReturnType<typeof memory.layers.get>, Matrix | null | undefined>>,
  Expect<Equal<ReturnType<typeof backed.layers.get>, MatrixHandle | null | undefined>>,
  Expect<Equal<ReturnType<typeof memory.obsm.get>, AxisValue | null | undefined>>,
  Expect<Equal<ReturnType<typeof backed.obsm.get>, AxisHandle | null | undefined>>,
  Expect<Equal<ReturnType<typeof memory.obsp.copy>, Map<string, Matrix | null>>>,
  Expect<Equal<typeof memory.shape, [number, number]>>,
];
// @ts-expect-error: X alone has the key null
memory.obsm.get(null);
memory.layers.get(null);
// @ts-expect-error: a nested list has no element type
memory.X = [[1, 2]];
// @ts-expect-error: sizes follow from what is there
memory.nObs = 5;

// What is in memory is used as it is; what is in a file is read first.
memory.X?.subset([0]);
backed.X?.read().then((X) => X.subset([0]));
// @ts-expect-error: a handle is no matrix
backed.X?.data;
// @ts-expect-error: nor is an object that is backed one in memory
export const plain: AnnData = backed;

const joined = concat([memory, memory]);
const joinedLater = concatAsync({ a: memory }, { label: 'batch' });
const moved = backed.toMemory();
export type Results = [
  Expect<Equal<typeof joined, AnnData<'memory'>>>,
  Expect<Equal<typeof joinedLater, Promise<AnnData<'memory'>>>>,
  Expect<Equal<typeof moved, Promise<AnnData<'memory'>>>>,
  Expect<Equal<ReturnType<typeof readH5ad>, Promise<AnnData<'memory'>>>>,
];
// @ts-expect-error: there is no such join
concat([memory], { join: 'left' });

const element = readElem<DataFrame>('cells.h5ad', 'obs');
const unknown = readElem('cells.h5ad', 'obs');
const names = makeIndexUnique(memory.obsNames);
const strings = makeIndexUnique(['a', 'a']);
const bytes = memory.sizeOf();
const sizes = memory.sizeOf({ stratified: true });
export type Functions = [
  Expect<Equal<typeof element, Promise<DataFrame>>>,
  Expect<Equal<typeof unknown, Promise<unknown>>>,
  Expect<Equal<typeof names, Vector>>,
  Expect<Equal<typeof strings, (string | null)[]>>,
  Expect<Equal<typeof bytes, number>>,
  Expect<Equal<typeof sizes, MemberSizes>>,
];

class Lineage {
  constructor(readonly adata: AnnData) {}
  depth(): number {
    return this.adata.nObs;
  }
}
declare global {
  interface AnnDataNamespaces {
    /** Made by {@link inference.ts}. */
    lineage: Lineage;
  }
}
const Registered = registerAnndataNamespace('lineage', Lineage);
export type Namespaces = [
  Expect<Equal<typeof Registered, typeof Lineage>>,
  Expect<Equal<typeof memory.lineage, Lineage>>,
  Expect<Equal<ReturnType<typeof backed.lineage.depth>, number>>,
];
// @ts-expect-error: nobody has declared it
memory.linage;
declare class Named {
  constructor(name: string);
}
// @ts-expect-error: a namespace is built with the object
registerAnndataNamespace('other', Named);

settings.checkUniqueness = false;
settings.allowWriteNullableStrings = null;
const result = settings.override({ checkUniqueness: false }, async () => 5);
export type Settings = [Expect<Equal<typeof result, Promise<number>>>];
// @ts-expect-error: there is no such setting
settings.checkUnique = false;
// @ts-expect-error: it is true or false
settings.checkUniqueness = null;
// @ts-expect-error: nor in an override
settings.override({ uniqueness: false }, () => 5);
// @ts-expect-error: nor to be reset
settings.reset('uniqueness');

export function narrow(value: unknown): void {
  if (isAnnData(value)) value.obs.get('louvain');
  if (isAnnDataError(value)) value.code satisfies string;
  // @ts-expect-error: there is no such code
  isAnnDataError(value, 'ERR_NONE');
}
