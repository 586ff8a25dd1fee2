// SPDX-License-Identifier: BSD-3-Clause

import { child, extent } from '../inspect/identify';
import type { ArrayNode, GroupNode, StorageNode } from '../storage/storage';
import { accepted, arrayPart, attempt, type Check, part } from './check';
import { checkReadable, isInteger, scanIntegers, scanText } from './values';
import { others, valuesOf } from './words';

/** Categories kept in memory to find duplicates; more than that is not looked at. */
const maxUnique = 4_000_000;

/** Checks a categorical: codes, categories, the `ordered` flag. */
export async function checkCategorical(check: Check, node: GroupNode): Promise<void> {
  if (!node.attrs.has('ordered')) {
    check.findings.warning('missing', node.key, 'the attribute "ordered" of the categorical is missing');
  }
  const codes = arrayPart(check, node, 'codes');
  const categories = part(check, node, 'categories');
  if (codes !== undefined) await checkCodes(check, codes, categories);
  if (categories !== undefined) await checkCategories(check, categories);
}

/** Checks a 0.7 column: codes whose `categories` attribute refers to their categories. */
export async function checkLegacyCategorical(
  check: Check,
  codes: ArrayNode,
  categories: StorageNode | undefined,
): Promise<void> {
  if (categories === undefined)
    check.findings.error('missing', codes.key, 'the categories the codes refer to are missing');
  const found = categories !== undefined && accepted(check, categories) ? categories : undefined;
  await checkCodes(check, codes, found);
  if (found !== undefined) await checkCategories(check, found);
}

async function checkCodes(check: Check, codes: ArrayNode, categories: StorageNode | undefined): Promise<void> {
  const { findings } = check;
  if (!isInteger(codes.type)) {
    findings.error('dtype', codes.key, `${valuesOf(codes.type)} were found, integers were expected`);
    return;
  }
  if (codes.shape?.length !== 1)
    findings.error('shape', codes.key, `${codes.shape?.length ?? 'no'} dimensions were found, 1 was expected`);
  if (!checkReadable(check, codes) || codes.shape?.length !== 1) return;
  const n = extent(categories)?.[0];
  await attempt(check, codes.key, 'code-range', async () => {
    let wrong = 0;
    let example = '';
    for await (const [piece, start] of scanIntegers(check, codes, -1)) {
      for (let i = 0; i < piece.length; i += 1) {
        if (n === undefined || (piece[i] as number) < n) continue;
        if (wrong === 0) example = `position ${start + i} holds ${piece[i]}`;
        wrong += 1;
      }
    }
    if (wrong > 0) findings.error('code-range', codes.key, `${example}, there are ${n} categories${others(wrong)}`);
  });
}

async function checkCategories(check: Check, categories: ArrayNode | GroupNode): Promise<void> {
  const shape = extent(categories);
  if (shape?.length !== 1)
    check.findings.error('shape', categories.key, `${shape?.length ?? 'no'} dimensions were found, 1 was expected`);
  await check.element(check, categories);
  if (shape?.length !== 1 || check.findings.hasErrorAt(categories.key)) return;
  const values = categories.kind === 'group' ? child(categories, 'values') : categories;
  if (values?.kind !== 'array' || (shape[0] ?? 0) > maxUnique) return;
  if (values.type.kind === 'numeric' && values.type.dtype.startsWith('complex')) {
    check.findings.error('dtype', values.key, `categories of type ${values.type.dtype} are not supported`);
    return;
  }
  await attempt(check, values.key, 'data', () => checkUnique(check, values));
  if (categories.kind === 'group')
    await attempt(check, categories.key, 'data', () => checkMask(check, child(categories, 'mask')));
}

async function checkMask(check: Check, mask: StorageNode | undefined): Promise<void> {
  if (mask?.kind !== 'array') return;
  const bits = await check.storage.readNumeric(mask, { signal: check.signal });
  if (bits.some((bit: number | bigint) => Number(bit) !== 0))
    check.findings.error('kind', mask.key, 'one of the categories is a missing value');
}

async function checkUnique(check: Check, categories: ArrayNode): Promise<void> {
  const seen = new Set<string>();
  let duplicates = 0;
  let example = '';
  for await (const value of eachValue(check, categories)) {
    if (value === 'NaN' && categories.type.kind === 'numeric')
      check.findings.error('kind', categories.key, 'one of the categories is NaN');
    else if (seen.has(value)) {
      if (duplicates === 0) example = value;
      duplicates += 1;
    }
    seen.add(value);
  }
  if (duplicates === 0) return;
  check.findings.error(
    'duplicate',
    categories.key,
    `the category ${JSON.stringify(example)} occurs more than once${others(duplicates)}`,
  );
}

async function* eachValue(check: Check, node: ArrayNode): AsyncGenerator<string> {
  if (node.type.kind === 'string') {
    for await (const { offsets, bytes } of scanText(check, node)) {
      const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let i = 0; i + 1 < offsets.length; i += 1)
        yield text.toString('utf8', Number(offsets[i]), Number(offsets[i + 1]));
    }
  } else {
    const numbers = await check.storage.readNumeric(node, { signal: check.signal });
    for (const value of numbers) yield String(value);
  }
}
