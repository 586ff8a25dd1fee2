// SPDX-License-Identifier: BSD-3-Clause

import { axisLengths, identify } from '../inspect/identify';
import type { StorageNode } from '../storage/storage';
import type { Check } from './check';
import { article } from './words';

const members = new Set([
  'X',
  'layers',
  'obs',
  'obsm',
  'obsp',
  'raw',
  'uns',
  'var',
  'varm',
  'varp',
  'raw.X',
  'raw.var',
  'raw.varm',
  '__categories',
]);
const mappings = ['layers', 'obsm', 'obsp', 'varm', 'varp', 'uns', 'raw.varm'];

/** Checks what stands at the root. Returns the members whose content is worth checking. */
export function checkRoot(check: Check): StorageNode[] {
  const { root, findings } = check;
  const { version } = identify(root);
  if (version !== null && version !== '0.1.0') {
    findings.error('encoding', '', `the encoding "anndata" version ${JSON.stringify(version)} is unknown`);
  }
  const children = root.children ?? new Map<string, StorageNode>();
  for (const name of ['obs', 'var']) {
    if (!children.has(name)) findings.warning('missing', name, 'the frame is missing; rows are counted instead');
    else expectType(check, children.get(name), 'dataframe');
  }
  for (const name of mappings) expectType(check, children.get(name), 'dict');
  const [nObs, nVars] = axisLengths(root);
  if (nObs === null && !children.has('obs'))
    findings.error('missing', 'obs', 'nothing tells the number of observations');
  if (nVars === null && !children.has('var')) findings.error('missing', 'var', 'nothing tells the number of variables');
  if (children.has('raw') && [...children.keys()].some((name) => name.startsWith('raw.'))) {
    findings.error('kind', 'raw', 'both "raw" and "raw.…" are there, only one of them was expected');
  }
  return [...children.values()].filter((node) => members.has(node.key) || ignore(check, node));
}

function expectType(check: Check, node: StorageNode | undefined, expected: string): void {
  if (node === undefined || node.kind === 'refused') return;
  const { type, version } = identify(node);
  if (type === expected || (version !== null && node.kind === 'group' && type === 'null')) return;
  check.findings.error('kind', node.key, `${article(type)} was found, a ${expected} was expected`);
}

function ignore(check: Check, node: StorageNode): boolean {
  const what = node.kind === 'refused' ? node.reason : article(identify(node).type);
  check.findings.warning('unknown-member', node.key, `${what} was found; AnnData has no such part, it is ignored`);
  return false;
}

/** Notes elements in the layout of an older version. */
export function noteOldFormat(check: Check): void {
  const old: string[] = [];
  const { type, version } = identify(check.root);
  if (type === 'anndata' && version === null) old.push('the file');
  for (const node of walk(check.root)) if (isOld(node)) old.push(node.key);
  if (old.length === 0) return;
  const list = old.slice(0, 3).join(', ') + (old.length > 3 ? ` and ${old.length - 3} more` : '');
  check.findings.note('old-format', '', `an older layout is used (${list}); "anndata convert" writes the current one`);
}

function isOld(node: StorageNode): boolean {
  if (node.kind === 'refused' || node.key === '') return false;
  if (node.kind === 'array' && node.type.kind === 'compound')
    return ['dataframe', 'dict'].includes(identify(node).type);
  return (
    node.attrs.has('h5sparse_format') || (identify(node).type === 'dataframe' && identify(node).version === '0.1.0')
  );
}

function* walk(node: StorageNode): Generator<StorageNode> {
  yield node;
  if (node.kind === 'group') for (const each of node.children?.values() ?? []) yield* walk(each);
}
