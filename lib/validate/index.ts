// SPDX-License-Identifier: BSD-3-Clause

export type { Finding, Rule, Severity } from './findings';
export { type ValidationReport, validateH5ad } from './validate-h5ad';
export type { ValidateOptions } from './validate-storage';
