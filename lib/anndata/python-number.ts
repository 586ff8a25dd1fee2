// SPDX-License-Identifier: BSD-3-Clause

/**
 * A number as Python's `str` shows a float: always with a point or an exponent, exponents from 1e16 and below 1e-4,
 * at least two digits of exponent.
 */
export function pythonFloat(value: number): string {
  return narrowFloat(value, value, 1e16);
}

/**
 * A number of a narrower type as NumPy shows it.
 *
 * @param shown - the number with the fewest digits that stands for `value`
 * @param high - where exponents begin
 */
export function narrowFloat(value: number, shown: number, high: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (size !== 0 && (size >= high || size < 1e-4)) {
    const [digits, exponent] = shown.toExponential().split('e') as [string, string];
    return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
  }
  return Number.isInteger(shown) ? `${shown}.0` : `${shown}`;
}

/** A scalar as Python's `str` shows it; `float` tells whether numbers are floats there. */
export function pythonScalar(value: unknown, float: boolean): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return float || !Number.isInteger(value) ? pythonFloat(value) : `${value}`;
  return String(value);
}
