// SPDX-License-Identifier: BSD-3-Clause

import { copyHints, type Hint, hintFor, setHint } from '../../lib/elements';

const hint: Hint = { encodingType: 'numeric-scalar', encodingVersion: '0.2.0', dtype: 'int8' };

describe('hints', () => {
  it('count while the container holds the value they were made for', () => {
    const container: Record<string, unknown> = { a: 7 };
    setHint(container, 'a', 7, hint);
    expect(hintFor(container, 'a', container.a)).toBe(hint);
    container.a = 8;
    expect(hintFor(container, 'a', container.a)).toBeUndefined();
    expect(hintFor({ a: 7 }, 'a', 7)).toBeUndefined();
    expect(hintFor(container, 'toString', 7)).toBeUndefined();
  });

  it('know NaN again', () => {
    const container = { a: Number.NaN };
    setHint(container, 'a', Number.NaN, hint);
    expect(hintFor(container, 'a', container.a)).toBe(hint);
  });

  it('go along with a copy, for values that were copied too', () => {
    const from = { n: 1, deep: { x: 1 } };
    setHint(from, 'n', 1, hint);
    setHint(from, 'deep', from.deep, hint);
    const to = { n: 1, deep: { ...from.deep } };
    copyHints(from, to, (value) => (value === from.deep ? to.deep : value));
    expect(hintFor(to, 'n', 1)).toBe(hint);
    expect(hintFor(to, 'deep', to.deep)).toBe(hint);
    expect(hintFor(to, 'deep', from.deep)).toBeUndefined();
  });
});
