// SPDX-License-Identifier: BSD-3-Clause

import { refuse } from '../elements/node-access';
import { type ErrorCode, isAnnDataError } from '../errors';
import type { ArrayNode, GroupNode, StorageNode, StorageReader } from '../storage/storage';
import type { Findings, Rule } from './findings';

/** What the checks of one file share. */
export interface Check {
  readonly storage: StorageReader;
  readonly root: GroupNode;
  readonly findings: Findings;
  /** Checks an element and everything below it. */
  element(check: Check, node: StorageNode): Promise<void>;
  /** Size of the file, if it is one: what bounds the text in it. */
  readonly fileBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told the bytes read since the last call. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/** Errors that speak of this machine or this call, not of the file. */
const notTheFile: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ERR_IO',
  'ERR_ADDON',
  'ERR_CLOSED',
  'ERR_ARGUMENT',
  'ERR_FILE_NOT_FOUND',
]);

const rules: Partial<Record<ErrorCode, Rule>> = {
  ERR_UNSAFE_FILE: 'refused',
  ERR_UNSUPPORTED_ENCODING: 'encoding',
  ERR_UNSUPPORTED_FILTER: 'filter',
  ERR_UNSUPPORTED_TYPE: 'dtype',
  ERR_LIMIT: 'size',
};

/**
 * Runs one check; an error that speaks of the file becomes a finding.
 *
 * @param rule - the rule broken by an `ERR_INVALID_FILE`
 * @returns the check's result; undefined after a failure
 */
export async function attempt<T>(
  check: Check,
  key: string,
  rule: Rule,
  run: () => Promise<T> | T,
): Promise<T | undefined> {
  check.signal?.throwIfAborted();
  try {
    return await run();
  } catch (error) {
    if (!isAnnDataError(error) || notTheFile.has(error.code)) throw error;
    const broken = rules[error.code] ?? (error.code === 'ERR_INVALID_FILE' ? rule : 'data');
    check.findings.error(broken, error.key ?? key, error.reason);
    return undefined;
  }
}

/** A part of an element that must be there and be an array; undefined after a finding. */
export function arrayPart(check: Check, group: GroupNode, name: string): ArrayNode | undefined {
  const node = part(check, group, name);
  if (node === undefined || node.kind === 'array') return node;
  check.findings.error('kind', node.key, 'a group was found, an array was expected');
  return undefined;
}

/** A part of an element that must be there; undefined after a finding. */
export function part(check: Check, group: GroupNode, name: string): ArrayNode | GroupNode | undefined {
  const key = group.key === '' ? name : `${group.key}/${name}`;
  const node = group.children?.get(name);
  if (node === undefined) {
    check.findings.error('missing', key, `this part of the ${whole(group)} is missing`);
    return undefined;
  }
  return accepted(check, node) ? node : undefined;
}

/** Whether a node is one that is read; a finding otherwise. */
export function accepted(check: Check, node: StorageNode): node is ArrayNode | GroupNode {
  if (node.kind !== 'refused') return true;
  check.findings.error('refused', node.key, refuse(node).reason);
  return false;
}

function whole(group: GroupNode): string {
  const type = group.attrs.get('encoding-type')?.value;
  return typeof type === 'string' ? type : 'group';
}
