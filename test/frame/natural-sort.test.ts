// SPDX-License-Identifier: BSD-3-Clause

import { naturalSort } from '../../lib/frame/natural-sort';
import { compareText } from '../../lib/text-order';

describe('naturalSort', () => {
  // Expected orders are those of natsort.natsorted on the sorted list.
  it.each([
    [
      ['x10', 'x2'],
      ['x2', 'x10'],
    ],
    [
      ['B', 'a', 'A', 'x10', 'x9'],
      ['A', 'B', 'a', 'x9', 'x10'],
    ],
    [
      ['a1', 'a01', 'a', 'a1b', '1', '', '10', '9', 'b'],
      ['', '1', '9', '10', 'a', 'a01', 'a1', 'a1b', 'b'],
    ],
    [
      ['10', '99999999999999999999', '99999999999999999998'],
      ['10', '99999999999999999998', '99999999999999999999'],
    ],
    [
      ['é', 'z', 'e'],
      ['e', 'é', 'z'],
    ],
    [
      ['a-1', 'a 1', 'a_1', 'a.5'],
      ['a 1', 'a-1', 'a.5', 'a_1'],
    ],
  ])('sorts %j', (values, expected) => {
    expect(naturalSort(values)).toEqual(expected);
  });

  it('compares by code points', () => {
    expect(compareText('\u{1F600}', '\uFFFD')).toBeGreaterThan(0);
    expect(compareText('a', 'ab')).toBeLessThan(0);
  });
});
