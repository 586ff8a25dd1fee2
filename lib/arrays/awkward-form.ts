// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError, quote } from '../errors';

/** One node of an awkward array's layout, by awkward's own field names. */
export interface AwkwardForm {
  readonly class: AwkwardClass;
  readonly form_key: string;
  readonly content?: AwkwardForm;
  readonly contents?: readonly AwkwardForm[];
  /** RecordArray: names of the fields; absent or null for tuples. */
  readonly fields?: readonly string[] | null;
  /** NumpyArray: shape of one row. */
  readonly inner_shape?: readonly number[];
  readonly primitive?: string;
  /** RegularArray: items a row. */
  readonly size?: number;
  readonly valid_when?: boolean;
  readonly lsb_order?: boolean;
  /** Element types of the buffers of positions, such as `i64`. */
  readonly offsets?: string;
  readonly starts?: string;
  readonly stops?: string;
  readonly index?: string;
  readonly mask?: string;
  readonly tags?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

const classes = [
  'EmptyArray',
  'NumpyArray',
  'ListOffsetArray',
  'ListArray',
  'RegularArray',
  'IndexedArray',
  'IndexedOptionArray',
  'ByteMaskedArray',
  'BitMaskedArray',
  'UnmaskedArray',
  'RecordArray',
  'UnionArray',
] as const;

export type AwkwardClass = (typeof classes)[number];

/** Nesting deeper than that is no data anybody has. */
const maxDepth = 64;

/** Checks that `form` is a layout we can walk. @throws {AnnDataError} `ERR_INVALID_FILE` naming what is not */
export function asForm(form: unknown, depth = 0): AwkwardForm {
  if (typeof form !== 'object' || form === null) throw broken(`a node is ${JSON.stringify(form)}, not an object`);
  const node = form as AwkwardForm;
  if (!classes.includes(node.class)) throw broken(`a node has the class ${quote(String(node.class))}`);
  if (depth > maxDepth) throw broken(`it is nested deeper than ${maxDepth} levels`);
  if (typeof node.form_key !== 'string' && node.class !== 'EmptyArray') throw broken(`a ${node.class} has no form_key`);
  if (needsContent(node.class)) asForm(node.content, depth + 1);
  if (node.class === 'RecordArray' || node.class === 'UnionArray') {
    if (!Array.isArray(node.contents)) throw broken(`a ${node.class} has no list of contents`);
    for (const part of node.contents as unknown[]) asForm(part, depth + 1);
    checkFields(node);
  }
  checkSizes(node);
  return node;
}

function checkFields({ fields, contents }: AwkwardForm): void {
  if (fields === undefined || fields === null) return;
  if (!Array.isArray(fields) || fields.some((name) => typeof name !== 'string')) {
    throw broken('the fields of a RecordArray are no list of names');
  }
  if (fields.length !== contents!.length) {
    throw broken(`a RecordArray names ${fields.length} fields for ${contents!.length} contents`);
  }
}

function checkSizes({ class: name, inner_shape: inner = [], size }: AwkwardForm): void {
  const isSize = (n: unknown): boolean => Number.isSafeInteger(n) && (n as number) >= 0;
  if (!Array.isArray(inner) || !inner.every(isSize)) throw broken(`${name} has the shape ${JSON.stringify(inner)}`);
  if (name === 'RegularArray' && !isSize(size)) throw broken(`a RegularArray has the size ${String(size)}`);
}

function needsContent(name: AwkwardClass): boolean {
  return !['EmptyArray', 'NumpyArray', 'RecordArray', 'UnionArray'].includes(name);
}

/** What the list stands for, such as `string`; undefined for a plain list. */
export function parameterOf(form: AwkwardForm): unknown {
  return form.parameters?.['__array__'];
}

function broken(reason: string): AnnDataError {
  return new AnnDataError('ERR_INVALID_FILE', `the form of the awkward array is damaged: ${reason}`);
}
