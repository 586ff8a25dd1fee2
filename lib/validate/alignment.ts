// SPDX-License-Identifier: BSD-3-Clause

import { axisLengths, child, descend, extent, identify, indexElement } from '../inspect/identify';
import type { ArrayNode, StorageNode } from '../storage/storage';
import { attempt, type Check } from './check';
import { scanText } from './values';
import { valuesOf } from './words';

/** Expected length of each axis; null where anything goes. */
type Expected = readonly (number | null)[];

/** Checks that everything is as long and wide as the axes it is aligned with. */
export async function checkAlignment(check: Check): Promise<void> {
  const { root } = check;
  const [nObs, nVars] = axisLengths(root);
  expectMatrix(check, child(root, 'X'), [nObs, nVars]);
  expectMembers(check, 'layers', [nObs, nVars], true);
  expectMembers(check, 'obsm', [nObs], false);
  expectMembers(check, 'varm', [nVars], false);
  expectMembers(check, 'obsp', [nObs, nObs], false);
  expectMembers(check, 'varp', [nVars, nVars], false);
  checkRaw(check, 'raw/', nObs);
  checkRaw(check, 'raw.', nObs);
  await checkNames(check, 'obsm', 'obs');
  await checkNames(check, 'varm', 'var');
}

function checkRaw(check: Check, prefix: 'raw/' | 'raw.', nObs: number | null): void {
  const x = descend(check.root, `${prefix}X`);
  const vars = descend(check.root, `${prefix}var`);
  const nVars = extent(vars)?.[0] ?? null;
  expectMatrix(check, x, [nObs, nVars]);
  expectMembers(check, `${prefix}varm`, [nVars ?? extent(x)?.[1] ?? null], false);
}

function expectMembers(check: Check, key: string, expected: Expected, exact: boolean): void {
  const node = descend(check.root, key);
  if (node?.kind === 'array') expectShape(check, node, expected.slice(0, 1), false);
  if (node?.kind !== 'group') return;
  for (const member of node.children?.values() ?? []) {
    if (isMapping(member)) check.findings.error('kind', member.key, 'a mapping was found, an array was expected');
    else expectShape(check, member, expected, exact);
  }
}

/** X: two dimensions of numbers, or of text, as Python allows it. */
function expectMatrix(check: Check, node: StorageNode | undefined, expected: Expected): void {
  if (node === undefined || node.kind === 'refused') return;
  if (isMapping(node)) check.findings.error('kind', node.key, 'a mapping was found, a matrix was expected');
  else if (node.kind === 'array' && node.type.kind === 'compound') {
    check.findings.error('dtype', node.key, `${valuesOf(node.type)} were found, numbers or text were expected`);
  } else expectShape(check, node, expected, true);
}

function isMapping(node: StorageNode): boolean {
  return node.kind === 'group' && ['dict', 'anndata', 'raw'].includes(identify(node).type);
}

/** `exact`: as many dimensions as expected, otherwise at least as many. */
function expectShape(check: Check, node: StorageNode | undefined, expected: Expected, exact: boolean): void {
  const shape = extent(node);
  if (node === undefined || shape === null) return;
  const dims = exact ? shape.length === expected.length : shape.length >= expected.length;
  if (dims && expected.every((n, axis) => n === null || n === shape[axis])) return;
  const wanted = expected.map((n) => n ?? 'any').join(' × ') + (exact ? '' : ' × …');
  check.findings.error(
    'shape',
    node.key,
    `the shape ${shape.join(' × ') || '() of a scalar'} was found, ${wanted} was expected`,
  );
}

/** A frame in obsm or varm has to carry the names of the axis it is aligned with. */
async function checkNames(check: Check, mapping: string, axis: string): Promise<void> {
  const own = plainIndex(child(check.root, axis));
  const members = child(check.root, mapping);
  if (own === undefined || members?.kind !== 'group') return;
  for (const member of members.children?.values() ?? []) {
    const index = plainIndex(member);
    if (index === undefined || index.shape?.[0] !== own.shape?.[0] || check.findings.hasErrorAt(member.key)) continue;
    const at = await attempt(check, index.key, 'data', () => firstDifference(check, own, index));
    if (at !== undefined && at !== null) {
      check.findings.error('names', index.key, `the name in row ${at} differs from the one in ${own.key}`);
    }
  }
}

/** The text array that holds a frame's names, whatever its encoding. */
function plainIndex(frame: StorageNode | undefined): ArrayNode | undefined {
  if (frame?.kind !== 'group') return undefined;
  const index = indexElement(frame);
  const node = index?.kind === 'group' ? child(index, 'values') : index;
  return node?.kind === 'array' && node.type.kind === 'string' && node.shape?.length === 1 ? node : undefined;
}

async function firstDifference(check: Check, a: ArrayNode, b: ArrayNode): Promise<number | null> {
  const [left, right] = [names(check, a), names(check, b)];
  for (let row = 0; ; row += 1) {
    const [x, y] = [await left.next(), await right.next()];
    if (x.done === true || y.done === true) return null;
    if (x.value !== y.value) return row;
  }
}

async function* names(check: Check, node: ArrayNode): AsyncGenerator<string> {
  for await (const { offsets, bytes } of scanText(check, node)) {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0; i + 1 < offsets.length; i += 1)
      yield text.toString('utf8', Number(offsets[i]), Number(offsets[i + 1]));
  }
}
