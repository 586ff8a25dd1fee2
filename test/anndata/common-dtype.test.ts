// SPDX-License-Identifier: BSD-3-Clause

import { commonDType } from '../../lib/arrays/common-dtype';
import type { NumericDType } from '../../lib/arrays/dtype';
import { python, withPython } from './python';

const names: NumericDType[] = [
  ...(['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64'] as const),
  ...(['float16', 'float32', 'float64', 'complex64', 'complex128'] as const),
];

describe('the element type that columns share', () => {
  test('booleans stay among themselves', () => {
    expect([commonDType(['bool']), commonDType(['bool', 'int8']), commonDType([])]).toEqual(['bool', null, 'float64']);
  });

  withPython('every pair and triple as NumPy promotes it', () => {
    const sets = names.flatMap((a) => names.flatMap((b) => names.map((c) => [a, b, c])));
    const promoted = python(
      'import json,sys,numpy as np\nprint(json.dumps([str(np.result_type(*s)) for s in json.load(sys.stdin)]))',
      sets,
    );
    expect(sets.map(commonDType)).toEqual(promoted);
  });
});
