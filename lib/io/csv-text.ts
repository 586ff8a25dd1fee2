// SPDX-License-Identifier: BSD-3-Clause

import { narrowFloat, pythonFloat } from '../anndata/python-number';
import { isVector, type Vector } from '../arrays/arrow';
import { type DenseArray, isDenseArray } from '../arrays/dense-array';
import type { DType } from '../arrays/dtype';
import { type Column, columnLength } from '../frame/column';
import { columnFrom } from '../frame/column-from';

/** Gives the text of each row of a column, as pandas writes it. */
export type CellText = (row: number) => string;

/**
 * The cells of a column: numbers in their shortest form (`1.0`, `1e-05`, `inf`), `True` and `False`, nothing where a
 * value is missing.
 */
export function cellsOf(source: Column | DenseArray | Vector): { length: number; text: CellText } {
  const column = isDenseArray(source) || isVector(source) ? columnFrom(source) : source;
  const { values } = column;
  const format = formatOf((column.categories ?? column).dtype);
  const text = (row: number): string => {
    const value = values.get(row) as unknown;
    return value === null || value === undefined ? '' : format(value);
  };
  return { length: columnLength(column), text };
}

/** How elements of a dtype are written. */
export function formatOf(dtype: DType): (value: unknown) => string {
  if (dtype === 'float16') return (value) => real(value as number, roundTo16, 1e3);
  if (dtype === 'float32') return (value) => real(value as number, Math.fround, 1e6);
  if (dtype === 'float64') return (value) => real(value as number);
  if (dtype === 'bool') return (value) => (value === true || value === 1 ? 'True' : 'False');
  if (dtype === 'complex64' || dtype === 'complex128') return (value) => complex(value as readonly [number, number]);
  return (value) => (value === null ? '' : String(value));
}

/** A number of a narrow float with as few digits as tell it apart; others as they are. */
export function shortestOf(value: number, dtype: DType): number {
  if (dtype !== 'float32' && dtype !== 'float16') return value;
  return shortest(value, dtype === 'float32' ? Math.fround : roundTo16);
}

/** One line of cells, quoted where they hold what separates cells or lines. */
export function csvLine(cells: readonly string[], sep: string): string {
  // A line of one empty cell would be no line at all.
  if (cells.length === 1 && cells[0] === '') return '""\n';
  return `${cells.map((cell) => quoted(cell, sep)).join(sep)}\n`;
}

function quoted(cell: string, sep: string): string {
  return cell.includes(sep) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** NumPy shows narrow floats with as few digits as tell them apart, and with exponents from a lower bound on. */
function real(value: number, round?: (value: number) => number, high = 1e16): string {
  if (Number.isNaN(value)) return '';
  return narrowFloat(value, round === undefined ? value : shortest(value, round), high);
}

/** The number with the fewest digits that rounds to `value`. */
function shortest(value: number, round: (value: number) => number): number {
  if (!Number.isFinite(value)) return value;
  // Counts, the most frequent numbers: every narrow float has these, and nothing nearer than the next one. Adding 0 makes -0 one.
  if (Number.isInteger(value) && Math.abs(value) < 1024) return value + 0;
  for (let digits = 1; digits < 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (round(candidate) === value) return evenOf(value, digits, candidate);
  }
  return Number(value.toPrecision(9));
}

/** Halfway between two numbers of so many digits NumPy takes the even one, JavaScript the one away from 0. */
function evenOf(value: number, digits: number, candidate: number): number {
  // What lies halfway ends one digit later.
  if (candidate === value || Number(value.toPrecision(digits + 1)) !== value) return candidate;
  const [mantissa, exponent] = value.toExponential(60).split('e') as [string, string];
  const [, sign, all] = /^(-?)(.*)$/.exec(mantissa.replace('.', '')) as unknown as [string, string, string];
  if (!/^50*$/.test(all.slice(digits)) || Number(all[digits - 1]) % 2 !== 0) return candidate;
  return Number(`${sign}${all[0]}.${all.slice(1, digits)}e${exponent}`);
}

/** The nearest float16, short of overflow. */
function roundTo16(value: number): number {
  const exponent = Math.max(-14, Math.floor(Math.log2(Math.abs(value))));
  const step = 2 ** (exponent - 10);
  const steps = value / step;
  const floor = Math.floor(steps);
  const isUp = steps - floor > 0.5 || (steps - floor === 0.5 && floor % 2 !== 0);
  return (isUp ? floor + 1 : floor) * step;
}

/** Without the point that a float alone has. */
function complex([re, im]: readonly [number, number]): string {
  const part = (value: number): string => pythonFloat(value).replace(/\.0$/, '');
  return `(${part(re)}${im < 0 || Object.is(im, -0) ? '-' : '+'}${part(Math.abs(im))}j)`;
}
