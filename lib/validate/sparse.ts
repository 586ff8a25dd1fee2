// SPDX-License-Identifier: BSD-3-Clause

import { sizesAttr } from '../elements/node-access';
import type { ArrayNode, GroupNode } from '../storage/storage';
import { arrayPart, attempt, type Check } from './check';
import { checkReadable, checkValues, isInteger, scanIntegers } from './values';
import { others, valuesOf } from './words';

/** Checks a CSR or CSC matrix: parts, types, lengths, row pointers, every index. */
export async function checkSparse(check: Check, node: GroupNode, format: 'csr' | 'csc'): Promise<void> {
  const { findings } = check;
  const shape = await attempt(
    check,
    node.key,
    'kind',
    () => sizesAttr(node, 'shape') ?? sizesAttr(node, 'h5sparse_shape'),
  );
  if (shape === undefined) {
    if (!findings.hasErrorAt(node.key))
      findings.error('missing', node.key, 'the attribute "shape" of the sparse matrix is missing');
  } else if (shape.length !== 2) {
    findings.error('shape', node.key, `the attribute "shape" holds ${shape.length} numbers, 2 were expected`);
  }
  const [data, indices, indptr] = ['data', 'indices', 'indptr'].map((name) => vector(check, node, name));
  if (data !== undefined) await checkValues(check, data);
  checkLengths(check, data, indices);
  const [major, minor] = shape?.length === 2 ? (format === 'csr' ? shape : [shape[1], shape[0]]) : [];
  if (indptr !== undefined) await checkPointers(check, indptr, indices, major);
  if (indices !== undefined) await checkRange(check, indices, minor ?? Number.MAX_SAFE_INTEGER);
}

/** One of the three parts, if it is a list of the right type. */
function vector(check: Check, node: GroupNode, name: string): ArrayNode | undefined {
  const array = arrayPart(check, node, name);
  if (array === undefined) return undefined;
  const fits = name === 'data' ? array.type.kind === 'numeric' : isInteger(array.type);
  if (!fits) {
    const expected = name === 'data' ? 'numbers' : 'integers';
    check.findings.error('dtype', array.key, `${valuesOf(array.type)} were found, ${expected} were expected`);
  }
  const ndim = array.shape?.length;
  if (ndim !== 1) check.findings.error('shape', array.key, `${ndim ?? 'no'} dimensions were found, 1 was expected`);
  return fits && ndim === 1 ? array : undefined;
}

function checkLengths(check: Check, data: ArrayNode | undefined, indices: ArrayNode | undefined): void {
  const [values, positions] = [data?.shape?.[0], indices?.shape?.[0]];
  if (values === undefined || positions === undefined || values === positions) return;
  check.findings.error('length', indices?.key ?? '', `${positions} indices were found for ${values} values`);
}

async function checkPointers(
  check: Check,
  indptr: ArrayNode,
  indices: ArrayNode | undefined,
  major: number | undefined,
): Promise<void> {
  const length = indptr.shape?.[0] ?? 0;
  const report = (message: string) => check.findings.error('indptr', indptr.key, message);
  if (major !== undefined && length !== major + 1)
    report(`${length} pointers were found, ${major + 1} were expected for the shape`);
  if (length === 0 || !checkReadable(check, indptr)) return;
  await attempt(check, indptr.key, 'indptr', async () => {
    const { first, last, fall } = await followPointers(check, indptr);
    if (first !== 0) report(`the first pointer is ${first}, 0 was expected`);
    if (fall !== null)
      report(`pointers must not fall, but the one at position ${fall} is smaller than the one before it`);
    const nnz = indices?.shape?.[0];
    if (nnz !== undefined && last !== nnz)
      report(`the last pointer is ${last}, ${nnz} was expected, the number of indices`);
  });
}

async function followPointers(
  check: Check,
  indptr: ArrayNode,
): Promise<{ first: number; last: number; fall: number | null }> {
  let first = 0;
  let last = Number.NEGATIVE_INFINITY;
  let fall: number | null = null;
  for await (const [pointers, start] of scanIntegers(check, indptr, 0)) {
    if (start === 0) first = pointers[0] ?? 0;
    for (let i = 0; i < pointers.length; i += 1) {
      const pointer = pointers[i] as number;
      if (pointer < last) fall ??= start + i;
      last = pointer;
    }
  }
  return { first, last, fall };
}

async function checkRange(check: Check, indices: ArrayNode, minor: number): Promise<void> {
  if (!checkReadable(check, indices)) return;
  await attempt(check, indices.key, 'index-range', async () => {
    let wrong = 0;
    let example = '';
    for await (const [piece, start] of scanIntegers(check, indices, 0)) {
      for (let i = 0; i < piece.length; i += 1) {
        if ((piece[i] as number) < minor) continue;
        if (wrong === 0) example = `position ${start + i} holds ${piece[i]}`;
        wrong += 1;
      }
    }
    if (wrong > 0)
      check.findings.error('index-range', indices.key, `${example}, less than ${minor} was expected${others(wrong)}`);
  });
}
