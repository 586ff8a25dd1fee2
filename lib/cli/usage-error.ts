// SPDX-License-Identifier: BSD-3-Clause

/** The command line makes no sense in a way the parser cannot know. */
export class UsageError extends Error {
  readonly code = 'ERR_USAGE';

  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
