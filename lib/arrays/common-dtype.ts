// SPDX-License-Identifier: BSD-3-Clause

import type { NumericDType } from './dtype';

const floatBits = [16, 32, 64] as const;

/**
 * The element type that holds values of all the given ones, by NumPy's rules; float64 for none, null when booleans
 * meet numbers (which Python can only hold as objects).
 */
export function commonDType(dtypes: Iterable<NumericDType>): NumericDType | null {
  const all = new Set(dtypes);
  if (all.size === 0) return 'float64';
  if (all.has('bool')) return all.size === 1 ? 'bool' : null;
  const names = [...all];
  if (names.some((name) => name.startsWith('complex'))) return floatingBits(names) > 32 ? 'complex128' : 'complex64';
  if (names.some((name) => name.startsWith('float'))) return `float${floatingBits(names)}`;
  return integer(names);
}

/** The narrowest float whose range and precision take every one. */
function floatingBits(names: readonly NumericDType[]): 16 | 32 | 64 {
  const need = Math.max(...names.map(floatBitsFor));
  return floatBits.find((bits) => bits >= need) ?? 64;
}

function floatBitsFor(name: NumericDType): number {
  const bits = bitsOf(name);
  if (name.startsWith('complex')) return bits / 2;
  return name.startsWith('float') ? bits : bits * 2;
}

function integer(names: readonly NumericDType[]): NumericDType {
  const signed = Math.max(0, ...names.filter((name) => name.startsWith('int')).map(bitsOf));
  const unsigned = Math.max(0, ...names.filter((name) => name.startsWith('uint')).map(bitsOf));
  if (signed === 0) return `uint${unsigned as 8 | 16 | 32 | 64}`;
  const need = unsigned < signed ? signed : unsigned * 2;
  return need > 64 ? 'float64' : `int${need as 8 | 16 | 32 | 64}`;
}

function bitsOf(name: NumericDType): number {
  return Number(/\d+$/.exec(name)?.[0]);
}
