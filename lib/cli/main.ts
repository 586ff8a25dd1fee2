#!/usr/bin/env node
// SPDX-License-Identifier: BSD-3-Clause

import { CommanderError } from 'commander';
import { describeCommands } from './commands';
import { exitCode } from './exit-codes';
import { reportError, watchOutput } from './output';

/** Runs one command line; what a command needs is loaded only when it is the one asked for. */
async function main(argv: readonly string[]): Promise<number> {
  let code: number = exitCode.ok;
  const program = describeCommands(async (json, run) => {
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

watchOutput();
main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.exitCode = reportError(error, false);
  },
);
