// SPDX-License-Identifier: BSD-3-Clause

import { quote } from '../errors';
import { stringsToCategorical } from '../frame/categories';
import { type Column, columnLength, sameValues } from '../frame/column';
import { DataFrame, isDataFrame } from '../frame/data-frame';
import { columnOf, type HeldColumn, isHeldLoaded, isLazyColumn, lazyBytes, readHeld } from '../frame/lazy-column';
import type { StorageNode } from '../storage/storage';
import { readColumn } from './column';
import { planColumn } from './column-writer';
import { child, childrenOf, invalid, needTextAttr, textListAttr } from './node-access';
import type { Attrs, WritePlan } from './plan';
import type { Encoding, ReadContext, Writer } from './registry';
import { unwriteable } from './unwriteable';

/** Frames: named columns and an index. */
export const dataframe: Encoding = {
  encodingType: 'dataframe',
  encodingVersion: '0.2.0',
  read: async (node, ctx) => ({ value: await readFrameGroup(node, ctx, readColumn) }),
};

/** Reads a frame that is a group; `readOne` reads a column. Members that no attribute names are left alone. */
export async function readFrameGroup(
  node: StorageNode,
  ctx: ReadContext,
  readOne: (node: StorageNode, ctx: ReadContext) => Promise<Column>,
): Promise<DataFrame> {
  const { names, indexName } = frameLayout(node);
  const index = await readOne(child(node, indexName), ctx);
  const columns = new Map<string, Column>();
  for (const name of names) {
    const column = await readOne(child(node, name), ctx);
    if (columnLength(column) !== columnLength(index)) {
      const found = `the column has ${columnLength(column)} values, the index ${columnLength(index)}`;
      throw invalid(`${node.key}/${name}`, found);
    }
    columns.set(name, column);
  }
  return new DataFrame({ columns, index, indexName: indexName === '_index' ? null : indexName });
}

/** Names of the columns of a stored frame, and of the member that is its index. */
export function frameLayout(node: StorageNode): { names: string[]; indexName: string } {
  const indexName = needTextAttr(node, '_index');
  const names = textListAttr(node, 'column-order');
  if (names === undefined) throw invalid(node.key, 'the attribute "column-order" is missing');
  checkNames(node, [...names, indexName]);
  if (new Set(names).size !== names.length) throw invalid(node.key, '"column-order" names a column more than once');
  return { names, indexName };
}

function checkNames(node: StorageNode, names: readonly string[]): void {
  const members = childrenOf(node);
  for (const name of names) {
    if (name.includes('/')) throw invalid(node.key, `the column name ${quote(name)} contains a slash`);
    if (!members.has(name))
      throw invalid(`${node.key}/${name}`, 'the column is named by the attributes of its frame, but missing');
  }
}

/** Frames whose columns of text become categoricals, if the caller did not object. */
const annotations = new Set(['obs', 'var', 'raw/var']);

export const dataframeWriter: Writer<DataFrame> = {
  accepts: (value): value is DataFrame => isDataFrame(value),
  plan(plan, key, frame) {
    const names = [...frame.columns];
    if (names.includes('_index')) throw unwriteable(`${key}/_index`, 'a column may not be named "_index"; rename it');
    const indexName = frame.indexName ?? '_index';
    const indexKey = plan.childKey(key, indexName);
    plan.group(key, frameAttrs(indexName, names));
    const planIt = annotations.has(key) ? planAnnotation : planColumn;
    if (!names.includes(indexName)) planHeld(plan, indexKey, frame.heldIndex, planColumn);
    for (const name of names) {
      const held = frame.held(name);
      if (name === indexName) planTwins(plan, indexKey, frame.heldIndex, held, planIt);
      else planHeld(plan, plan.childKey(key, name), held, planIt);
    }
  },
};

/** The same member of the file serves for the index and the column of its name, unless one was changed. */
function planTwins(plan: WritePlan, key: string, index: HeldColumn, column: HeldColumn, planIt: PlanIt): void {
  const check = (names: Column, values: Column): void => {
    if (sameValues(values, names)) return;
    throw unwriteable(key, 'the index and a column of other values have the same name; rename one of them');
  };
  if (isHeldLoaded(index) && isHeldLoaded(column)) {
    check(columnOf(index), columnOf(column));
    planHeld(plan, key, column, planIt);
    return;
  }
  plan.later(key, lazyBytes(index) + lazyBytes(column), async (part, at, options) => {
    const [names, values] = [await readHeld(index, options), await readHeld(column, options)];
    check(names, values);
    planIt(part, at, values);
  });
}

type PlanIt = (plan: WritePlan, key: string, column: Column) => void;

/** A column that lies in a file is carried over as it is when it was not changed, else read when its turn comes. */
function planHeld(plan: WritePlan, key: string, held: HeldColumn, planIt: PlanIt): void {
  if (!isLazyColumn(held)) planIt(plan, key, held);
  else if (plan.options.anew !== true && held.copyTo(plan, key)) return;
  else if (held.isLoaded) planIt(plan, key, held.value);
  else plan.later(key, held.expectedBytes, async (part, at, options) => planIt(part, at, await held.read(options)));
}

function planAnnotation(plan: WritePlan, key: string, column: Column): void {
  planColumn(plan, key, plan.options.convertStringsToCategoricals === false ? column : stringsToCategorical(column));
}

function frameAttrs(indexName: string, names: readonly string[]): Attrs {
  return {
    'encoding-type': 'dataframe',
    'encoding-version': '0.2.0',
    _index: indexName,
    // An empty list has no element type; Python leaves an empty list of numbers.
    'column-order': names.length > 0 ? [...names] : new Float64Array(0),
  };
}
