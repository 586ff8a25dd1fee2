// SPDX-License-Identifier: BSD-3-Clause

import { AnnData } from '../../lib/anndata/anndata';
import type { AnnDataInit } from '../../lib/anndata/init';
import { DenseArray } from '../../lib/arrays/dense-array';
import { CsrMatrix } from '../../lib/arrays/sparse-matrix';
import { type AnnDataError, isAnnDataError } from '../../lib/errors';

/** 0, 1, 2, … as a matrix of float64. */
export function dense(...shape: number[]): DenseArray {
  const size = shape.reduce((product, n) => product * n, 1);
  return new DenseArray(
    Float64Array.from({ length: size }, (_, i) => i),
    shape,
  );
}

/** The identity as CSR. */
export function identity(n: number): CsrMatrix {
  const count = Int32Array.from({ length: n + 1 }, (_, i) => i);
  return new CsrMatrix({ shape: [n, n], data: new Float32Array(n).fill(1), indices: count.slice(0, n), indptr: count });
}

/** 4 × 3 with an X of 0 … 11, and whatever else is given. */
export function make(init: AnnDataInit = {}): AnnData {
  return new AnnData({ X: dense(4, 3), ...init });
}

/** Names as strings. */
export function texts(names: Iterable<unknown>): unknown[] {
  return [...names];
}

/** Numbers of a dense array in row-major order. */
export function numbers(value: unknown): number[] {
  return Array.from(value as DenseArray, Number);
}

/** The error `action` throws; fails when it throws none. */
export function failure(action: () => unknown): AnnDataError {
  try {
    action();
  } catch (error) {
    if (isAnnDataError(error)) return error;
    throw error;
  }
  throw new Error('an error was expected');
}

/** `code` of the error, and its key. */
export function refusal(action: () => unknown): string {
  const { code, key } = failure(action);
  return key === undefined ? code : `${code} ${key}`;
}

/** Runs `action` and returns the categories of the warnings it gave. */
export function warningsOf(action: () => unknown): string[] {
  const spy = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  try {
    action();
    return spy.mock.calls.map(([, options]) => (options as unknown as { type: string }).type);
  } finally {
    spy.mockRestore();
  }
}

/** Runs `action` without showing its warnings. */
export function quietly<T>(action: () => T): T {
  let result: T | undefined;
  warningsOf(() => {
    result = action();
  });
  return result as T;
}
