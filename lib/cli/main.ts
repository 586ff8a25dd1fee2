#!/usr/bin/env node
// SPDX-License-Identifier: BSD-3-Clause

import { Command, CommanderError, Option } from 'commander';
import { packageVersion } from '../native';
import { exitCode } from './exit-codes';
import { ignoreBrokenPipe, reportError } from './output';

/** Runs one command line; what a command needs is loaded only when it is the one asked for. */
async function main(argv: readonly string[]): Promise<number> {
  let code: number = exitCode.ok;
  const program = describeCommands((run) => async (json) => {
    try {
      code = await run();
    } catch (error) {
      code = reportError(error, json);
    }
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    code = error.exitCode === 0 ? exitCode.ok : exitCode.usage;
  }
  return code;
}

type Guard = (run: () => Promise<number>) => (json: boolean) => Promise<void>;

function describeCommands(guard: Guard): Command {
  const program = new Command('anndata')
    .description('Look into, convert and check .h5ad files.')
    .version(packageVersion())
    .showHelpAfterError('(try "anndata --help")')
    .addHelpText('after', '\nExit codes: 0 fine, 1 failed, 2 usage, 3 the file is not a valid AnnData.')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'anndata: error: ')) });

  program
    .command('info')
    .description('show shape and elements; reads metadata only')
    .argument('<file>', '.h5ad file')
    .option('--json', 'print JSON')
    .action((file: string, options: { json?: boolean }) =>
      guard(() => load<typeof import('./info')>('./info').info(file, options))(options.json === true),
    );

  program
    .command('convert')
    .description('write a file anew in the current format')
    .argument('<in>', '.h5ad file of any age')
    .argument('<out>', 'file to write')
    .addOption(
      new Option('--compression <codec>', 'how arrays are compressed')
        .choices(['gzip', 'lzf', 'zstd', 'none'])
        .default('none'),
    )
    .option('--level <n>', 'gzip 0 to 9 (default 4), zstd 1 to 22 (default 3)')
    .option('--force', 'replace an existing file')
    .action((input: string, output: string, options: import('./convert').ConvertOptions) =>
      guard(() => load<typeof import('./convert')>('./convert').convert(input, output, options))(false),
    );

  program
    .command('validate')
    .description('check everything in a file and list all findings')
    .argument('<file>', '.h5ad file')
    .option('--json', 'print JSON')
    .action((file: string, options: { json?: boolean }) =>
      guard(() => load<typeof import('./validate')>('./validate').validate(file, options))(options.json === true),
    );
  return program;
}

/** Loads a command's module; a plain require, so that start-up pays only for what runs. */
function load<T>(module: string): T {
  return require(module) as T;
}

ignoreBrokenPipe();
main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.exitCode = reportError(error, false);
  },
);
