// SPDX-License-Identifier: BSD-3-Clause

import { hasEncoding, specOf } from '../elements/registry';
import { referenceAttr } from '../inspect/attributes';
import { descend, identify } from '../inspect/identify';
import type { ArrayNode, GroupNode, StorageNode } from '../storage/storage';
import { checkAwkward } from './awkward';
import { checkCategorical, checkLegacyCategorical } from './categorical';
import { accepted, attempt, type Check } from './check';
import { checkFrame, checkLegacyFrame } from './frame';
import { checkNullable } from './nullable';
import { checkSparse } from './sparse';
import { checkValues } from './values';
import { article, valuesOf } from './words';

/** Checks one element and everything below it. */
export async function checkElement(check: Check, node: StorageNode): Promise<void> {
  check.signal?.throwIfAborted();
  if (!accepted(check, node) || !(await checkEncoding(check, node))) return;
  const { type } = identify(node);
  await (node.kind === 'group' ? checkGroup(check, node, type) : checkArray(check, node, type));
}

/** Whether the element says what it is in a way readers know. */
async function checkEncoding(check: Check, node: GroupNode | ArrayNode): Promise<boolean> {
  const spec = await attempt(check, node.key, 'encoding', () => specOf(node));
  if (spec === undefined) return false;
  if (spec.encodingType === '' || hasEncoding(spec)) return true;
  const { encodingType, encodingVersion } = spec;
  check.findings.error(
    'encoding',
    node.key,
    `the encoding ${JSON.stringify(encodingType)} version ${JSON.stringify(encodingVersion)} is unknown`,
  );
  return false;
}

async function checkGroup(check: Check, node: GroupNode, type: string): Promise<void> {
  switch (type) {
    case 'csr_matrix':
    case 'csc_matrix':
      return checkSparse(check, node, type === 'csr_matrix' ? 'csr' : 'csc');
    case 'dataframe':
      return checkFrame(check, node);
    case 'categorical':
      return checkCategorical(check, node);
    case 'nullable-integer':
    case 'nullable-boolean':
    case 'nullable-string-array':
      return checkNullable(check, node, type);
    case 'awkward-array':
      return checkAwkward(check, node);
    case 'dict':
    case 'raw':
    case 'anndata':
      return checkMembers(check, node);
    default:
      check.findings.error(
        'kind',
        node.key,
        `a group was found, an array was expected for the encoding ${JSON.stringify(type)}`,
      );
  }
}

async function checkMembers(check: Check, node: GroupNode): Promise<void> {
  if (node.children === null) check.findings.error('nesting', node.key, 'groups are nested too deeply');
  for (const member of node.children?.values() ?? []) {
    if (member.kind === 'refused' && !member.unsafe) {
      check.findings.warning('refused', member.key, `the element is ${member.reason}; it is left out`);
    } else await checkElement(check, member);
  }
}

/** What the values of an array may be, by encoding; the rest is free. */
const arrayRules: Readonly<Record<string, { types: readonly string[]; scalar?: boolean }>> = {
  array: { types: ['numeric', 'string'] },
  'string-array': { types: ['string'] },
  'rec-array': { types: ['compound'] },
  'numeric-scalar': { types: ['numeric'], scalar: true },
  string: { types: ['string'], scalar: true },
};

async function checkArray(check: Check, node: ArrayNode, type: string): Promise<void> {
  if (type === 'dataframe') return checkLegacyFrame(check, node);
  const categories = referenceAttr(node, 'categories');
  if (categories === undefined && node.attrs.has('categories') && identify(node).version === null) {
    check.findings.error('kind', node.key, 'the attribute "categories" refers to no element');
  }
  if (categories !== undefined) {
    const target = descend(check.root, categories);
    if (target?.kind !== 'group') return checkLegacyCategorical(check, node, target);
    check.findings.error('kind', node.key, `the attribute "categories" refers to the group "${categories}"`);
    return;
  }
  const rule = type === 'dict' && node.type.kind !== 'compound' ? 'group' : arrayRules[type];
  if (rule === 'group' || (rule === undefined && !['null', 'bytes', 'dict'].includes(type))) {
    check.findings.error(
      'kind',
      node.key,
      `an array was found, a group was expected for the encoding ${JSON.stringify(type)}`,
    );
    return;
  }
  if (rule !== undefined && !checkType(check, node, type, rule)) return;
  await checkValues(check, node);
}

function checkType(
  check: Check,
  node: ArrayNode,
  type: string,
  rule: { types: readonly string[]; scalar?: boolean },
): boolean {
  if (!rule.types.includes(node.type.kind)) {
    check.findings.error('dtype', node.key, `${valuesOf(node.type)} were found in ${article(type)}`);
    return false;
  }
  if (rule.scalar === true && node.shape?.length !== 0) {
    check.findings.error(
      'shape',
      node.key,
      `the shape ${node.shape?.join(' × ') ?? 'of no data'} was found, ${article(type)} is a scalar`,
    );
  }
  return true;
}
