// SPDX-License-Identifier: BSD-3-Clause

import { compressionOf, typeName } from '../inspect/stored';
import { openHdf5 } from '../storage/hdf5';
import type { AttrValue, StorageNode } from '../storage/storage';
import { exitCode } from './exit-codes';
import { askedFor, inputBytes, keyFrom } from './input';
import { interruptible } from './interrupt';
import { lineWidth, printable, printJson, schemaVersion } from './output';
import { jsonOf } from './plain-json';
import { type Style, styleFor } from './style';
import { cut } from './text-width';
import { formatBytes, formatShape } from './units';

export interface TreeOptions {
  attrs?: boolean;
  depth?: string;
  json?: boolean;
}

/** `anndata tree`: every object of the file as HDF5 has it, whether it is an AnnData or not; no values are read. */
export async function tree(file: string, key: string | undefined, options: TreeOptions): Promise<number> {
  inputBytes(file);
  return interruptible(async (signal) => {
    const storage = await openHdf5(file);
    try {
      const top = keyFrom(key ?? '');
      const depth = options.depth === undefined ? {} : { depth: Number(options.depth) };
      const node = await askedFor(top, () => storage.describe(top, { ...depth, signal }));
      if (options.json === true) printJson({ schema: schemaVersion, file, tree: documentOf(node) });
      else {
        const width = lineWidth();
        const lines = [...linesOf(node, '', '', options.attrs === true, styleFor(process.stdout), width)];
        process.stdout.write(`${lines.join('\n')}\n`);
      }
      return exitCode.ok;
    } finally {
      await storage.close();
    }
  });
}

function* linesOf(
  node: StorageNode,
  branch: string,
  below: string,
  attrs: boolean,
  style: Style,
  width: number,
): Generator<string> {
  const name = printable(node.key.slice(node.key.lastIndexOf('/') + 1)) || '/';
  const about = node.kind === 'refused' ? `refused: ${printable(node.reason)}` : aboutOf(node);
  const text = cut(`${name}  ${about}`.trimEnd(), Math.max(8, width - branch.length));
  const shown = node.kind === 'refused' ? style.red(text) : node.kind === 'group' ? style.bold(text) : text;
  yield style.dim(branch) + shown;
  if (node.kind === 'refused') return;
  const children = node.kind === 'group' ? [...(node.children?.values() ?? [])] : [];
  if (attrs) {
    for (const [attr, { value }] of node.attrs) {
      const line = `@${printable(attr)} = ${printable(attrText(value))}`;
      yield style.dim(below + (children.length > 0 ? '│  ' : '   ') + cut(line, Math.max(8, width - below.length - 3)));
    }
  }
  for (const [i, child] of children.entries()) {
    const isLast = i === children.length - 1;
    yield* linesOf(
      child,
      `${below}${isLast ? '└─ ' : '├─ '}`,
      `${below}${isLast ? '   ' : '│  '}`,
      attrs,
      style,
      width,
    );
  }
}

function aboutOf(node: Exclude<StorageNode, { kind: 'refused' }>): string {
  const encoding = node.attrs.get('encoding-type')?.value;
  const stated = typeof encoding === 'string' ? printable(encoding) : '';
  if (node.kind === 'group') return node.children === null ? `${stated} …`.trim() : stated;
  const compression = compressionOf(node);
  const parts = [
    printable(typeName(node.type) ?? ''),
    node.shape === null ? 'no data' : node.shape.length === 0 ? 'scalar' : formatShape(node.shape),
    node.chunks === null ? node.layout : `chunks ${node.chunks.join('×')}`,
    compression === null ? '' : `${compression.codec} ${compression.level ?? ''}`.trim(),
    node.filters.some(({ id }) => id === 2) ? 'shuffle' : '',
    formatBytes(node.storedBytes),
  ];
  return [...parts, stated].filter((part) => part !== '').join('  ');
}

function attrText(value: AttrValue): string {
  if (value !== null && typeof value === 'object' && 'reference' in value) return `→ ${value.reference}`;
  if (value !== null && typeof value === 'object' && 'unsupported' in value) return `(${value.unsupported})`;
  return JSON.stringify(jsonOf(value));
}

function documentOf(node: StorageNode): object {
  const { kind, key } = node;
  if (node.kind === 'refused') return { kind, key, reason: node.reason, unsafe: node.unsafe };
  const attrs = Object.fromEntries([...node.attrs].map(([name, attr]) => [name, jsonOf(attr.value)]));
  if (node.kind === 'group') {
    return { kind, key, attrs, children: node.children === null ? null : [...node.children.values()].map(documentOf) };
  }
  const { shape, layout, chunks, storedBytes } = node;
  const filters = node.filters.map(({ id, name, params, available }) => ({ id, name, params, available }));
  return { kind, key, attrs, dtype: typeName(node.type), shape, layout, chunks, filters, storedBytes };
}
