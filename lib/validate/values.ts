// SPDX-License-Identifier: BSD-3-Clause

import type { IndexArray } from '../arrays/dtype';
import { sizeOf } from '../arrays/dtype';
import { declaredBytes } from '../inspect/stored';
import type { ArrayNode, Selection, StoredType, Utf8Data } from '../storage/storage';
import { boxes } from './boxes';
import { attempt, type Check } from './check';
import { valuesOf } from './words';

/** Elements read at once: memory stays bounded however large the array is. */
const numbersAtOnce = 1 << 20;
const stringsAtOnce = 1 << 13;

/** No honest deflate stream expands more than this (its bound is 1032 : 1). */
const maxExpansion = 1100;
const smallText = 64 * 2 ** 20;

const integers = /^u?int(8|16|32|64)$/;

/** Whether a type holds whole numbers. */
export function isInteger(type: StoredType): boolean {
  return type.kind === 'numeric' && integers.test(type.dtype);
}

/** Checks what decides whether an array can be read at all: filters, declared size. */
export function checkReadable(check: Check, node: ArrayNode): boolean {
  const unknown = node.filters.filter((filter) => !filter.available);
  for (const { id, name } of unknown) {
    check.findings.error(
      'filter',
      node.key,
      `the values are compressed with filter ${id} (${name || 'no name'}), which is not available here`,
    );
  }
  return checkSize(check, node) && unknown.length === 0;
}

function checkSize(check: Check, node: ArrayNode): boolean {
  const declared = declaredBytes(node);
  const { maxBytes } = check.storage.limits;
  if (declared <= maxBytes) return true;
  const facts = `the array declares ${declared} bytes and stores ${node.storedBytes}`;
  if (declared > node.storedBytes * maxExpansion) {
    check.findings.error('size', node.key, `${facts}: no honest file expands that much`);
    return false;
  }
  check.findings.warning('size', node.key, `${facts}: reading it whole needs a limit above ${maxBytes}`);
  return true;
}

/** Reads every value of an array in pieces and forgets it: finds damaged chunks, bad text, unreadable types. */
export async function checkValues(check: Check, node: ArrayNode): Promise<void> {
  if (node.shape === null || !checkReadable(check, node)) return;
  const { type } = node;
  if (type.kind !== 'compound') return checkField(check, node, type, '', []);
  for (const field of type.fields) await checkField(check, node, field.type, field.name, field.dims);
}

async function checkField(
  check: Check,
  node: ArrayNode,
  type: StoredType,
  field: string,
  dims: readonly number[],
): Promise<void> {
  if (type.kind !== 'numeric' && type.kind !== 'string') {
    const where = field === '' ? '' : ` in field ${JSON.stringify(field)}`;
    check.findings.error('dtype', node.key, `${valuesOf(type)}${where} cannot be read`);
    return;
  }
  await attempt(check, node.key, 'data', () =>
    type.kind === 'string' ? checkText(check, node, field) : scanNumbers(check, node, field, sizeOf(dims)),
  );
}

async function scanNumbers(check: Check, node: ArrayNode, field: string, perRow: number): Promise<void> {
  for (const selection of boxesOf(node, numbersAtOnce / Math.max(1, perRow))) {
    await check.storage.readNumeric(node, { ...options(check, selection), ...(field === '' ? {} : { field }) });
  }
}

/**
 * Text lies in the file as it is, uncompressed. More of it than the file is large means that many entries share one
 * text, which would fill the memory of whoever reads the array.
 */
async function checkText(check: Check, node: ArrayNode, field: string): Promise<void> {
  let total = 0;
  const bound = Math.max(smallText, check.fileBytes ?? check.storage.limits.maxBytes);
  for await (const { bytes } of scanText(check, node, field)) {
    total += bytes.length;
    if (total > bound && node.type.kind === 'string' && node.type.variable) {
      check.findings.error('size', node.key, `the text takes more than ${total} bytes, the whole file is smaller`);
      return;
    }
  }
}

/** Strings of an array, piece by piece. */
export async function* scanText(check: Check, node: ArrayNode, field = ''): AsyncGenerator<Utf8Data> {
  for (const selection of boxesOf(node, stringsAtOnce)) {
    yield await check.storage.readStrings(node, { ...options(check, selection), ...(field === '' ? {} : { field }) });
  }
}

/** Whole numbers of a 1-D array, piece by piece, with the position of the first. A value below `min` is an error. */
export async function* scanIntegers(check: Check, node: ArrayNode, min: number): AsyncGenerator<[IndexArray, number]> {
  for (const selection of boxesOf(node, numbersAtOnce)) {
    yield [await check.storage.readIndices(node, { ...options(check, selection), min }), selection.start[0] ?? 0];
  }
}

/** Pieces are whole chunks, but for text never more entries than that: its length is not known beforehand. */
function boxesOf(node: ArrayNode, target: number): Generator<Selection> {
  const large = node.type.kind !== 'numeric' && sizeOf(node.chunks ?? []) > target * 8;
  return boxes(node.shape ?? [0], large ? null : node.chunks, target);
}

function options(check: Check, selection: Selection) {
  check.signal?.throwIfAborted();
  return { selection, signal: check.signal, onBytes: check.onBytes };
}
