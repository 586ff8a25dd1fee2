// SPDX-License-Identifier: BSD-3-Clause

import type { Utf8Data } from '../storage/storage';
import { unwriteable } from './unwriteable';

/** Half of a surrogate pair on its own: not text, UTF-8 has no form for it. */
const loneSurrogate = /\p{Surrogate}/u;

/** Strings as offsets and UTF-8 bytes. Refuses what a file cannot hold. */
export function encodeTexts(key: string, values: readonly string[]): Utf8Data {
  const offsets = new Int32Array(values.length + 1);
  const parts: Buffer[] = [];
  let end = 0;
  values.forEach((value, i) => {
    checkText(key, value);
    const part = Buffer.from(value, 'utf8');
    parts.push(part);
    end += part.length;
    if (end > 2 ** 31 - 1) throw unwriteable(key, 'the strings take more than 2 GiB; pass them as an Arrow vector');
    offsets[i + 1] = end;
  });
  return { offsets, bytes: new Uint8Array(Buffer.concat(parts)) };
}

/** Refuses text that a file cannot hold. */
export function checkText(key: string, value: string): void {
  if (value.includes('\0'))
    throw unwriteable(key, 'a string contains the character NUL, which the file format cannot hold');
  if (loneSurrogate.test(value))
    throw unwriteable(key, 'a string contains half of a surrogate pair, which is not text');
}
