// SPDX-License-Identifier: BSD-3-Clause

import { needTextAttr, textListAttr } from '../elements/node-access';
import { extent, identify } from '../inspect/identify';
import { typeName } from '../inspect/stored';
import type { ArrayNode, GroupNode, StorageNode } from '../storage/storage';
import { attempt, type Check, part } from './check';
import { checkValues } from './values';
import { article } from './words';

const columnTypes = new Set([
  'array',
  'string-array',
  'categorical',
  'nullable-integer',
  'nullable-boolean',
  'nullable-string-array',
]);

/** Checks a frame: index, column order, and that every column is there and as long as the index. */
export async function checkFrame(check: Check, node: GroupNode): Promise<void> {
  const indexName = await attempt(check, node.key, 'missing', () => needTextAttr(node, '_index'));
  const order = await attempt(check, node.key, 'kind', () => textListAttr(node, 'column-order'));
  if (order === undefined && !node.attrs.has('column-order')) {
    check.findings.error('missing', node.key, 'the attribute "column-order" of the frame is missing');
  }
  const index = indexName === undefined ? undefined : part(check, node, indexName);
  const rows = index === undefined ? undefined : await checkColumn(check, index, undefined);
  const seen = new Set<string>();
  for (const name of order ?? []) {
    if (seen.has(name))
      check.findings.error('duplicate', node.key, `the column ${JSON.stringify(name)} is listed more than once`);
    else if (name !== indexName) await checkNamed(check, node, name, rows);
    seen.add(name);
  }
  checkStrays(check, node, new Set([...seen, indexName ?? '', '__categories']));
}

async function checkNamed(check: Check, frame: GroupNode, name: string, rows: number | undefined): Promise<void> {
  const column = part(check, frame, name);
  if (column !== undefined) await checkColumn(check, column, rows);
}

/** Checks one column and returns its length, if it has one. */
async function checkColumn(
  check: Check,
  node: ArrayNode | GroupNode,
  rows: number | undefined,
): Promise<number | undefined> {
  const { type } = identify(node);
  await check.element(check, node);
  if (check.findings.hasErrorAt(node.key)) return undefined;
  if (!columnTypes.has(type)) {
    check.findings.error('kind', node.key, `${article(type)} was found, it cannot be a column of a frame`);
    return undefined;
  }
  const shape = extent(node);
  if (shape?.length !== 1) {
    check.findings.error('shape', node.key, `${shape?.length ?? 'no'} dimensions were found, a column has 1`);
    return undefined;
  }
  if (rows !== undefined && shape[0] !== rows) {
    check.findings.error('length', node.key, `the column has ${shape[0]} rows, the index ${rows}`);
  }
  return shape[0];
}

function checkStrays(check: Check, frame: GroupNode, known: ReadonlySet<string>): void {
  for (const [name, node] of frame.children ?? new Map<string, StorageNode>()) {
    if (!known.has(name))
      check.findings.warning('unknown-member', node.key, 'the frame does not list this column; it is ignored');
  }
}

/** Checks a frame of anndata 0.6 and older: one compound array, the first field is the index. */
export async function checkLegacyFrame(check: Check, node: ArrayNode): Promise<void> {
  if (node.shape?.length !== 1 || node.type.kind !== 'compound') {
    check.findings.error(
      'shape',
      node.key,
      `${article(typeName(node.type))} array of ${node.shape?.length ?? 0} dimensions was found, a list of records was expected`,
    );
    return;
  }
  if (node.type.fields.length === 0) check.findings.error('missing', node.key, 'the frame has no index');
  await checkValues(check, node);
}
