// SPDX-License-Identifier: BSD-3-Clause
//
// What all commands have in common: help with examples, one JSON document, errors as one line and as a document, exit codes.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpack } from '../support/bad-files';
import { anndata, buildCommand, fixtures, main, root } from '../support/command';

const pbmc = join(fixtures, 'pbmc68k_reduced.h5ad');
const folder = mkdtempSync(join(tmpdir(), 'anndata-every-'));
const at = (name: string) => join(folder, name);

beforeAll(buildCommand);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Arguments with a file to read in the place of FILE. */
const commands: Record<string, string[]> = {
  info: ['FILE'],
  tree: ['FILE'],
  head: ['FILE', 'X'],
  get: ['FILE', 'obs'],
  validate: ['FILE'],
  diff: ['FILE', pbmc],
  stats: ['FILE'],
  convert: ['FILE', at('convert.h5ad'), '--force'],
  concat: ['FILE', pbmc, '-o', at('concat.h5ad'), '--force'],
  subset: ['FILE', at('subset.h5ad'), '--obs-slice', '0:9', '--force'],
  split: ['FILE', at('split'), '--by', 'phase', '--force'],
};

const line = (name: string, file: string): string[] => [
  name,
  ...commands[name]!.map((arg) => (arg === 'FILE' ? file : arg)),
];

test('none is left out here, and docs/cli.md has a chapter for each', async () => {
  const { stdout } = await anndata(['--help']);
  const names = [...stdout.matchAll(/^ {2}(\w+) .*(?:<|\[)/gm)].map(([, name]) => name as string);
  expect(names.filter((name) => name !== 'help').sort()).toEqual([...Object.keys(commands), 'completion'].sort());
  const page = readFileSync(join(root, 'docs/cli.md'), 'utf8');
  for (const name of [...Object.keys(commands), 'completion']) expect(page).toMatch(new RegExp(`^## ${name}$`, 'm'));
});

describe.each(Object.keys(commands))('%s', (name) => {
  test('help ends with examples', async () => {
    const { code, stdout, stderr } = await anndata([name, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`\\nExamples:\\n( {2}anndata ${name} .*\\n)+`));
  });

  test('--json prints one document', async () => {
    const { code, stdout, stderr } = await anndata([...line(name, pbmc), '--json']);
    expect({ code, stderr: stderr.replace(/^anndata: warning: .*\n/gm, '') }).toEqual({ code: 0, stderr: '' });
    // What is in it: documents.test.ts.
    expect(JSON.parse(stdout)).toMatchObject({ schema: 1 });
  });

  const failed = name === 'diff' ? 2 : 1;
  const invalid = name === 'diff' ? 2 : 3;

  test.each([
    ['a missing file', () => at('nothing.h5ad'), 'ERR_FILE_NOT_FOUND', failed],
    ['a text file', () => at('text.h5ad'), 'ERR_NOT_HDF5', invalid],
    ['a file cut off in the middle', () => at('cut.h5ad'), null, invalid],
  ] as const)('%s', async (_, file, error, exit) => {
    writeFileSync(at('text.h5ad'), 'cell,gene\n');
    writeFileSync(at('cut.h5ad'), readFileSync(pbmc).subarray(0, 300_000));
    const { code, stdout, stderr } = await anndata([...line(name, file()), '--json']);
    // For validate a file that is none is a finding.
    if (name === 'validate' && error !== 'ERR_FILE_NOT_FOUND') {
      expect(code).toBe(3);
      return;
    }
    expect(code).toBe(exit);
    expect(stderr).toMatch(/^anndata: error: .* \[ERR_\w+\]\n$/);
    const document = JSON.parse(stdout) as { error: { code: string } };
    if (error !== null) expect(document.error.code).toBe(error);
  });

  test('a file whose X lies elsewhere', async () => {
    const file = unpack('bad', 'link_external.h5ad', folder);
    const { code, stdout, stderr } = await anndata([...line(name, file), '--json']);
    const reason = 'an external link to \\"other.h5ad\\"; links out of the file are not followed';
    if (['info', 'tree', 'validate', 'diff'].includes(name)) {
      expect({ code, stderr }).toEqual({ code: { info: 0, tree: 0, validate: 3, diff: 1 }[name], stderr: '' });
      expect(stdout).toContain(reason);
      return;
    }
    expect({ code, document: JSON.parse(stdout) }).toEqual({
      code: invalid,
      document: { schema: 1, error: expect.objectContaining({ code: 'ERR_UNSAFE_FILE', key: 'X' }) },
    });
    expect(stderr).toContain('an external link to "other.h5ad"');
  });

  test('a wrong option is a usage error', async () => {
    const { code, stderr } = await anndata([...line(name, pbmc), '--frobnicate']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("unknown option '--frobnicate'") });
  });

  test('an interruption ends it with 130, prints nothing and leaves nothing', async () => {
    // Ctrl-C at the moment from which it is heard; in the middle of the work: writing-faults.test.ts, tables.test.ts.
    const preload = at('interrupt.cjs');
    writeFileSync(
      preload,
      `const { once } = process;
       process.once = function (event, listener) {
         const added = once.call(this, event, listener);
         if (event === 'SIGINT') queueMicrotask(() => process.emit('SIGINT', 'SIGINT'));
         return added;
       };`,
    );
    const home = mkdtempSync(join(folder, 'interrupt-'));
    const args = line(name, pbmc).map((arg) => (arg !== folder && arg.startsWith(folder) ? join(home, 'out') : arg));
    const { code, stdout, stderr } = await anndata([...args, '--json'], { node: ['--require', preload] });
    expect({ code, stdout, stderr }).toEqual({ code: 130, stdout: '', stderr: 'anndata: interrupted\n' });
    expect(readdirSync(home)).toEqual([]);
  });

  const full = existsSync('/dev/full') ? test : test.skip;

  full('a full disk behind the output is told', () => {
    const words = line(name, pbmc).map((word) => `"${word}"`);
    const command = `"${process.execPath}" "${main}" ${words.join(' ')} --json > /dev/full`;
    const { status, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
    expect(stderr).toMatch(/anndata: error: the output cannot be written: .* \[ENOSPC\]\n$/);
    expect(status).toBe(failed);
  });

  test('a reader that leaves ends it quietly', () => {
    const words = line(name, pbmc).map((word) => `"${word}"`);
    const command = `"${process.execPath}" "${main}" ${words.join(' ')} --json | true; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
    expect(stderr.replace(/^anndata: warning: .*\n/gm, '')).toBe('');
    expect(stdout.trim()).toBe('0');
  });
});

// The same by the system's signal; those that write have it in writing-faults.test.ts, info and tree would be done before it is heard.
test.each(['head', 'get', 'validate', 'diff', 'stats'])('Ctrl-C ends %s with 130', async (name) => {
  const preload = at(`${name}.cjs`);
  // As soon as the command listens.
  writeFileSync(
    preload,
    `const timer = setInterval(() => {
       if (process.listenerCount('SIGINT') > 0) { clearInterval(timer); process.kill(process.pid, 'SIGINT'); }
     }, 0);
     timer.unref();`,
  );
  const { code, stdout, stderr } = await anndata(line(name, pbmc), { node: ['--require', preload] });
  expect({ code, stdout, stderr }).toEqual({ code: 130, stdout: '', stderr: 'anndata: interrupted\n' });
});
