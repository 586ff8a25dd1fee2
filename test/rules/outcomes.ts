// SPDX-License-Identifier: BSD-3-Clause
//
// Rules of `ANNDATA.md` as pairs: a small program in Python and the same here. Both run, and give the same.

import { AlignedMapping } from '../../lib/anndata/aligned-mapping';
import { isVector } from '../../lib/arrays/arrow';
import {
  AnnData,
  type AnnDataInit,
  CsrMatrix,
  categorical,
  DataFrame,
  type DataFrameInit,
  DenseArray,
  isAnnData,
  isAnnDataError,
  isDataFrame,
  isDenseArray,
  isSparse,
} from '../../lib/index';
import { dense } from '../anndata/helpers';
import { excuse } from '../support/deviations';
import { describeWithPython, runPython } from '../support/python';

/**
 * Number of a rule, a program of `python/outcomes.py`, the same in JavaScript; where the outcomes must not be the
 * same, the row of `docs/deviations.md` that says so.
 */
export type Case = readonly [rule: string, python: string, ours: (a: AnnData) => unknown, deviation?: string];

/** The object the rules speak of. */
export function fixture(): AnnData {
  const shifted = dense(4, 3);
  (shifted.data as Float64Array).forEach((value, i, data) => {
    data[i] = value + 100;
  });
  return new AnnData({
    X: dense(4, 3),
    obs: { obsNames: ['w', 'x', 'y', 'z'], x: [1, 2, 3, 4], c: categorical(['a', 'a', 'b', 'c']) },
    var: { varNames: ['g1', 'g2', 'g3'] },
    layers: { l: shifted, s: CsrMatrix.fromDense(dense(4, 3)) },
    obsm: { m: dense(4, 2) },
    obsp: { o: dense(4, 4) },
    uns: { n: { x: 1 }, c_colors: ['r', 'g', 'b'] },
  });
}

/** An object of these observations, X counting from 0. */
export function named(names: string): AnnData {
  const list = names.split(' ');
  return new AnnData({ X: dense(list.length, 2), obs: { obsNames: list } });
}

interface Columns {
  obs?: NonNullable<DataFrameInit['columns']>;
  var?: NonNullable<DataFrameInit['columns']>;
}

/** An object named by letters. */
export function letters(obs: string, vars: string, init: Omit<AnnDataInit, 'obs' | 'var'> & Columns = {}): AnnData {
  const { obs: obsColumns = {}, var: varColumns = {}, ...rest } = init;
  return new AnnData({
    ...rest,
    obs: new DataFrame({ index: [...obs], columns: obsColumns }),
    var: new DataFrame({ index: [...vars], columns: varColumns }),
  });
}

/** float64 from 1 on. */
export function counted(rows: number, columns: number): DenseArray {
  const data = Float64Array.from({ length: rows * columns }, (_, i) => 1 + i);
  return new DenseArray(data, [rows, columns]);
}

/** A column as the script spells one. */
export function column(frame: DataFrame, name: string): unknown {
  const { categories, ordered } = frame.column(name);
  const values = show(frame.get(name));
  return categories === undefined || categories === null ? values : [values, show(categories.values), ordered];
}

function show(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return Number.isNaN(value) ? 'missing' : value;
  if (value === null || typeof value !== 'object') return value;
  if (isAnnData(value)) return { obs: show(value.obsNames), var: show(value.varNames), X: show(value.X) };
  if (isSparse(value)) return [value.format, value.dtype, show(value.toDense().toNested())];
  if (isDenseArray(value))
    return value.dtype === 'string' ? show(value.toNested()) : [value.dtype, show(value.toNested())];
  if (isDataFrame(value)) return Object.fromEntries(value.columns.map((name) => [name, column(value, name)]));
  if (isVector(value)) return Array.from(value, (one) => (one === null ? 'missing' : show(one)));
  if (value instanceof Map || value instanceof AlignedMapping)
    return Object.fromEntries([...value.entries()].map(([key, one]) => [key ?? 'None', show(one)]));
  if (Symbol.iterator in value) return Array.from(value as Iterable<unknown>, show);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, show(one)]));
}

function outcome(ours: Case[2]): unknown {
  const spy = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  try {
    return show(ours(fixture()));
  } catch (error) {
    if (isAnnDataError(error)) return 'refused';
    throw error;
  } finally {
    spy.mockRestore();
  }
}

/** A suite of pairs; the programs run in one interpreter. */
export function beside(title: string, cases: readonly Case[]): void {
  describeWithPython(`${title}, beside Python`, () => {
    let expected: unknown[];

    beforeAll(async () => {
      const input = JSON.stringify(cases.map(([, program]) => program));
      expected = JSON.parse((await runPython('test/rules/python/outcomes.py', [], { input })).stdout) as unknown[];
    });

    test.each(cases.map((one, i) => [one[0], one[1].replaceAll('\n', '; '), one, i] as const))(
      '%s %s',
      (_rule, _program, [, , ours, deviation], i) => {
        const found = outcome(ours);
        if (deviation === undefined) expect(found).toEqual(expected[i]);
        else expect([excuse(deviation), found]).not.toEqual([deviation, expected[i]]);
      },
    );
  });
}
