// SPDX-License-Identifier: BSD-3-Clause

/** @param table - `{ columns, rows }` of text; null is a missing value */
export function showTable(place, { columns, rows }) {
  const head = columns.length === 0 ? [] : [row(columns.map((name) => cell('th', name)))];
  place.replaceChildren(...head, ...rows.map((values) => row(values.map((value) => cell('td', value)))));
}

function row(cells) {
  const element = document.createElement('tr');
  element.append(...cells);
  return element;
}

function cell(kind, value) {
  const element = document.createElement(kind);
  element.textContent = value ?? 'missing';
  if (value === null) element.className = 'missing';
  return element;
}
