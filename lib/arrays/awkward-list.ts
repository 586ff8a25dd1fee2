// SPDX-License-Identifier: BSD-3-Clause

import { bufferOf, isPresent, listEnds, positions, spread, unfold, type Walk } from './awkward-buffers';
import { type AwkwardForm, parameterOf } from './awkward-form';
import type { TypedArray } from './dtype';
import { sizeOf } from './dtype';

/** The JS values of the given rows of a checked layout. Every node is visited once, whatever the number of rows. */
export function listValues(form: AwkwardForm, rows: Float64Array, walk: Walk): unknown[] {
  const { buffers } = walk;
  switch (form.class) {
    case 'EmptyArray':
      return [];
    case 'NumpyArray': {
      const inner = form.inner_shape ?? [];
      const flat = bufferOf(form, 'data', buffers);
      const taken = flat.reshape([flat.size]).subset(spread(rows, sizeOf(inner)));
      return taken.reshape([rows.length, ...inner]).toNested() as unknown[];
    }
    case 'ListOffsetArray':
    case 'ListArray':
    case 'RegularArray':
      return lists(form, rows, walk);
    case 'IndexedArray':
    case 'IndexedOptionArray': {
      const index = positions(form, 'index', buffers);
      return optional(form, rows, (row) => (index[row]! >= 0 ? index[row]! : -1), walk);
    }
    case 'ByteMaskedArray':
    case 'BitMaskedArray': {
      const mask = positions(form, 'mask', buffers);
      return optional(form, rows, (row) => (isPresent(form, mask, row) ? row : -1), walk);
    }
    case 'UnmaskedArray':
      return listValues(form.content!, rows, walk);
    case 'RecordArray':
      return records(form, rows, walk);
    case 'UnionArray':
      return unions(form, rows, walk);
  }
}

function lists(form: AwkwardForm, rows: Float64Array, walk: Walk): unknown[] {
  const kind = parameterOf(form);
  if ((kind === 'string' || kind === 'bytestring') && form.content!.class === 'NumpyArray') {
    return texts(form, rows, walk, kind);
  }
  const { ends, inner } = unfold(listEnds(form, walk.buffers), rows, walk);
  const items = listValues(form.content!, inner, walk);
  return Array.from(rows, (_, i) => items.slice(ends[i]!, ends[i + 1]!));
}

/** Text as strings, bytes as Uint8Arrays of their own. */
function texts(form: AwkwardForm, rows: Float64Array, { buffers }: Walk, kind: 'string' | 'bytestring'): unknown[] {
  const { start, stop } = listEnds(form, buffers);
  const { buffer, byteOffset, byteLength } = bufferOf(form.content!, 'data', buffers).toContiguous().data as TypedArray;
  const bytes = Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
  return Array.from(rows, (row) =>
    kind === 'string'
      ? bytes.toString('utf8', start(row), stop(row))
      : Uint8Array.from(bytes.subarray(start(row), stop(row))),
  );
}

/** Values at `at(row)`, null where that is negative. */
function optional(form: AwkwardForm, rows: Float64Array, at: (row: number) => number, walk: Walk): unknown[] {
  const found = listValues(
    form.content!,
    rows.map(at).filter((place) => place >= 0),
    walk,
  );
  let next = 0;
  return Array.from(rows, (row) => (at(row) >= 0 ? found[next++] : null));
}

function records(form: AwkwardForm, rows: Float64Array, walk: Walk): unknown[] {
  const parts = form.contents!.map((part) => listValues(part, rows, walk));
  return Array.from(rows, (_, i) => {
    if (!form.fields) return parts.map((part) => part[i]);
    const record = Object.create(null) as Record<string, unknown>;
    form.fields.forEach((name, field) => {
      record[name] = parts[field]![i];
    });
    return record;
  });
}

function unions(form: AwkwardForm, rows: Float64Array, walk: Walk): unknown[] {
  const tags = positions(form, 'tags', walk.buffers);
  const index = positions(form, 'index', walk.buffers);
  const parts = form.contents!.map((part, tag) => {
    const own = rows.filter((row) => tags[row] === tag).map((row) => index[row]!);
    return listValues(part, own, walk);
  });
  const next = parts.map(() => 0);
  return Array.from(rows, (row) => parts[tags[row]!]![next[tags[row]!]!++]);
}

/** Whether two lists of such values are the same; NaN equals NaN. */
export function sameValues(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (isList(a) || isList(b)) {
    if (!isList(a) || !isList(b) || a.length !== b.length || Array.isArray(a) !== Array.isArray(b)) return false;
    for (let i = 0; i < a.length; i++) if (!sameValues(a[i], b[i])) return false;
    return true;
  }
  const mine = Object.entries(a);
  return (
    mine.length === Object.keys(b).length &&
    mine.every(([key, value]) => key in b && sameValues(value, (b as Record<string, unknown>)[key]))
  );
}

function isList(value: object): value is ArrayLike<unknown> {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}
