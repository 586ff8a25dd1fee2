// SPDX-License-Identifier: BSD-3-Clause
//
// What the file has, as a tree.

/** @param onPick - told the node `{ name, key }` that was clicked */
export function showTree(place, nodes, onPick) {
  place.replaceChildren(...nodes.map((node) => branch(node, onPick)));
}

function branch(node, onPick) {
  if (node.children.length === 0) return label(node, onPick);
  const details = document.createElement('details');
  const summary = document.createElement('summary');
  details.open = node.name !== 'obsp' && node.name !== 'varp';
  summary.append(node.key === null ? node.name : label(node, onPick), small(node.key === null ? node.detail : ''));
  if (node.key !== null) summary.firstChild.style.display = 'inline';
  details.append(summary, ...node.children.map((child) => branch(child, onPick)));
  return details;
}

function label(node, onPick) {
  const button = document.createElement('button');
  button.dataset.key = node.key;
  // Text, never markup: names come from the file.
  button.append(node.name, small(node.detail));
  button.addEventListener('click', (event) => {
    event.preventDefault();
    onPick(node);
  });
  return button;
}

function small(text) {
  const element = document.createElement('small');
  element.textContent = text;
  return element;
}
