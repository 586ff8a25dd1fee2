// SPDX-License-Identifier: BSD-3-Clause

import { asArray, invalid } from './node-access';
import type { Encoding, Writer } from './registry';
import { readText } from './stored-values';
import { unwriteable } from './unwriteable';

const spec = { encodingType: 'bytes', encodingVersion: '0.2.0' } as const;

/** Byte strings some old writer left: read as `Uint8Array`. As in Python they can be read but not written. */
export const bytes: Encoding = {
  ...spec,
  async read(node, ctx) {
    const stored = asArray(node);
    if (stored.type.kind !== 'string' || stored.shape?.length !== 0)
      throw invalid(node.key, 'a single byte string was expected');
    const { offsets, bytes: data } = await readText(stored, ctx);
    return { value: data.slice(0, Number(offsets[1] ?? 0)), hint: spec };
  },
};

/** Stands before the writer of typed arrays: what was bytes must not silently become an array of numbers. */
export const bytesWriter: Writer<Uint8Array> = {
  accepts: (value, hint): value is Uint8Array => hint?.encodingType === 'bytes' && ArrayBuffer.isView(value),
  plan(_plan, key) {
    throw unwriteable(
      key,
      'byte strings can be read but not written; replace the value by a string, or by a copy to store an array of uint8',
    );
  },
};
