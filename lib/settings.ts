// SPDX-License-Identifier: BSD-3-Clause

import { AsyncLocalStorage } from 'node:async_hooks';
import { AnnDataError, quote } from './errors';

/** What can be set, by the camelCase of Python's names. */
export interface SettingValues {
  /** Views drop categories that no row of theirs has, and the colours in `uns` that belong to them. Default true. */
  removeUnusedCategories: boolean;
  /** Warn when names of observations or variables come twice. Default true. */
  checkUniqueness: boolean;
  /**
   * How text columns are stored when the writer is not told: `null` (default) plain unless a value is missing, `true`
   * always nullable, `false` always plain, and an error when a value is missing.
   */
  allowWriteNullableStrings: boolean | null;
  /** Refuse keys with a slash when writing `.h5ad`; otherwise they become nested groups. Default true. */
  disallowForwardSlashInH5ad: boolean;
  /** Store `indices` of sparse matrices as the narrowest unsigned integers. Default false. */
  writeCsrCscIndicesWithMinPossibleDtype: boolean;
}

/** The name of a setting. */
export type SettingName = keyof SettingValues;

const defaults: Readonly<SettingValues> = {
  removeUnusedCategories: true,
  checkUniqueness: true,
  allowWriteNullableStrings: null,
  disallowForwardSlashInH5ad: true,
  writeCsrCscIndicesWithMinPossibleDtype: false,
};

const names = Object.keys(defaults) as SettingName[];

/**
 * Settings of the whole process, read and assigned like properties; see {@link SettingValues}. A variable
 * `ANNDATA_CHECK_UNIQUENESS=false` in the environment gives another start value.
 *
 * @example
 * ```ts
 * settings.checkUniqueness = false;
 * await settings.override({ allowWriteNullableStrings: true }, () => writeH5ad('cells.h5ad', adata));
 * settings.reset();
 * ```
 */
export interface Settings extends SettingValues {
  /**
   * Runs `body` with other values: in it, and in everything asynchronous it starts, but nowhere else. Gives what
   * `body` gives. An assignment in `body` to an overridden setting ends with it.
   *
   * @throws {AnnDataError} `ERR_ARGUMENT` for a name that is no setting or a value of another type
   */
  override<T>(values: Partial<SettingValues>, body: () => T): T;
  /** Sets all settings, or the named ones, back to their defaults. */
  reset(...settings: SettingName[]): void;
}

const scopes = new AsyncLocalStorage<Partial<SettingValues>[]>();
let current: SettingValues | undefined;

/** The values outside of any override; the environment is read at the first look. */
function base(): SettingValues {
  current ??= { ...defaults, ...fromEnvironment(process.env) };
  return current;
}

/** The innermost override of a setting, or the values outside of any. */
function holderOf(name: SettingName): Partial<SettingValues> {
  return scopes.getStore()?.findLast((scope) => Object.hasOwn(scope, name)) ?? base();
}

/**
 * The settings an environment has: `ANNDATA_` and Python's name of one, in any case.
 *
 * @throws {AnnDataError} `ERR_ARGUMENT` for a value that is neither true nor false
 */
export function fromEnvironment(environment: Readonly<Record<string, string | undefined>>): Partial<SettingValues> {
  const known = new Map(names.map((name) => [`anndata_${snakeCase(name)}`, name]));
  const found: Partial<SettingValues> = {};
  for (const [variable, text = ''] of Object.entries(environment)) {
    const name = known.get(variable.toLowerCase());
    if (name === undefined) continue;
    const value = truths.get(text.toLowerCase());
    if (value === undefined) {
      throw new AnnDataError(
        'ERR_ARGUMENT',
        `the environment variable ${variable} is ${quote(text)}: true or false was expected`,
      );
    }
    found[name] = value;
  }
  return found;
}

const truths = new Map([
  ...['true', 't', 'yes', 'y', 'on', '1'].map((text) => [text, true] as const),
  ...['false', 'f', 'no', 'n', 'off', '0'].map((text) => [text, false] as const),
]);

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function checked(values: Partial<SettingValues>): Partial<SettingValues> {
  for (const [name, value] of Object.entries(values)) check(name, value);
  return { ...values };
}

function check(name: string, value: unknown): void {
  if (!Object.hasOwn(defaults, name)) {
    throw new AnnDataError('ERR_ARGUMENT', `there is no setting ${quote(name)}; there are ${names.join(', ')}`);
  }
  const mayBeNull = defaults[name as SettingName] === null;
  if (typeof value === 'boolean' || (mayBeNull && value === null)) return;
  const expected = mayBeNull ? 'true, false or null' : 'true or false';
  const found = typeof value === 'string' ? quote(value) : String(value);
  throw new AnnDataError('ERR_ARGUMENT', `${name} is ${expected}, not ${found}`, { key: name });
}

const methods = {
  override<T>(values: Partial<SettingValues>, body: () => T): T {
    return scopes.run([...(scopes.getStore() ?? []), checked(values)], body);
  },
  reset(...chosen: SettingName[]): void {
    for (const name of chosen.length === 0 ? names : chosen) {
      check(name, defaults[name]);
      holderOf(name)[name] = defaults[name] as never;
    }
  },
  toString: () => `settings ${JSON.stringify(Object.fromEntries(names.map((name) => [name, holderOf(name)[name]])))}`,
};

const properties = Object.fromEntries(
  names.map((name) => [
    name,
    {
      enumerable: true,
      get: () => holderOf(name)[name],
      set: (value: unknown) => {
        check(name, value);
        holderOf(name)[name] = value as never;
      },
    },
  ]),
);

/** Settings of the whole process; see {@link Settings}. */
export const settings: Settings = Object.preventExtensions(
  Object.defineProperties(Object.create(methods), properties),
) as Settings;
