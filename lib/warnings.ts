// SPDX-License-Identifier: BSD-3-Clause

/**
 * Kinds of warnings, by the names Python users filter on.
 *
 * | category | meaning |
 * |---|---|
 * | `ExperimentalFeatureWarning` | a feature is used that may still change |
 * | `ImplicitModificationWarning` | a value that was passed in was changed to fit, or a view became an object of its own |
 * | `OldFormatWarning` | an element was read by the rules of an older file format |
 * | `WriteWarning` | a value is written in another form than it has in memory, or left out |
 * | `FutureWarning` | behaviour that upstream has announced to change |
 * | `UserWarning` | anything else a caller should know |
 */
export type WarningCategory =
  | 'ExperimentalFeatureWarning'
  | 'ImplicitModificationWarning'
  | 'OldFormatWarning'
  | 'WriteWarning'
  | 'FutureWarning'
  | 'UserWarning';

/**
 * A warning that is raised. Warnings are shown through Node's own channel: listen with `process.on('warning', w => …)`,
 * where `w.name` is the category and `w.code` an `ANNDATA_…` code, or start Node with
 * `--disable-warning=ANNDATA_FUTURE` to silence one category.
 *
 * @example
 * ```ts
 * process.once('warning', ({ name, message }) => console.error(name, message));
 * filterWarnings('ignore', 'FutureWarning');
 * ```
 */
export class AnnDataWarning extends Error {
  /** `ANNDATA_…` */
  readonly code: string;

  /**
   * @param category - becomes the name
   * @param code - `ANNDATA_…`
   */
  constructor(category: WarningCategory, code: string, message: string) {
    super(message);
    this.name = category;
    this.code = code;
  }
}

/** A feature is used that may still change. See {@link filterWarnings}. */
export class ExperimentalFeatureWarning extends AnnDataWarning {
  /** @param message - what a caller should know */
  constructor(message: string) {
    super('ExperimentalFeatureWarning', 'ANNDATA_EXPERIMENTAL', message);
  }
}

/** A value that was passed in was changed to fit, or a view became an object of its own. See {@link filterWarnings}. */
export class ImplicitModificationWarning extends AnnDataWarning {
  /** @param message - what a caller should know */
  constructor(message: string) {
    super('ImplicitModificationWarning', 'ANNDATA_IMPLICIT_MODIFICATION', message);
  }
}

/** An element was read by the rules of an older file format. See {@link filterWarnings}. */
export class OldFormatWarning extends AnnDataWarning {
  /** @param message - what a caller should know */
  constructor(message: string) {
    super('OldFormatWarning', 'ANNDATA_OLD_FORMAT', message);
  }
}

/** A value is written in another form than it has in memory, or left out. See {@link filterWarnings}. */
export class WriteWarning extends AnnDataWarning {
  /** @param message - what a caller should know */
  constructor(message: string) {
    super('WriteWarning', 'ANNDATA_WRITE', message);
  }
}

/** Behaviour that upstream has announced to change. See {@link filterWarnings}. */
export class FutureWarning extends AnnDataWarning {
  /** @param message - what a caller should know */
  constructor(message: string) {
    super('FutureWarning', 'ANNDATA_FUTURE', message);
  }
}

/** Anything else a caller should know. See {@link filterWarnings}. */
export class UserWarning extends AnnDataWarning {
  /** @param message - what a caller should know */
  constructor(message: string) {
    super('UserWarning', 'ANNDATA_USER', message);
  }
}

const classes: Readonly<Record<WarningCategory, new (message: string) => AnnDataWarning>> = {
  ExperimentalFeatureWarning,
  ImplicitModificationWarning,
  OldFormatWarning,
  WriteWarning,
  FutureWarning,
  UserWarning,
};

/** What becomes of a warning: it is shown, dropped, or thrown where it arises. */
export type WarningAction = 'show' | 'ignore' | 'raise';

const actions = new Map<WarningCategory, WarningAction>();

/**
 * Says what becomes of warnings of the given categories, by default of all.
 *
 * @example
 * ```ts
 * filterWarnings('ignore', 'OldFormatWarning');
 * filterWarnings('raise', 'ImplicitModificationWarning', 'WriteWarning');
 * filterWarnings('show'); // all again
 * ```
 */
export function filterWarnings(action: WarningAction, ...categories: WarningCategory[]): void {
  const chosen = categories.length === 0 ? (Object.keys(classes) as WarningCategory[]) : categories;
  for (const category of chosen) actions.set(category, action);
}

/**
 * Emits a warning, unless {@link filterWarnings} has silenced its category.
 *
 * @throws {AnnDataWarning} when the category is to be raised
 */
export function warn(category: WarningCategory, message: string): void {
  const action = actions.get(category);
  if (action === 'ignore') return;
  const warning = new classes[category](message);
  if (action === 'raise') throw warning;
  // Not the object itself: Node refuses errors of another realm, such as those of a test runner.
  process.emitWarning(message, { type: category, code: warning.code });
}
