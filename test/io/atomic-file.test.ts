// SPDX-License-Identifier: BSD-3-Clause

import {
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
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
import { native } from '../../lib/native';

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

(process.platform === 'linux' ? describe : describe.skip)('unfinished files of others', () => {
  /** Writes the target, with an unfinished file beside it that `work` finds. */
  async function besideUnfinished(work: (target: string, unfinished: string) => Promise<void>): Promise<boolean> {
    const target = join(folder, 'a.h5ad');
    let unfinished = '';
    const dies = async (path: string): Promise<void> => {
      unfinished = path;
      throw new Error('died');
    };
    await replaceFile(target, dies).catch(() => undefined);
    writeFileSync(unfinished, 'half');
    await new Promise((resolve) => setTimeout(resolve, 2100));
    await work(target, unfinished);
    return existsSync(unfinished);
  }

  const save = (target: string): Promise<void> => replaceFile(target, writer('new'));

  it('are removed when nobody holds them, and stay when somebody does', async () => {
    expect(await besideUnfinished(save)).toBe(false);
    const held = await besideUnfinished(async (target, unfinished) => {
      const handle = openSync(unfinished, 'r+');
      expect(native().tryLock(handle)).toBe(true);
      await save(target);
      closeSync(handle);
    });
    expect(held).toBe(true);
  });

  it('stay where a lock is given to everybody', async () => {
    jest.spyOn(native(), 'tryLock').mockReturnValue(true);
    expect(await besideUnfinished(save)).toBe(true);
    jest.restoreAllMocks();
  });

  it('one that cannot be looked at does not keep the others', async () => {
    const kept = await besideUnfinished(async (target, unfinished) => {
      mkdirSync(`${unfinished.slice(0, -18)}${'0'.repeat(18)}`);
      await save(target);
    });
    expect(kept).toBe(false);
  });
});
