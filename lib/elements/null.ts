// SPDX-License-Identifier: BSD-3-Clause

import type { Encoding, Writer } from './registry';

/** Nothing, as a value. */
export const nothing: Encoding = {
  encodingType: 'null',
  encodingVersion: '0.1.0',
  read: async () => ({ value: null }),
};

export const nullWriter: Writer<null> = {
  accepts: (value): value is null => value === null,
  plan(plan, key) {
    plan.array(key, null, { attrs: { 'encoding-type': 'null', 'encoding-version': '0.1.0' } });
  },
};
