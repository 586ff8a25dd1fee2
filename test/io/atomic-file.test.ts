// SPDX-License-Identifier: BSD-3-Clause

import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isAnnDataError } from '../../lib/errors';
import { replaceFile, temporaryPrefix } from '../../lib/io/atomic-file';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atomic-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const writer = (text: string) => (path: string) => writeFile(path, text, { flag: 'wx' });

describe('replaceFile', () => {
  it('creates a file through a temporary one in the same folder', async () => {
    const target = join(folder, 'a.h5ad');
    let seen = '';
    await replaceFile(target, async (path) => {
      seen = path;
      await writer('new')(path);
    });
    expect(readFileSync(target, 'utf8')).toBe('new');
    expect(dirname(seen)).toBe(folder);
    expect(basename(seen).startsWith(temporaryPrefix)).toBe(true);
    expect(readdirSync(folder)).toEqual(['a.h5ad']);
  });

  it('keeps the mode of the file it replaces', async () => {
    const target = join(folder, 'a.h5ad');
    writeFileSync(target, 'old');
    chmodSync(target, 0o640);
    await replaceFile(target, writer('new'));
    expect(statSync(target).mode & 0o777).toBe(0o640);
  });

  it('leaves the old file and no litter when writing fails', async () => {
    const target = join(folder, 'a.h5ad');
    writeFileSync(target, 'old');
    const failing = replaceFile(target, async (path) => {
      await writer('half')(path);
      throw new Error('disk on fire');
    });
    await expect(failing).rejects.toThrow('disk on fire');
    expect(readFileSync(target, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['a.h5ad']);
  });

  it('gives up with the reason of the signal, also after the last byte', async () => {
    const target = join(folder, 'a.h5ad');
    writeFileSync(target, 'old');
    const controller = new AbortController();
    const reason = new Error('enough');
    const aborted = replaceFile(
      target,
      async (path) => {
        await writer('new')(path);
        controller.abort(reason);
      },
      { signal: controller.signal },
    );
    await expect(aborted).rejects.toBe(reason);
    expect(readFileSync(target, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['a.h5ad']);
  });

  it('replaces what a symbolic link points to, not the link', async () => {
    const real = join(folder, 'real.h5ad');
    const link = join(folder, 'link.h5ad');
    writeFileSync(real, 'old');
    symlinkSync('real.h5ad', link);
    await replaceFile(link, writer('new'));
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, 'utf8')).toBe('new');
  });

  it('follows a dangling link to where the file shall be', async () => {
    const link = join(folder, 'link.h5ad');
    symlinkSync('later.h5ad', link);
    await replaceFile(link, writer('new'));
    expect(readFileSync(join(folder, 'later.h5ad'), 'utf8')).toBe('new');
  });

  it('leaves other names of the old file alone', async () => {
    const target = join(folder, 'a.h5ad');
    const other = join(folder, 'b.h5ad');
    writeFileSync(target, 'old');
    linkSync(target, other);
    await replaceFile(target, writer('new'));
    expect(readFileSync(other, 'utf8')).toBe('old');
  });

  it.each([
    ['a folder', (path: string) => mkdirSync(path), 'ERR_IO'],
    ['a loop of links', (path: string) => symlinkSync(basename(path), path), 'ERR_IO'],
  ])('refuses %s', async (_name, make, code) => {
    const target = join(folder, 'odd');
    make(target);
    let called = false;
    const refused = replaceFile(target, async () => {
      called = true;
    });
    await expect(refused).rejects.toMatchObject({ code });
    expect(called).toBe(false);
  });

  it('refuses a device', async () => {
    await expect(replaceFile('/dev/null', writer('new'))).rejects.toMatchObject({ code: 'ERR_IO' });
  });

  it('names a folder that is not there', async () => {
    const error = await replaceFile(join(folder, 'no', 'a.h5ad'), writer('new')).catch((e: unknown) => e);
    expect(isAnnDataError(error, 'ERR_FILE_NOT_FOUND')).toBe(true);
    expect((error as Error).message).toContain('no');
  });
});
