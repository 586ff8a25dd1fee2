// SPDX-License-Identifier: BSD-3-Clause

import { memoryBytesOf, type TypedArray } from '../arrays/dtype';
import { piecesOf } from '../elements/pieces';
import type {
  ArrayNode,
  AttrValue,
  GroupNode,
  Selection,
  StorageNode,
  StorageReader,
  StoredField,
  StoredType,
} from '../storage/storage';
import { textAttr } from './attributes';
import { typeName } from './stored';

/** Something that is not the same in two files, or of which nobody can tell (`not compared`). */
export interface Difference {
  readonly key: string;
  readonly kind:
    | 'only in first'
    | 'only in second'
    | 'kind'
    | 'attribute'
    | 'dtype'
    | 'shape'
    | 'values'
    | 'not compared';
  /** The name of the attribute, or of the field of a record. */
  readonly name: string | null;
  /** What the first file has, and the second; of values the first pair that differs; numbers JSON has not as text. */
  readonly first: unknown;
  readonly second: unknown;
  /** Values that differ. */
  readonly count: number | null;
  /** The greatest difference of two numbers. */
  readonly greatest: number | null;
}

export interface CompareOptions {
  /** Numbers count as equal up to `absolute + relative · |second|`. */
  readonly absolute?: number;
  readonly relative?: number;
  readonly signal?: AbortSignal | undefined;
  /** Told the bytes of memory that were compared since the last call. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/** Memory that a block of an array may take. */
const blockBytes = 8 * 2 ** 20;
const stringBytes = 32;

/** Integers that may have another width in another file, by the encoding of their group. */
const freeWidths: Readonly<Record<string, readonly string[]>> = {
  csr_matrix: ['indices', 'indptr'],
  csc_matrix: ['indices', 'indptr'],
  categorical: ['codes'],
};

interface Side {
  readonly storage: StorageReader;
  readonly node: StorageNode;
}

/**
 * What differs between two objects of files, and everything below them: members, attributes, types, shapes, values; NaN equals NaN. How
 * arrays are stored (chunks, filters, widths of positions) does not matter. What cannot be read (references, lists of any length, links
 * out of the file) is told as `not compared`, never passed over. Memory: two blocks of 8 MiB.
 */
export async function* differences(
  first: Side,
  second: Side,
  options: CompareOptions = {},
): AsyncGenerator<Difference> {
  options.signal?.throwIfAborted();
  const [a, b] = [first.node, second.node];
  if (a.kind !== b.kind || a.kind === 'refused' || b.kind === 'refused') {
    const text = (node: StorageNode) => (node.kind === 'refused' ? node.reason : node.kind);
    yield difference(a.key, text(a) === text(b) ? 'not compared' : 'kind', text(a), text(b));
    return;
  }
  yield* attributes(a.key, a.attrs, b.attrs);
  if (a.kind === 'array') yield* arrays({ ...first, node: a }, { ...second, node: b as ArrayNode }, false, options);
  else yield* groups({ ...first, node: a }, { ...second, node: b as GroupNode }, options);
}

async function* groups(
  first: Side & { node: GroupNode },
  second: Side & { node: GroupNode },
  options: CompareOptions,
): AsyncGenerator<Difference> {
  const [a, b] = [first.node.children ?? new Map(), second.node.children ?? new Map()] as Map<string, StorageNode>[];
  const free = freeWidths[textAttr(first.node, 'encoding-type') ?? ''] ?? [];
  for (const [name, node] of a!) {
    const other = b!.get(name);
    if (other === undefined) yield difference(node.key, 'only in first', describe(node), null);
    else if (free.includes(name) && node.kind === 'array' && other.kind === 'array') {
      yield* attributes(node.key, node.attrs, other.attrs);
      yield* arrays({ ...first, node }, { ...second, node: other }, true, options);
    } else yield* differences({ ...first, node }, { ...second, node: other }, options);
  }
  for (const [name, node] of b!) if (!a!.has(name)) yield difference(node.key, 'only in second', null, describe(node));
}

function* attributes(
  key: string,
  a: ReadonlyMap<string, { value: AttrValue }>,
  b: ReadonlyMap<string, { value: AttrValue }>,
): Generator<Difference> {
  for (const name of new Set([...a.keys(), ...b.keys()])) {
    const [one, two] = [a, b].map((attrs) => plain(attrs.get(name)?.value));
    if (JSON.stringify(one) !== JSON.stringify(two)) yield difference(key, 'attribute', one ?? null, two ?? null, name);
    else if (isUnreadable(one)) yield difference(key, 'not compared', one.unsupported, one.unsupported, name);
  }
}

function isUnreadable(value: unknown): value is { unsupported: string } {
  return typeof value === 'object' && value !== null && 'unsupported' in value;
}

/** Numbers whatever their width, text, lists. */
function plain(value: AttrValue | undefined): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as Iterable<number | bigint>, plain);
  return value;
}

async function* arrays(
  first: Side & { node: ArrayNode },
  second: Side & { node: ArrayNode },
  freeWidth: boolean,
  options: CompareOptions,
): AsyncGenerator<Difference> {
  const [a, b] = [first.node, second.node];
  const { key } = a;
  const isNumeric = a.type.kind === 'numeric' && b.type.kind === 'numeric';
  if (typeName(a.type) !== typeName(b.type) && !(freeWidth && isNumeric)) {
    yield difference(key, 'dtype', typeName(a.type), typeName(b.type));
    if (!isNumeric) return;
  }
  if (JSON.stringify(a.shape) !== JSON.stringify(b.shape)) {
    yield difference(key, 'shape', a.shape, b.shape);
    return;
  }
  if (a.shape === null || a.shape.includes(0)) return;
  if (a.type.kind !== 'compound' || b.type.kind !== 'compound') {
    yield* values(first, second, a.type, '', options);
    return;
  }
  const fields = [a.type, b.type].map((type) => new Map(type.fields.map((field) => [field.name, field])));
  for (const name of new Set(fields.flatMap((each) => [...each.keys()]))) {
    const [one, two] = fields.map((each) => each.get(name));
    const [form, other] = [fieldForm(one), fieldForm(two)];
    if (one === undefined || form !== other) yield difference(key, 'dtype', form, other, name);
    else yield* values(first, second, one.type, name, options);
  }
}

function fieldForm(field: StoredField | undefined): string | null {
  if (field === undefined) return null;
  return `${typeName(field.type)}${field.dims.length === 0 ? '' : `[${field.dims.join(', ')}]`}`;
}

async function* values(
  first: Side & { node: ArrayNode },
  second: Side & { node: ArrayNode },
  type: StoredType,
  field: string,
  options: CompareOptions,
): AsyncGenerator<Difference> {
  const { shape, key, chunks } = first.node;
  if (type.kind !== 'numeric' && type.kind !== 'string') {
    yield difference(key, 'not compared', typeName(type), typeName(type), field === '' ? null : field);
    return;
  }
  const each = type.kind === 'string' ? stringBytes : type.dtype === 'longdouble' ? 8 : memoryBytesOf(type.dtype);
  const form = { budget: blockBytes, ...(chunks !== null && { chunk: chunks }) };
  const found = new Found();
  for (const selection of piecesOf(shape!, each, form)) {
    const read = { selection, signal: options.signal, ...(field !== '' && { field }) };
    if (type.kind === 'numeric') {
      const [a, b] = await Promise.all([first, second].map(({ storage, node }) => storage.readNumeric(node, read)));
      compareNumbers(a!, b!, options, found);
      options.onBytes?.(a!.byteLength);
    } else {
      const [a, b] = await Promise.all([first, second].map(({ storage, node }) => storage.readStrings(node, read)));
      compareTexts(a!, b!, found);
      options.onBytes?.(a!.bytes.byteLength + stringBytes * lengthOf(selection));
    }
  }
  if (found.count > 0) {
    const { first: one, second: two, count, greatest } = found;
    yield { key, kind: 'values', name: field === '' ? null : field, first: one, second: two, count, greatest };
  }
}

function lengthOf({ count }: Selection): number {
  return count.reduce((product, n) => product * n, 1);
}

/** The values that differ, so far. */
class Found {
  count = 0;
  greatest: number | null = null;
  first: unknown = null;
  second: unknown = null;

  add(first: unknown, second: unknown, by: number | null): void {
    if (this.count++ === 0) [this.first, this.second] = [first, second];
    if (by !== null && !Number.isNaN(by)) this.greatest = Math.max(this.greatest ?? 0, by);
  }
}

function compareNumbers(
  a: TypedArray,
  b: TypedArray,
  { absolute = 0, relative = 0 }: CompareOptions,
  found: Found,
): void {
  for (let i = 0; i < a.length; i++) {
    if (a[i] === b[i]) continue;
    const [x, y] = [a[i] as number | bigint, b[i] as number | bigint];
    // The same number in another width, compared exactly also past 2⁵³.
    if ((x <= y && x >= y) || (Number.isNaN(x) && Number.isNaN(y))) continue;
    const by = distance(x, y);
    // Nothing but itself is near an infinite number.
    if (Number.isFinite(by) && by <= absolute + relative * Math.abs(Number(y))) continue;
    found.add(plain(x), plain(y), by);
  }
}

function distance(x: number | bigint, y: number | bigint): number {
  return Math.abs(typeof x === 'bigint' && typeof y === 'bigint' ? Number(x - y) : Number(x) - Number(y));
}

function compareTexts(a: { offsets: ArrayLike<number | bigint>; bytes: Uint8Array }, b: typeof a, found: Found): void {
  for (let i = 0; i + 1 < a.offsets.length; i++) {
    const [one, two] = [a, b].map(({ offsets, bytes }) => bytes.subarray(Number(offsets[i]), Number(offsets[i + 1])));
    if (Buffer.compare(one!, two!) !== 0) found.add(Buffer.from(one!).toString(), Buffer.from(two!).toString(), null);
  }
}

function describe(node: StorageNode): string {
  if (node.kind === 'refused') return node.reason;
  const encoding = textAttr(node, 'encoding-type');
  if (node.kind === 'group') return encoding ?? 'group';
  return [encoding, typeName(node.type), node.shape === null ? '' : `[${node.shape.join(', ')}]`]
    .filter(Boolean)
    .join(' ');
}

function difference(
  key: string,
  kind: Difference['kind'],
  first: unknown,
  second: unknown,
  name: string | null = null,
): Difference {
  return { key, kind, name, first, second, count: null, greatest: null };
}
