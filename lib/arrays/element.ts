// SPDX-License-Identifier: BSD-3-Clause

import type { NumericDType } from './dtype';

/** One element: complex numbers are pairs, 64-bit integers bigints, a missing string null. */
export type Element = number | bigint | boolean | string | null | readonly [re: number, im: number];

/** Whether two elements are the same value; NaN equals NaN. */
export function sameElement(a: Element, b: Element): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return sameElement(a[0], b[0]) && sameElement(a[1], b[1]);
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

/** An element as it is shown: text in quotes, complex numbers as a sum. */
export function showElement(element: Element): string {
  if (typeof element === 'string') return JSON.stringify(element);
  if (!Array.isArray(element)) return String(element);
  const [re, im] = element as readonly [number, number];
  return `${re}${im < 0 || Object.is(im, -0) ? '-' : '+'}${Math.abs(im)}j`;
}

const ranges: Readonly<Partial<Record<NumericDType, readonly [low: bigint, high: bigint]>>> = {
  int8: [-(2n ** 7n), 2n ** 7n - 1n],
  int16: [-(2n ** 15n), 2n ** 15n - 1n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint8: [0n, 2n ** 8n - 1n],
  uint16: [0n, 2n ** 16n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};

/**
 * The typed-array slots of `value` as an element of `dtype`: two for complex numbers, bigints for 64-bit integers.
 * Undefined when it is none: text, a fraction or a number out of range for an integer, a number for a boolean. Floats
 * round as they always do.
 */
export function slotsOfElement(value: unknown, dtype: NumericDType): readonly (number | bigint)[] | undefined {
  if (dtype === 'complex64' || dtype === 'complex128') return complexSlots(value);
  if (typeof value === 'boolean') return dtype === 'bool' ? [Number(value)] : undefined;
  if ((typeof value !== 'number' && typeof value !== 'bigint') || dtype === 'bool') return undefined;
  const range = ranges[dtype];
  if (range === undefined) return [Number(value)];
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return undefined;
  const whole = BigInt(value);
  if (whole < range[0] || whole > range[1]) return undefined;
  return [dtype === 'int64' || dtype === 'uint64' ? whole : Number(value)];
}

function complexSlots(value: unknown): readonly number[] | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return [Number(value), 0];
  const isPair = Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'number');
  return isPair ? (value as number[]) : undefined;
}
