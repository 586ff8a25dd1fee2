// SPDX-License-Identifier: BSD-3-Clause

import { pythonKeys, pythonText } from '../../lib/anndata/print';
import { pythonFloat, pythonScalar } from '../../lib/anndata/python-number';
import { python, withPython } from './python';

const texts = ['', 'é', 'a\n\t\r', '\\', "'", '"', '\'"', '\0\x1b', '\u200b', '😀', '\x7f\xa0\xad', '\u2028', '\ud800'];
const floats = [0, -0, 1, 2.5, -3, 1e15, 1e16, 1.5e300, 1e-4, 9.9e-5, 1e-7, 0.1, 123456789.125, 2 ** 53, NaN, Infinity];

describe('text for people', () => {
  test('names are quoted and escaped', () => {
    expect(pythonText('it')).toBe("'it'");
    expect(pythonText("it's")).toBe('"it\'s"');
    expect(pythonText('\'"')).toBe("'\\'\"'");
    expect(pythonText('a\n\u200b\x1b')).toBe("'a\\n\\u200b\\x1b'");
    expect(pythonKeys(['a', null])).toBe("'a', None");
  });

  test('floats have a point or an exponent', () => {
    expect([1, 1e16, 1e-5, -0].map(pythonFloat)).toEqual(['1.0', '1e+16', '1e-05', '-0.0']);
    expect([pythonScalar(1, false), pythonScalar(true, false), pythonScalar(3n, true)]).toEqual(['1', 'True', '3']);
  });

  withPython('texts and floats look as Python prints them', () => {
    const script =
      'import json,sys\nd=json.load(sys.stdin)\nprint(json.dumps([[repr(t) for t in d[0]],[str(float(f)) for f in d[1]]]))';
    const shown = python(script, [
      texts,
      floats.map((value) => (Object.is(value, -0) ? '-0.0' : String(value).toLowerCase())),
    ]);
    expect([texts.map(pythonText), floats.map(pythonFloat)]).toEqual(shown);
  });
});
