// SPDX-License-Identifier: BSD-3-Clause

import { numericVector } from '../../lib/arrays/arrow';
import { CscMatrix, CsrMatrix, DenseArray, slice } from '../../lib/index';
import { beside, type Case, named } from './outcomes';

const bools = (...bits: number[]): DenseArray =>
  new DenseArray(Uint8Array.from(bits), [bits.length], { dtype: 'bool' });
const flags = bools(1, 0, 1, 0);

const cases: Case[] = [
  ['I1', 'a[-1]', (a) => a.subset(-1)],
  ['I1', 'a[0, 0]', (a) => a.subset(0, 0)],
  ['I1', 'a[:, -2]', (a) => a.subset(null, -2)],
  ['I1', 'a[4]', (a) => a.subset(4)],
  ['I1', 'a[-5]', (a) => a.subset(-5)],
  ['I2', 'a["y"]', (a) => a.subset('y')],
  ['I2', 'a["c"]', (a) => a.subset('c')],
  ['I2', 'a[:, "y"]', (a) => a.subset(null, 'y')],
  ['I3', 'named(["w", "x", "w", "y"])["w"]', () => named('w x w y').subset('w')],
  ['I3', 'named(["x", "w", "w", "y"])["w"]', () => named('x w w y').subset('w')],
  ['I4', 'named(["w", "x", "w", "y"])[["w"]]', () => named('w x w y').subset(['w'])],
  ['I4', 'named(["w", "x", "w", "y"])[["x"]]', () => named('w x w y').subset(['x'])],
  ['I5', 'a[["z", "w"]]', (a) => a.subset(['z', 'w'])],
  ['I5', 'a[["x", "x"], ["g3", "g1"]]', (a) => a.subset(['x', 'x'], ['g3', 'g1'])],
  ['I5', 'a[["w", "q"]]', (a) => a.subset(['w', 'q'])],
  ['I6', 'a["w":"y"]', (a) => a.subset(slice('w', 'y'))],
  ['I6', 'a["w":"y":2]', (a) => a.subset(slice('w', 'y', 2))],
  ['I6', 'a["y":"w"]', (a) => a.subset(slice('y', 'w'))],
  ['I6', 'a["x":]', (a) => a.subset(slice('x'))],
  ['I6', 'a[:"x"]', (a) => a.subset(slice(null, 'x'))],
  ['I6', 'a["w":"q"]', (a) => a.subset(slice('w', 'q'))],
  ['I7', 'a[::-1]', (a) => a.subset(slice(null, null, -1))],
  ['I7', 'a[2:99]', (a) => a.subset(slice(2, 99))],
  ['I7', 'a[-3:-1]', (a) => a.subset(slice(-3, -1))],
  ['I7', 'a[3:1]', (a) => a.subset(slice(3, 1))],
  ['I7', 'a[99::-2]', (a) => a.subset(slice(99, null, -2))],
  ['I8', 'a[[-1, 0]]', (a) => a.subset([-1, 0])],
  ['I8', 'a[[0, 0, 1]]', (a) => a.subset([0, 0, 1])],
  ['I8', 'a[np.array([3, 1], "uint8")]', (a) => a.subset(Uint8Array.of(3, 1))],
  ['I8', 'a[[5]]', (a) => a.subset([5])],
  ['I8', 'a[[-5]]', (a) => a.subset([-5])],
  ['I9', 'a[[1., 2.]]', (a) => a.subset(Float64Array.of(1, 2))],
  ['I9', 'a[[.5]]', (a) => a.subset([0.5])],
  ['I9 D12', 'a[[.5, 1.]]', (a) => a.subset([0.5, 1]), 'I9'],
  ['I10', 'a[[True, False, False, True]]', (a) => a.subset([true, false, false, true])],
  ['I10', 'a[[True, False]]', (a) => a.subset([true, false])],
  ['I10', 'a[:, np.ones(4, bool)]', (a) => a.subset(null, bools(1, 1, 1, 1))],
  [
    'I11',
    'a[pd.Series([True, False, True, False], index=list("zyxw"))]',
    (a) => a.subset(numericVector('bool', Uint8Array.of(1, 0, 1, 0))),
  ],
  [
    'I12',
    'a[pd.array([True, None, True, False], dtype="boolean")]',
    (a) => a.subset(numericVector('bool', Uint8Array.of(1, 0, 1, 0), Uint8Array.of(1, 0, 1, 1))),
  ],
  [
    'I12',
    'a[pd.array([True, False, True, False], dtype="boolean")]',
    (a) => a.subset(numericVector('bool', Uint8Array.of(1, 0, 1, 0), Uint8Array.of(1, 1, 1, 1))),
  ],
  ['I13', 'a[np.array([[True], [False], [True], [False]])]', (a) => a.subset(flags.reshape([4, 1]))],
  ['I13', 'a[np.array([[True, False, True, False]])]', (a) => a.subset(flags.reshape([1, 4]))],
  [
    'I13',
    'a[sp.csr_matrix([[True], [False], [True], [False]])]',
    (a) => a.subset(CsrMatrix.fromDense(flags.reshape([4, 1]))),
  ],
  [
    'I13',
    'a[sp.csc_matrix([[True], [False], [True], [False]])]',
    (a) => a.subset(CscMatrix.fromDense(flags.reshape([4, 1]))),
  ],
  ['I14', 'a[[]]', (a) => a.subset([])],
  ['I14', 'a[[], []]', (a) => a.subset([], [])],
  ['I15', 'a[[0, 2], [2, 0]]', (a) => a.subset([0, 2], [2, 0])],
  ['I15', 'a[[True, False, True, False], ["g3"]]', (a) => a.subset(flags, ['g3'])],
  ['I16', 'a["x", :]', (a) => a.subset('x')],
  ['I16', 'a[..., 0]', (a) => a.subset(null, 0)],
  ['I16', 'a[()]', (a) => a.subset(undefined as never)],
  ['I17', 'a[1.5]', (a) => a.subset(1.5)],
  ['I17', 'a[{0}]', (a) => a.subset(new Set([0]) as never)],
  ['I17', 'a[{}]', (a) => a.subset({} as never)],
  ['I17', 'a[None]', (a) => a.subset(null), 'I17'],
  ['I17 D12', 'a[True]', (a) => a.subset(true as never), 'I17'],
  [
    'I18',
    'a[::-1][[True, False, True, False]]',
    (a) => a.subset(slice(null, null, -1)).subset([true, false, true, false]),
  ],
  ['I18', 'a[[3, 1, 0]][1:]', (a) => a.subset([3, 1, 0]).subset(slice(1))],
  ['I18', 'a[:, ["g3", "g1"]][1:3][:, -1]', (a) => a.subset(null, ['g3', 'g1']).subset(slice(1, 3)).subset(null, -1)],
];

beside('2.1 index resolution', cases);
