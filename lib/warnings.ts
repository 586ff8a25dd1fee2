// SPDX-License-Identifier: BSD-3-Clause

/**
 * Kinds of warnings, by the names Python users filter on.
 *
 * | category | meaning |
 * |---|---|
 * | `ImplicitModificationWarning` | a value that was passed in was changed to fit |
 * | `OldFormatWarning` | an element was read by the rules of an older file format |
 * | `WriteWarning` | a value is written in another form than it has in memory |
 * | `FutureWarning` | behaviour that upstream has announced to change |
 * | `UserWarning` | anything else a caller should know |
 */
export type WarningCategory =
  | 'ImplicitModificationWarning'
  | 'OldFormatWarning'
  | 'WriteWarning'
  | 'FutureWarning'
  | 'UserWarning';

const codes: Readonly<Record<WarningCategory, string>> = {
  ImplicitModificationWarning: 'ANNDATA_IMPLICIT_MODIFICATION',
  OldFormatWarning: 'ANNDATA_OLD_FORMAT',
  WriteWarning: 'ANNDATA_WRITE',
  FutureWarning: 'ANNDATA_FUTURE',
  UserWarning: 'ANNDATA_USER',
};

/**
 * Emits a warning on Node's own channel: listen with `process.on('warning', w => …)`, where `w.name` is the
 * category and `w.code` an `ANNDATA_…` code; `node --disable-warning=ANNDATA_FUTURE` silences one category.
 */
export function warn(category: WarningCategory, message: string): void {
  process.emitWarning(message, { type: category, code: codes[category] });
}
