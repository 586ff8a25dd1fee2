// SPDX-License-Identifier: BSD-3-Clause
//
// Fuzzes the decoders with libFuzzer under ASan and UBSan, one after the other, and keeps what reached new code, as few
// and as short inputs as do, in test/native/corpus. Prints a row for docs/fuzzing.md. Needs clang with libFuzzer
// (apt-get install clang libclang-rt-dev); CLANG says where another one is.
//
//   node scripts/fuzz-decoders.mjs [--runs 10000000] [--length 512] [--only NAME …] [--keep 400]
//
// Libraries built with -fsanitize=fuzzer-no-link,address are looked into, too: ZSTD_DIR, LZ4_DIR … say where they are
// (scripts/find-libs.mjs). Of those that are not, bytes past the end of a buffer are noticed all the same.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildSettings, findLibraries } from './find-libs.mjs';
import { root, run, say } from './setup/run.mjs';

const folder = join(root, 'build', 'fuzz');
const program = join(folder, 'decoders');
const corpus = join(root, 'test', 'native', 'corpus');
const ourOutput = { stdio: ['ignore', 2, 2] };

const env = {
  ...process.env,
  ASAN_OPTIONS: 'abort_on_error=1:detect_leaks=1',
  UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
};

/** The names of the decoders. */
function build() {
  const settings = buildSettings(findLibraries());
  const tests = join(root, 'test/native');
  const sources = readFileSync(join(root, 'native/sources.txt'), 'utf8')
    .split('\n')
    .filter((name) => /^codecs\/.*\.cc$/.test(name) && !name.endsWith('/filters.cc'))
    .map((name) => join(root, 'native', name));
  mkdirSync(folder, { recursive: true });
  run(
    process.env.CLANG ?? 'clang++',
    [
      ...['-std=c++17', '-O2', '-g', '-fno-omit-frame-pointer', '-fno-sanitize-recover=all', '-pthread'],
      ...['-fsanitize=fuzzer,address,undefined', `-I${join(root, 'native')}`, `-I${tests}`],
      ...settings.includes.map((dir) => `-isystem${dir}`),
      ...settings.defines.map((define) => `-D${define}`),
      ...['main', 'targets', 'guarded'].map((name) => join(tests, 'fuzz', `${name}.cc`)),
      ...[...sources, '-o', program],
      ...settings.libDirs.flatMap((dir) => [`-L${dir}`, `-Wl,-rpath,${dir}`]),
      '-Wl,--start-group',
      ...settings.libraries.filter((name) => !name.startsWith('hdf5')).map((name) => `-l${name}`),
      ...['-Wl,--end-group', '-lgtest', '-ldl', ...(process.env.LDFLAGS ?? '').split(' ').filter(Boolean)],
    ],
    ourOutput,
  );
  const { stderr } = spawnSync(program, ['--decoder=?'], { encoding: 'utf8', env });
  return /names: (.*)/.exec(stderr)[1].split(' ');
}

/** A file of the corpus: inputs one behind the other, each after its length in four bytes. */
function unpack(name) {
  const file = join(corpus, `${name}.bin`);
  if (!existsSync(file)) return [];
  const all = readFileSync(file);
  const inputs = [];
  for (let at = 0; at < all.length; at += 4 + all.readUInt32LE(at)) {
    inputs.push(all.subarray(at + 4, at + 4 + all.readUInt32LE(at)));
  }
  return inputs;
}

/** The shortest ones, when there are many. */
function pack(name, inputs, most) {
  const kept = inputs.sort((a, b) => a.length - b.length || Buffer.compare(a, b)).slice(0, most);
  const parts = kept.flatMap((input) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(input.length);
    return [length, input];
  });
  mkdirSync(corpus, { recursive: true });
  writeFileSync(join(corpus, `${name}.bin`), Buffer.concat(parts));
  return kept.length;
}

function libFuzzer(args) {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8', env, cwd: folder, maxBuffer: 1 << 30 });
  if (status !== 0) throw new Error(`libFuzzer found something, or failed:\n${stderr.slice(-20_000)}`);
  return stderr;
}

function fuzz(name, { runs, length, keep }) {
  const [work, least] = [join(folder, name), join(folder, `${name}-least`)];
  rmSync(least, { recursive: true, force: true });
  for (const each of [work, least]) mkdirSync(each, { recursive: true });
  for (const [i, input] of unpack(name).entries()) writeFileSync(join(work, `kept${i}`), input);
  const options = [`--decoder=${name}`, `-max_len=${length}`, '-timeout=20', '-rss_limit_mb=4096'];
  const start = performance.now();
  const said = libFuzzer([...options, `-runs=${runs}`, '-print_final_stats=1', '-verbosity=0', work]);
  const seconds = Math.round((performance.now() - start) / 1000);
  const done = Number(/number_of_executed_units:\s*(\d+)/.exec(said)?.[1]);
  libFuzzer([...options, '-merge=1', '-verbosity=0', least, work]);
  const inputs = readdirSync(least).map((file) => readFileSync(join(least, file)));
  const kept = pack(name, inputs, keep);
  console.log(`| ${name} | ${done.toLocaleString('en')} | ${seconds} | ${inputs.length} | ${kept} |`);
}

function main() {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '10000000' },
      length: { type: 'string', default: '512' },
      keep: { type: 'string', default: '400' },
      only: { type: 'string', multiple: true },
    },
  });
  const names = build();
  for (const name of names) mkdirSync(join(folder, name), { recursive: true });
  run(program, [`--seeds=${folder}`], { ...ourOutput, env });
  for (const name of values.only ?? names) {
    fuzz(name, { runs: Number(values.runs), length: Number(values.length), keep: Number(values.keep) });
  }
}

try {
  main();
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
