// SPDX-License-Identifier: BSD-3-Clause

import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isAnnDataError } from '../../lib/errors';
import { replaceFile } from '../../lib/io/atomic-file';
import { referenceIn } from '../../lib/storage/copy-node';
import { createHdf5, openHdf5 } from '../../lib/storage/hdf5';
import { hasOwnHdf5 } from '../support/addon';
import { temporaryFolder, unpack } from '../support/bad-files';
import { describeWithPython, runPython } from '../support/python';

let folder: string;

beforeAll(() => {
  folder = temporaryFolder('copy');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Copies a whole file object by object; tells what was left out. */
async function copyFile(from: string, to: string, signal?: AbortSignal): Promise<string[]> {
  const leftOut: string[] = [];
  const source = await openHdf5(from);
  const writer = await createHdf5(to);
  try {
    const onLeftOut = (key: string, reason: string) => leftOut.push(`${key}: ${reason}`);
    await writer.copy(await source.describe(''), source, '', { signal, onLeftOut });
    await writer.close();
  } catch (error) {
    await writer.abandon();
    throw error;
  } finally {
    await source.close();
  }
  return leftOut;
}

const goldens = readdirSync(join(__dirname, '..', 'fixtures', 'golden'))
  .filter((name) => name.endsWith('.h5ad.gz'))
  .map((name) => name.replace('.gz', ''));

describeWithPython('a copy, object by object', () => {
  test('of every golden file is stored the same', async () => {
    const pairs: [string, string][] = [];
    const notCopied: string[] = [];
    for (const name of goldens) {
      const from = unpack('golden', name, folder);
      const to = join(folder, `${name}-copy.h5`);
      await copyFile(from, to).then(
        () => pairs.push([from, to]),
        (error) => {
          if (!isAnnDataError(error, 'ERR_UNSUPPORTED_TYPE')) throw error;
          notCopied.push(name);
        },
      );
    }
    const { stdout } = await runPython('test/storage/python/same_stored.py', [], { input: JSON.stringify(pairs) });
    const found = (JSON.parse(stdout) as string[][]).map((differences, i) => [pairs[i]?.[0], differences] as const);
    expect(found.filter(([, differences]) => differences.length > 0)).toEqual([]);
    expect(pairs.length).toBeGreaterThan(50);
    expect(notCopied).toEqual([]);
  }, 120_000);

  test('of everything else HDF5 has is stored the same', async () => {
    await runPython('test/storage/python/odd_storage.py', [join(folder, 'odd-storage.h5')]);
    await runPython('test/storage/python/chunks.py', [folder]);
    const pairs: [string, string][] = [];
    for (const name of ['odd-storage', 'chunks', 'odd', 'fill']) {
      pairs.push([join(folder, `${name}.h5`), join(folder, `${name}-copy.h5`)]);
      expect(await copyFile(...(pairs.at(-1) as [string, string]))).toEqual([]);
    }
    const { stdout } = await runPython('test/storage/python/same_stored.py', [], { input: JSON.stringify(pairs) });
    expect(JSON.parse(stdout)).toEqual(pairs.map(() => []));
  }, 60_000);

  test('of chunks that lie is refused, or as it was', async () => {
    const lies = readdirSync(folder).filter((name) => name.startsWith('lie_'));
    expect(lies.length).toBeGreaterThan(8);
    for (const name of lies) {
      const copied = await copyFile(join(folder, name), join(folder, `${name}-copy`)).then(
        () => 'copied',
        (error) => (isAnnDataError(error) ? error.code : error),
      );
      expect(['copied', 'ERR_INVALID_FILE', 'ERR_HDF5', 'ERR_LIMIT']).toContain(copied);
    }
  });

  test('says what cannot be carried over, by key', async () => {
    await runPython('test/storage/python/not_carried.py', [folder]);
    const copy = (name: string) => copyFile(join(folder, `${name}.h5`), join(folder, `${name}-copy.h5`));
    await expect(copy('reference')).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED_TYPE', key: 'g/refers' });
    await expect(copy('attribute')).rejects.toMatchObject({
      code: 'ERR_UNSUPPORTED_TYPE',
      key: 'g/x',
      message: expect.stringContaining('"categories"'),
    });
    await expect(copy('sequences')).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED_TYPE', key: 'g/ragged' });
    await expect(copy('external')).rejects.toMatchObject({ code: 'ERR_UNSAFE_FILE', key: 'g/elsewhere' });
    await expect(copy('virtual')).rejects.toMatchObject({ code: 'ERR_UNSAFE_FILE', key: 'g/v' });
    // HDF5 2.2 reads texts that fill gaps; before, it cannot.
    if (hasOwnHdf5) {
      expect(await copy('gaps')).toEqual([]);
      const pair = ['gaps-copy.h5', 'gaps-filled.h5'].map((name) => join(folder, name));
      const { stdout } = await runPython('test/storage/python/same_stored.py', [], { input: JSON.stringify([pair]) });
      expect(JSON.parse(stdout)).toEqual([[]]);
    } else {
      await expect(copy('gaps')).rejects.toMatchObject({ code: 'ERR_HDF5', key: 'g/t' });
    }
    expect(await copy('harmless')).toEqual(['g/dangling: a dangling soft link', 'g/type: a named datatype']);
    const source = await openHdf5(join(folder, 'attribute.h5'));
    expect(referenceIn(await source.describe(''))).toEqual({ key: 'g/x', what: 'the attribute "categories"' });
    await source.close();
  });

  test('carries attributes over where there are none of that name', async () => {
    const source = await openHdf5(join(folder, 'odd-storage.h5'));
    const to = join(folder, 'attributes.h5');
    const writer = await createHdf5(to);
    await writer.writeAttr('', 'flag', 'ours');
    await writer.copyAttrs('', source, '');
    await writer.close();
    await source.close();
    const copied = await openHdf5(to);
    const node = await copied.describe('');
    await copied.close();
    if (node.kind !== 'group') throw new Error('the root is a group');
    expect([node.attrs.get('flag')?.value, node.attrs.get('a list of text')?.value]).toEqual(['ours', ['α', '', 'c']]);
  });

  test('that is given up leaves nothing', async () => {
    const abort = new AbortController();
    const place = join(folder, 'given-up');
    mkdirSync(place);
    const source = await openHdf5(join(folder, 'odd-storage.h5'));
    const node = await source.describe('');
    let copied = 0;
    const writing = replaceFile(join(place, 'copy.h5'), async (temporary) => {
      const writer = await createHdf5(temporary);
      const onBytes = (bytes: number) => {
        copied += bytes;
        if (copied > 2 ** 20) abort.abort(new Error('enough'));
      };
      await writer.copy(node, source, '', { signal: abort.signal, onBytes }).finally(() => writer.abandon());
    });
    await expect(writing).rejects.toThrow('enough');
    expect(readdirSync(place)).toEqual([]);
    await source.close();
  });

  // What has begun is finished; what the closing overtakes is refused. The last one has all the time it needs.
  test('goes on when its source is closed meanwhile, or never begins', async () => {
    for (const [round, wait] of [0, 1, 5, 20, null].entries()) {
      const source = await openHdf5(join(folder, 'odd-storage.h5'));
      const target = join(folder, `closed-${round}.h5`);
      const writer = await createHdf5(target);
      await writer.createGroup('numbers');
      const node = await source.describe('numbers/long row');
      const copying = writer.copy(node, source, 'numbers/long row').then(
        () => 'copied',
        (error) => error.code,
      );
      await (wait === null ? copying : setTimeout(wait));
      await source.close();
      const outcome = await copying;
      expect(wait === null ? ['copied'] : ['copied', 'ERR_CLOSED']).toContain(outcome);
      await expect(writer.copy(node, source, 'numbers/again')).rejects.toMatchObject({ code: 'ERR_CLOSED' });
      await writer.close();
      if (outcome !== 'copied') continue;
      const copied = await openHdf5(target);
      const array = await copied.describe('numbers/long row');
      expect(array).toMatchObject({ kind: 'array', shape: [2, 700_000], storedBytes: 2 * 700_000 * 8 });
      await copied.close();
    }
  });
});
