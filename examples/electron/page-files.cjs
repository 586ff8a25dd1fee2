// SPDX-License-Identifier: BSD-3-Clause
//
// Which files the page may load, and as what. Nothing else of the app, and nothing of the disk, can be reached by an address.

const { join } = require('node:path');

const types = { html: 'text/html', css: 'text/css', mjs: 'text/javascript' };

const names = /^\/(?:protocol\.mjs|renderer\/[a-z-]+\.(?:html|css|mjs))$/;

/** Where the page starts. */
const start = '/renderer/index.html';

/** `{ file, type }` for the path of an address; null for everything the page has no business with. */
function pageFile(path) {
  if (!names.test(path)) return null;
  return { file: join(__dirname, path), type: `${types[path.slice(path.lastIndexOf('.') + 1)]}; charset=utf-8` };
}

module.exports = { pageFile, start };
