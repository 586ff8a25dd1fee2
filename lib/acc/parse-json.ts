// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError } from '../errors';
import type { AdAcc, ArrayAcc } from './ad-acc';
import type { AdRef } from './ad-ref';

/** What a piece of JSON refers to; see `AdAcc.fromJson`. */
export function parseJson(a: AdAcc, data: unknown): AdRef | ArrayAcc {
  const [slot, key, ...idx] = Array.isArray(data) ? (data as unknown[]) : [];
  const isName = typeof key === 'string';
  if ((slot === 'obs' || slot === 'var') && (isName || key === null) && idx.length === 0) {
    return a[slot].at(key) as AdRef;
  }
  if (slot === 'layers' && (isName || key === null)) return cut(a.layers.at(key), idx) ?? unknown(data);
  if ((slot === 'obsp' || slot === 'varp') && isName) return cut(a[slot].at(key), idx) ?? unknown(data);
  if ((slot === 'obsm' || slot === 'varm') && isName) {
    const entry = a[slot].at(key);
    if (idx.length === 0) return entry;
    if (idx.length === 1 && Number.isSafeInteger(idx[0])) return entry.at(idx[0] as number) as AdRef;
  }
  return unknown(data);
}

function cut<T extends { at(row: string | null, column: string | null): unknown }>(
  matrix: T,
  idx: readonly unknown[],
): AdRef | T | undefined {
  if (idx.length === 0) return matrix;
  const fits = idx.length === 2 && idx.includes(null) && idx.every((part) => part === null || typeof part === 'string');
  return fits ? (matrix.at(idx[0] as string | null, idx[1] as string | null) as AdRef) : undefined;
}

function unknown(data: unknown): never {
  throw new AnnDataError('ERR_ARGUMENT', `${JSON.stringify(data)} refers to nothing`);
}
