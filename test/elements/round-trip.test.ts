// SPDX-License-Identifier: BSD-3-Clause

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planElement, RecordingPlan, type WriteOptions } from '../../lib/elements';
import { readElem } from '../../lib/io/read-elem';
import { writeFile } from '../../lib/io/write-file';
import { describeWithPython, runPython } from '../support/python';

const script = join(__dirname, 'python', 'elements.py');

interface Difference {
  key: string;
}

let folder: string;
let original: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'elements-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function rewrite(name: string, options: WriteOptions = {}): Promise<string> {
  const copy = join(folder, name);
  const plan = new RecordingPlan(options);
  planElement(plan, '', await readElem(original, ''));
  await writeFile(copy, plan, {});
  return copy;
}

/** The differences between the original and each copy, node by node: type, shape, attributes, values. */
async function differences(...copies: string[]): Promise<Difference[][]> {
  const { stdout } = await runPython(script, ['compare', original, ...copies]);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Difference[]);
}

describeWithPython('elements that Python wrote', () => {
  it('are written back equal, node by node, plain and compressed', async () => {
    original = join(folder, 'python.h5');
    await runPython(script, ['make', original]);
    const plain = await rewrite('plain.h5');
    const gzip = await rewrite('gzip.h5', { compression: { codec: 'gzip', level: 1 } });
    const lzf = await rewrite('lzf.h5', { compression: { codec: 'lzf' } });
    expect(await differences(plain, gzip, lzf)).toEqual([[], [], []]);
  });

  it('may be frames of more than 5,000 columns', async () => {
    original = join(folder, 'wide.h5');
    await runPython(script, ['make_wide', original]);
    expect(await differences(await rewrite('wide-copy.h5'))).toEqual([[]]);
  });
});
