// SPDX-License-Identifier: BSD-3-Clause

import { needTextAttr, sizesAttr } from '../elements/node-access';
import type { GroupNode } from '../storage/storage';
import { accepted, attempt, type Check } from './check';

/** Checks what an awkward array says about itself and that its buffers can be read. */
export async function checkAwkward(check: Check, node: GroupNode): Promise<void> {
  const form = await attempt(check, node.key, 'missing', () => needTextAttr(node, 'form'));
  const length = await attempt(check, node.key, 'kind', () => sizesAttr(node, 'length'));
  if (length === undefined && !node.attrs.has('length')) {
    check.findings.error('missing', node.key, 'the attribute "length" of the awkward array is missing');
  }
  if (form !== undefined && !isJson(form)) check.findings.error('kind', node.key, 'the attribute "form" is not JSON');
  for (const buffer of node.children?.values() ?? []) {
    if (accepted(check, buffer)) await check.element(check, buffer);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
