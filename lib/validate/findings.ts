// SPDX-License-Identifier: BSD-3-Clause

/**
 * `error`: the file is not a valid AnnData. `warning`: it can be read, but something is odd.
 * `note`: nothing is wrong; something could be better.
 */
export type Severity = 'error' | 'warning' | 'note';

/**
 * The rule that is broken.
 *
 * | rule | broken when |
 * |---|---|
 * | `not-hdf5` | the file is no HDF5 file |
 * | `not-anndata` | the root is something else |
 * | `refused` | an object refers outside the file, is virtual, dangling or otherwise never read |
 * | `encoding` | an encoding is unknown, or its attributes are malformed |
 * | `missing` | a part or an attribute that the encoding demands is not there |
 * | `kind` | a group stands where an array belongs, or the reverse; an attribute is malformed |
 * | `dtype` | an array has an element type its encoding does not allow |
 * | `shape` | an element is not as long or wide as what it is aligned with |
 * | `length` | parts of one element differ in length |
 * | `indptr` | row pointers do not start at 0, fall, or do not end at the number of values |
 * | `index-range` | a row or column number lies outside the matrix |
 * | `code-range` | a category code has no category |
 * | `duplicate` | categories or column names occur twice |
 * | `names` | the row names of a frame differ from those it is aligned with |
 * | `data` | stored values cannot be read: damaged chunks, text that is not UTF-8 |
 * | `filter` | values are compressed with a filter that is not available |
 * | `size` | an array declares far more data than the file holds, or more than the limit |
 * | `nesting` | groups are nested too deeply |
 * | `unreadable` | reading the element fails for another reason |
 * | `unknown-member` | there is something AnnData has no place for; it is ignored |
 * | `old-format` | the layout is that of an older version; `anndata convert` brings it up to date |
 */
export type Rule =
  | 'not-hdf5'
  | 'not-anndata'
  | 'refused'
  | 'encoding'
  | 'missing'
  | 'kind'
  | 'dtype'
  | 'shape'
  | 'length'
  | 'indptr'
  | 'index-range'
  | 'code-range'
  | 'duplicate'
  | 'names'
  | 'data'
  | 'filter'
  | 'size'
  | 'nesting'
  | 'unreadable'
  | 'unknown-member'
  | 'old-format';

/** One thing to say about a file. */
export interface Finding {
  /** How bad it is. */
  severity: Severity;
  /** The rule that is broken. */
  code: Rule;
  /** Where in the file; empty for the file as a whole. */
  key: string;
  /** What was found and what was expected. */
  message: string;
}

const severities: readonly Severity[] = ['error', 'warning', 'note'];

/** Findings in the order they were made. */
export class Findings {
  readonly list: Finding[] = [];

  error(code: Rule, key: string, message: string): void {
    this.list.push({ severity: 'error', code, key, message });
  }

  warning(code: Rule, key: string, message: string): void {
    this.list.push({ severity: 'warning', code, key, message });
  }

  note(code: Rule, key: string, message: string): void {
    this.list.push({ severity: 'note', code, key, message });
  }

  /** Errors first. */
  sorted(): Finding[] {
    return [...this.list].sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
  }

  count(severity: Severity): number {
    return this.list.filter((finding) => finding.severity === severity).length;
  }

  /** Whether there is an error at `key` or below it. */
  hasErrorAt(key: string): boolean {
    return this.list.some(
      (finding) =>
        finding.severity === 'error' && (key === '' || finding.key === key || finding.key.startsWith(`${key}/`)),
    );
  }
}
