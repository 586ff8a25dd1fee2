// SPDX-License-Identifier: BSD-3-Clause

import { AwkwardArray } from '../arrays/awkward-array';
import { type AwkwardForm, asForm, parameterOf } from '../arrays/awkward-form';
import { DenseArray } from '../arrays/dense-array';
import { allocate, type NumericDType, sizeOf } from '../arrays/dtype';
import { promote } from '../arrays/sparse/stack';
import { converter } from './stack-dense';

/** Rows of one array; null where all of them are missing. */
type Part =
  | { readonly array: AwkwardArray; readonly length: number }
  | { readonly array: null; readonly length: number };

/** Awkward arrays one after the other. What differs in kind becomes a union, what is missing somewhere an option. */
export function stackAwkward(parts: readonly Part[]): AwkwardArray {
  const out = new Builder();
  const form = out.join(parts);
  return new AwkwardArray(form, total(parts), out.buffers);
}

/** The rows of an array at their new places; −1 is a missing row. */
export function reindexAwkward(array: AwkwardArray, toOld: Int32Array): AwkwardArray {
  if (!toOld.includes(-1)) return array.subset(toOld);
  const out = new Builder();
  const there = toOld.filter((row) => row >= 0);
  let next = 0;
  const index = toOld.map((row) => (row >= 0 ? next++ : -1));
  const form = out.option(index, () => out.join([{ array: array.subset(there), length: there.length }]));
  return new AwkwardArray(form, toOld.length, out.buffers);
}

/** Records with the given fields only. */
export function selectFields(array: AwkwardArray, fields: readonly string[]): AwkwardArray {
  const form = recordsOf(array);
  if (form === undefined || sameList(form.fields as string[], fields)) return array;
  const contents = fields.map((field) => (form.contents as AwkwardForm[])[form.fields!.indexOf(field)]!);
  const swap = (node: AwkwardForm): AwkwardForm =>
    node.class === 'RecordArray' ? { ...node, fields, contents } : { ...node, content: swap(node.content!) };
  return new AwkwardArray(swap(asForm(array.form)), array.length, array.buffers);
}

/** Names of the fields of an array of records; none for anything else. */
export function fieldsOfAwkward(array: AwkwardArray): readonly string[] {
  return recordsOf(array)?.fields ?? [];
}

/** The records below lists and options. */
function recordsOf(array: AwkwardArray): AwkwardForm | undefined {
  let node: AwkwardForm | undefined = asForm(array.form);
  while (node !== undefined && node.class !== 'RecordArray') node = node.content;
  return node?.fields ? node : undefined;
}

/** The type of an array without its options and its layout in memory: what rows can be. */
export function typeOfAwkward(array: AwkwardArray): string {
  const describe = (form: AwkwardForm): string => {
    const contents = (form.contents ?? []).map(describe);
    switch (form.class) {
      case 'NumpyArray':
        return [...(form.inner_shape ?? []), String(form.primitive)].join(' * ');
      case 'RecordArray':
        return `{${contents.map((type, i) => `${form.fields?.[i] ?? i}: ${type}`).sort()}}`;
      case 'UnionArray':
        return `union[${contents.sort()}]`;
      case 'RegularArray':
        return `${form.size} * ${describe(form.content!)}`;
      case 'ListArray':
      case 'ListOffsetArray':
        return String(parameterOf(form) ?? `var * ${describe(form.content!)}`);
      default:
        return form.content === undefined ? 'unknown' : describe(form.content);
    }
  };
  return describe(asForm(array.form));
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

function total(parts: readonly Part[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

/** An array over a part of another's layout, packed to the given rows. */
function below(array: AwkwardArray, form: AwkwardForm, reach: number, rows: ArrayLike<number>): AwkwardArray {
  return new AwkwardArray(form, reach, array.buffers).subset(rows);
}

function range(length: number, map: (i: number) => number = (i) => i): Float64Array {
  return Float64Array.from({ length }, (_, i) => map(i));
}

/** Numbers in a buffer of a node. */
function numbers(array: AwkwardArray, form: AwkwardForm, role: string): Float64Array {
  const buffer = array.buffers.get(`${form.form_key}-${role}`) as DenseArray;
  return Float64Array.from(buffer as Iterable<number | bigint>, Number);
}

type Present = { readonly array: AwkwardArray; readonly length: number };

class Builder {
  readonly buffers = new Map<string, DenseArray>();
  #nodes = 0;

  /** The layout of all parts in a row. */
  join(parts: readonly Part[]): AwkwardForm {
    const projected = parts.map(projectOptions);
    const kinds = projected.flatMap(({ array }) => (array === null ? [] : [asForm(array.form)]));
    const known = kinds.filter((form) => form.class !== 'EmptyArray');
    // An option over a union is not allowed: each of its contents has the option then.
    if (known.some((form) => !alike(form, known[0]!))) return this.#union(projected);
    if (projected.some(({ index }) => index !== null)) {
      let base = 0;
      const index: number[] = [];
      for (const part of projected) {
        for (let i = 0; i < part.length; i++) {
          const at = part.index === null ? i : part.index[i]!;
          index.push(at < 0 ? -1 : base + at);
        }
        base += part.array?.length ?? 0;
      }
      const contents = projected.map(({ array }) => array).filter((array) => array !== null);
      return this.option(index, () => this.#content(contents.map((array) => ({ array, length: array.length }))));
    }
    return this.#content(projected as unknown as Present[]);
  }

  /** An option over content that is made after it, so that nodes are counted from the root. */
  option(index: ArrayLike<number>, content: () => AwkwardForm): AwkwardForm {
    const key = this.#key();
    this.#put(`${key}-index`, 'int64', index);
    return {
      class: 'IndexedOptionArray',
      index: 'i64',
      content: content(),
      parameters: {},
      form_key: key,
    } as AwkwardForm;
  }

  /** Parts in which no row is missing. */
  #content(given: readonly Present[]): AwkwardForm {
    const known = given.filter(({ array }) => asForm(array.form).class !== 'EmptyArray');
    const [first] = known;
    if (first === undefined) return { class: 'EmptyArray', parameters: {}, form_key: this.#key() };
    const forms = known.map(({ array }) => asForm(array.form));
    switch (forms[0]!.class) {
      case 'NumpyArray':
        return this.#numpy(known, forms);
      case 'RecordArray':
        return this.#record(known, forms);
      default:
        return this.#lists(known, forms);
    }
  }

  #numpy(parts: readonly Present[], forms: readonly AwkwardForm[]): AwkwardForm {
    const key = this.#key();
    const inner = forms[0]!.inner_shape ?? [];
    const width = sizeOf(inner);
    const sources = parts.map(({ array }, i) => array.buffers.get(`${forms[i]!.form_key}-data`) as DenseArray);
    const isBool = forms.every(({ primitive }) => primitive === 'bool');
    const dtype = promote(sources.map((source) => source.dtype as NumericDType));
    const data = allocate(dtype, total(parts) * width) as Float64Array;
    let at = 0;
    sources.forEach((source, i) => {
      const count = parts[i]!.length * width;
      const convert = converter(source.dtype as NumericDType, dtype);
      const flat = source.reshape([source.size]).toContiguous().data as Float64Array;
      for (let k = 0; k < count; k++) data[at + k] = convert === null ? flat[k]! : convert(flat[k]);
      at += count;
    });
    this.buffers.set(
      `${key}-data`,
      new DenseArray(data, [data.length / width, ...inner], { dtype }).reshape([total(parts), ...inner]),
    );
    const primitive = isBool
      ? 'bool'
      : sameList(
            forms.map((form) => String(form.primitive)),
            forms.map(() => String(forms[0]!.primitive)),
          )
        ? forms[0]!.primitive
        : dtype;
    return {
      class: 'NumpyArray',
      primitive,
      inner_shape: inner,
      parameters: forms[0]!.parameters ?? {},
      form_key: key,
    } as AwkwardForm;
  }

  #record(parts: readonly Present[], forms: readonly AwkwardForm[]): AwkwardForm {
    const key = this.#key();
    const { fields } = forms[0]!;
    const contents = forms[0]!.contents!.map((_, position) => {
      const columns = parts.map(({ array, length }, i) => {
        const form = forms[i]!;
        const at = fields ? form.fields!.indexOf(fields[position]!) : position;
        return { array: below(array, form.contents![at]!, length, range(length)), length };
      });
      return this.join(columns);
    });
    return {
      class: 'RecordArray',
      fields: fields ?? null,
      contents,
      parameters: forms[0]!.parameters ?? {},
      form_key: key,
    } as AwkwardForm;
  }

  #lists(parts: readonly Present[], forms: readonly AwkwardForm[]): AwkwardForm {
    const key = this.#key();
    const size = forms.every((form) => form.class === 'RegularArray' && form.size === forms[0]!.size)
      ? forms[0]!.size
      : undefined;
    const offsets = [0];
    const contents = parts.map(({ array, length }, i) => {
      const form = forms[i]!;
      const [starts, stops] = bounds(array, form, length);
      const rows: number[] = [];
      for (let row = 0; row < length; row++) {
        for (let at = starts[row]!; at < stops[row]!; at++) rows.push(at);
        offsets.push(offsets.at(-1)! + stops[row]! - starts[row]!);
      }
      const reach = rows.reduce((end, at) => Math.max(end, at + 1), 0);
      return { array: below(array, form.content!, reach, rows), length: rows.length };
    });
    const parameters = forms[0]!.parameters ?? {};
    if (size !== undefined) {
      return { class: 'RegularArray', size, content: this.join(contents), parameters, form_key: key } as AwkwardForm;
    }
    this.#put(`${key}-offsets`, 'int64', offsets);
    return {
      class: 'ListOffsetArray',
      offsets: 'i64',
      content: this.join(contents),
      parameters,
      form_key: key,
    } as AwkwardForm;
  }

  /** Parts of different kinds, and unions themselves: a tag for each row says which content it lies in. */
  #union(parts: readonly Projected[]): AwkwardForm {
    const key = this.#key();
    const groups: Group[] = [];
    const tags: number[] = [];
    const index: number[] = [];
    const missing: number[] = [];
    for (const part of parts) {
      const rows = part.array === null ? null : placeRows(part.array, groups);
      for (let row = 0; row < part.length; row++) {
        const at = part.index === null ? row : part.index[row]!;
        if (at < 0) missing.push(tags.length);
        tags.push(at < 0 ? 0 : rows!.tags[at]!);
        index.push(at < 0 ? 0 : rows!.index[at]!);
      }
    }
    const [first] = groups as [Group];
    missing.forEach((row, i) => {
      index[row] = first.length + i;
    });
    if (missing.length > 0) first.parts.push({ array: null, length: missing.length });
    this.#put(`${key}-tags`, 'int8', tags);
    this.#put(`${key}-index`, 'int64', index);
    const contents = this.#sameOptions(groups.map((group) => this.join(group.parts)));
    return { class: 'UnionArray', tags: 'i8', index: 'i64', contents, parameters: {}, form_key: key } as AwkwardForm;
  }

  /** Either all contents of a union are options or none is. */
  #sameOptions(contents: readonly AwkwardForm[]): readonly AwkwardForm[] {
    if (!contents.some((form) => form.class === 'IndexedOptionArray')) return contents;
    return contents.map((content) =>
      content.class === 'IndexedOptionArray'
        ? content
        : ({ class: 'UnmaskedArray', content, parameters: {}, form_key: this.#key() } as AwkwardForm),
    );
  }

  #key(): string {
    return `node${this.#nodes++}`;
  }

  #put(name: string, dtype: 'int8' | 'int64', values: ArrayLike<number>): void {
    const data = dtype === 'int8' ? Int8Array.from(values) : BigInt64Array.from(Array.from(values), BigInt);
    this.buffers.set(name, new DenseArray(data, [data.length]));
  }
}

/** Rows of one kind among the contents of a union. */
interface Group {
  readonly form: AwkwardForm;
  readonly parts: Part[];
  length: number;
}

/** Adds the rows of an array to the groups they belong to, and tells where each row went. */
function placeRows(array: AwkwardArray, groups: Group[]): { tags: number[]; index: number[] } {
  const form = asForm(array.form);
  const isUnion = form.class === 'UnionArray';
  const { length } = array;
  const oldTags = isUnion ? numbers(array, form, 'tags') : new Float64Array(length);
  const oldIndex = isUnion ? numbers(array, form, 'index') : range(length);
  const places = (isUnion ? form.contents! : [form]).map((content, tag) => {
    const rows = oldIndex.filter((_, row) => row < length && oldTags[row] === tag);
    const reach = rows.reduce((end, at) => Math.max(end, at + 1), isUnion ? 0 : length);
    let group = groups.find((known) => alike(known.form, content));
    if (group === undefined) {
      group = { form: content, parts: [], length: 0 };
      groups.push(group);
    }
    group.parts.push({ array: below(array, content, reach, rows), length: rows.length });
    group.length += rows.length;
    return { tag: groups.indexOf(group), next: group.length - rows.length };
  });
  const row = Array.from({ length }, (_, i) => places[oldTags[i]!]!);
  return { tags: row.map(({ tag }) => tag), index: row.map((place) => place.next++) };
}

const listClasses = ['ListOffsetArray', 'ListArray', 'RegularArray'];

/** Whether two layouts can share one: lists, numbers of one row shape, records of the same fields. */
function alike(a: AwkwardForm, b: AwkwardForm): boolean {
  if (parameterOf(a) !== parameterOf(b)) return false;
  if (listClasses.includes(a.class)) return listClasses.includes(b.class);
  if (a.class !== b.class || a.class === 'UnionArray') return false;
  if (a.class === 'NumpyArray') {
    const shapes = [a, b].map((form) => String(form.inner_shape ?? []));
    return shapes[0] === shapes[1] && (a.primitive === 'bool') === (b.primitive === 'bool');
  }
  if (a.class !== 'RecordArray') return true;
  if (!a.fields || !b.fields) return !a.fields && !b.fields && a.contents!.length === b.contents!.length;
  return sameList([...a.fields].sort(), [...b.fields].sort());
}

function bounds(array: AwkwardArray, form: AwkwardForm, length: number): [Float64Array, Float64Array] {
  if (form.class === 'RegularArray') {
    return [range(length, (i) => i * form.size!), range(length, (i) => (i + 1) * form.size!)];
  }
  if (form.class === 'ListArray') return [numbers(array, form, 'starts'), numbers(array, form, 'stops')];
  const offsets = numbers(array, form, 'offsets');
  return [offsets, offsets.subarray(1)];
}

interface Projected {
  /** The rows that are there; null when there are none. */
  readonly array: AwkwardArray | null;
  readonly length: number;
  /** Row → its place in `array`, −1 where it is missing; null when none can be. */
  readonly index: ArrayLike<number> | null;
}

/** Takes options and indirections off the top of a layout. */
function projectOptions({ array, length }: Part): Projected {
  if (array === null) return { array: null, length, index: new Int32Array(length).fill(-1) };
  const form = asForm(array.form);
  const inner = (rows: Float64Array, reach: number): Projected => {
    const there = rows.filter((row) => row >= 0);
    const content = projectOptions({ array: below(array, form.content!, reach, there), length: there.length });
    let next = 0;
    const places = rows.map((row) => {
      if (row < 0) return -1;
      const at = next++;
      return content.index === null ? at : content.index[at]!;
    });
    return { array: content.array, length, index: places };
  };
  switch (form.class) {
    case 'IndexedArray':
    case 'IndexedOptionArray': {
      const rows = numbers(array, form, 'index').subarray(0, length);
      const made = inner(
        rows,
        rows.reduce((end, at) => Math.max(end, at + 1), 0),
      );
      const plain =
        form.class === 'IndexedArray' && made.index !== null && Array.from(made.index).every((at, i) => at === i);
      return plain ? { ...made, index: null } : made;
    }
    case 'ByteMaskedArray':
    case 'BitMaskedArray': {
      const mask = numbers(array, form, 'mask');
      const isThere = (i: number): boolean => {
        const bit = form.lsb_order === false ? 7 - (i & 7) : i & 7;
        const value = form.class === 'ByteMaskedArray' ? mask[i] !== 0 : ((mask[i >> 3]! >> bit) & 1) === 1;
        return value === (form.valid_when ?? true);
      };
      return inner(
        range(length, (i) => (isThere(i) ? i : -1)),
        length,
      );
    }
    case 'UnmaskedArray':
      return inner(range(length), length);
    default:
      return { array, length, index: null };
  }
}
