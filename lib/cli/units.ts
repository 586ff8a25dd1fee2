// SPDX-License-Identifier: BSD-3-Clause

import { UsageError } from './usage-error';

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** Bytes for people: `512 B`, `1.9 MiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1023.5 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/** `700 × 765`. */
export function formatShape(shape: readonly (number | null)[]): string {
  return shape.length === 0 ? 'scalar' : shape.map((n) => n ?? '?').join(' × ');
}

/** `1 column`, `8 columns`. */
export function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${n} ${n === 1 ? noun : plural}`;
}

/**
 * Bytes from what people write: `256M`, `1.5G`, `512KiB`, `1048576`. Every unit is a power of 1024.
 *
 * @throws {UsageError} for anything else
 */
export function parseBytes(text: string, option: string): number {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)\s*([kmgtp]?)(?:i?b)?$/i.exec(text.trim()) ?? [];
  const bytes = Math.floor(Number(digits) * 1024 ** ' kmgtp'.indexOf(unit === '' ? ' ' : unit.toLowerCase()));
  if (Number.isSafeInteger(bytes)) return bytes;
  throw new UsageError(`${option} takes a size such as 256M or 1G, not ${JSON.stringify(text)}`);
}
