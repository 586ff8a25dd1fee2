// SPDX-License-Identifier: BSD-3-Clause

import { describeWithPython, runPython } from '../support/python';

/** The other interop tests are worth as much as the comparison they rest on. */
describeWithPython('the strict comparison of files', () => {
  test('catches every kind of difference, and nothing else', async () => {
    const options = ['-q', '-p', 'no:cacheprovider', '-W', 'ignore'];
    const script = 'import sys, pytest; sys.exit(pytest.main(sys.argv[1:]))';
    const { stdout } = await runPython('-c', [script, 'test/interop/python/test_compare.py', ...options]);
    const [, passed] = /(\d+) passed/.exec(stdout) ?? [];
    expect(stdout).not.toMatch(/failed|error/);
    expect(Number(passed)).toBeGreaterThan(140);
  });
});
