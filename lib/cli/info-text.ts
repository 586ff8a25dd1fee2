// SPDX-License-Identifier: BSD-3-Clause

import type { ElementSummary, Summary } from '../inspect/summary';
import { printable } from './output';
import type { Style } from './style';
import { cut, pad, textWidth } from './text-width';
import { count, formatBytes, formatShape } from './units';

interface Row {
  /** Tree lines before the name. */
  branch: string;
  name: string;
  refused: string | null;
  cells: string[];
}

/** Cells after the name; the last of `dropOrder` that is still shown goes first when the terminal is narrow. */
const alignments: readonly ('left' | 'right')[] = ['right', 'right', 'right', 'right', 'right', 'left'];
const dropOrder = [3, 4, 0, 5]; // chunks, compression, encoding, stored bytes
const minName = 16;
const gap = 2;

/** The text of `anndata info`. `width`: columns of the terminal, Infinity for a pipe. */
export function renderInfo(file: string, fileBytes: number, summary: Summary, width: number, style: Style): string {
  const { type, version } = summary.encoding;
  const written = version === null ? 'older layout without encodings' : `${type} ${version}`;
  const [nObs, nVars] = summary.shape;
  const head = [
    `${style.bold(printable(file))}  ${formatBytes(fileBytes)}, ${printable(written)}`,
    `${nObs ?? '?'} obs × ${nVars ?? '?'} vars`,
    '',
  ];
  return `${[...head, ...renderRows(toRows(summary.elements), width, style)].join('\n')}\n`;
}

function toRows(elements: readonly ElementSummary[], indent: string | null = null): Row[] {
  return elements.flatMap((element, position) => {
    const last = position === elements.length - 1;
    const branch = indent === null ? '' : `${indent}${last ? '└─ ' : '├─ '}`;
    const below = indent === null ? '' : `${indent}${last ? '   ' : '│  '}`;
    return [toRow(element, branch), ...toRows(element.children ?? [], below)];
  });
}

function toRow(element: ElementSummary, branch: string): Row {
  const name = printable(element.key.slice(element.key.lastIndexOf('/') + 1));
  const refused = element.refused === null ? null : `refused: ${printable(element.refused)}`;
  return { branch, name, refused, cells: refused === null ? toCells(element) : [] };
}

function toCells(element: ElementSummary): string[] {
  const { encoding, compression, chunks } = element;
  return [
    printable(encoding.version === null ? `(${encoding.type})` : `${encoding.type} ${encoding.version}`),
    printable(element.dtype ?? ''),
    describeSize(element),
    chunks === null ? '' : `chunks ${chunks.join('×')}`,
    compression === null ? '' : printable(`${compression.codec} ${compression.level ?? ''}`.trimEnd()),
    storedText(element),
  ];
}

/** Nothing for mappings without members, and for fields, whose bytes are their parent's. */
function storedText({ storedBytes, children }: ElementSummary): string {
  return storedBytes === null || (storedBytes === 0 && children?.length === 0) ? '' : formatBytes(storedBytes);
}

function describeSize(element: ElementSummary): string {
  const parts: string[] = [];
  const { shape, encoding } = element;
  if (encoding.type === 'dataframe') parts.push(`${shape?.[0] ?? '?'} rows`, count(element.columns ?? 0, 'column'));
  else if (shape !== null) parts.push(formatShape(shape));
  else if (element.children !== null)
    parts.push(element.children.length === 0 ? 'empty' : count(element.children.length, 'element'));
  if (element.nnz !== null) parts.push(`nnz ${element.nnz}`);
  if (element.categories !== null) parts.push(count(element.categories, 'category', 'categories'));
  if (element.ordered === true) parts.push('ordered');
  if (element.dtype === 'record' && element.columns !== null && encoding.type !== 'dataframe')
    parts.push(count(element.columns, 'field'));
  return parts.join(', ');
}

function renderRows(rows: readonly Row[], width: number, style: Style): string[] {
  const cellWidths = alignments.map((_, i) => Math.max(0, ...rows.map((row) => textWidth(row.cells[i] ?? ''))));
  const wanted = Math.max(0, ...rows.map((row) => textWidth(row.branch) + textWidth(row.name)));
  const shown = chooseCells(cellWidths, Math.min(wanted, minName), width);
  const rest = shown.reduce((sum, i) => sum + gap + (cellWidths[i] ?? 0), 0);
  const nameWidth = Math.max(Math.min(wanted, minName), Math.min(wanted, width - rest));
  return rows.map((row) => renderRow(row, shown, cellWidths, nameWidth, width, style));
}

/** Which cells fit beside names of `nameWidth`. */
function chooseCells(widths: readonly number[], nameWidth: number, width: number): number[] {
  let shown = widths.map((_, i) => i).filter((i) => (widths[i] ?? 0) > 0);
  const needed = () => shown.reduce((sum, i) => sum + gap + (widths[i] ?? 0), nameWidth);
  for (const victim of dropOrder) {
    if (needed() <= width) break;
    shown = shown.filter((i) => i !== victim);
  }
  return shown;
}

function renderRow(
  row: Row,
  shown: readonly number[],
  widths: readonly number[],
  nameWidth: number,
  width: number,
  style: Style,
): string {
  const name = cut(row.name, Math.max(1, nameWidth - textWidth(row.branch)));
  const lead = style.dim(row.branch) + (row.branch === '' ? style.bold(name) : name);
  const used = textWidth(row.branch) + textWidth(name);
  if (row.refused !== null) return `${lead}  ${style.red(cut(row.refused, Math.max(1, width - used - gap)))}`;
  const cells = shown.map((i) => pad(row.cells[i] ?? '', widths[i] ?? 0, alignments[i] === 'left' ? 'left' : 'right'));
  const tail = cut(cells.map((cell) => ' '.repeat(gap) + cell).join(''), Math.max(1, width - nameWidth)).trimEnd();
  return tail === '' ? lead : lead + ' '.repeat(Math.max(0, nameWidth - used)) + tail;
}
