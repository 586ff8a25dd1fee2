// SPDX-License-Identifier: BSD-3-Clause

import { Client } from './client.mjs';
import { Plot } from './plot.mjs';

const by = (id) => document.getElementById(id);
const client = new Client(window.bridge);
const plot = new Plot(by('plot'));
const state = { rows: new Int32Array(0), codes: null, names: null, work: null };

function say(text, isError = false) {
  by('message').textContent = text;
  by('message').className = isError ? 'error' : '';
}

/** Runs something the user asked for; what fails is told, with the words of the library. */
async function attempt(work) {
  try {
    await work();
  } catch (error) {
    say(error.code ? `${error.message} [${error.code}]` : error.message, true);
  }
}

async function openFile(path) {
  say(`opening ${path}`);
  const { value } = await client.call('open', { path });
  by('embedding').replaceChildren(...value.obsm.map((name) => new Option(name)));
  by('colour').replaceChildren(new Option('none', ''), ...value.obs.map((name) => new Option(name)));
  showTree(value);
  await showRows('obs');
  say(`${value.shape[0].toLocaleString('en')} cells × ${value.shape[1].toLocaleString('en')} genes`);
  if (value.obsm.length > 0) await showEmbedding(value.obsm.find((name) => /umap/i.test(name)) ?? value.obsm[0]);
}

function showTree(value) {
  const list = (members) => {
    const ul = document.createElement('ul');
    for (const [name, below] of members) {
      const li = document.createElement('li');
      if (typeof below === 'function') {
        const button = document.createElement('button');
        button.textContent = name;
        button.onclick = () => attempt(below);
        li.append(button);
      } else {
        li.append(typeof below === 'string' ? `${name}: ${below}` : name);
        if (typeof below === 'object' && below !== null) li.append(list(Object.entries(below)));
      }
      ul.append(li);
    }
    return ul;
  };
  const names = (all) => Object.fromEntries(all.map((name) => [name, null]));
  by('tree').replaceChildren(
    list([
      ['obs', () => showRows('obs')],
      ['columns of obs', names(value.obs)],
      ['var', () => showRows('var')],
      ['columns of var', names(value.var)],
      ['obsm', names(value.obsm)],
      ['layers', names(value.layers)],
      ['uns', value.uns],
    ]),
  );
}

async function showRows(frame) {
  const { value } = await client.call('rows', { frame, from: 0, count: 100 });
  const table = document.createElement('table');
  const names = Object.keys(value.rows[0] ?? {});
  const row = (tag, cells) => {
    const tr = document.createElement('tr');
    for (const text of cells) tr.append(Object.assign(document.createElement(tag), { textContent: text }));
    return tr;
  };
  table.append(
    row('th', names),
    ...value.rows.map((record) =>
      row(
        'td',
        names.map((name) => record[name]),
      ),
    ),
  );
  by('table').replaceChildren(table);
}

async function showEmbedding(name) {
  by('embedding').value = name;
  const { bytes } = await client.call('embedding', { name });
  const begin = performance.now();
  plot.setPoints(new Float32Array(bytes?.buffer ?? 0));
  document.body.dataset.drawnMs = String(performance.now() - begin);
  select(new Int32Array(0));
}

/** A hue for each category, far apart for neighbours. */
const hue = (code) => (code * 137.508) % 360;

async function showColour(name) {
  by('legend').replaceChildren();
  Object.assign(state, { codes: null, names: null });
  if (name !== '') {
    const { value, bytes } = await client.call('column', { name });
    if (value.kind === 'categories') Object.assign(state, { codes: new Int16Array(bytes.buffer), names: value.names });
    else Object.assign(state, { codes: new Float32Array(bytes.buffer) });
  }
  state.names?.forEach((text, code) => {
    const li = Object.assign(document.createElement('li'), { textContent: `● ${text}` });
    li.style.color = `hsl(${hue(code)} 65% 40%)`;
    by('legend').append(li);
  });
  paint();
}

function paint() {
  const { codes, names, rows } = state;
  const points = codes?.length ?? state.points ?? 0;
  if (points === 0) return;
  const rgba = new Uint8Array(4 * points);
  const colours = names === null ? ramp() : names.map((_, code) => fromHue(hue(code)));
  const [low, high] = names === null && codes !== null ? extent(codes) : [0, 1];
  const isSelected = rows.length === 0 ? null : new Uint8Array(points);
  for (const row of rows) isSelected[row] = 1;
  for (let i = 0; i < points; i++) {
    const place =
      codes === null ? 0 : names === null ? Math.round(((codes[i] - low) / (high - low || 1)) * 255) : codes[i];
    const colour = colours[place] ?? [160, 160, 160];
    rgba.set(colour, 4 * i);
    rgba[4 * i + 3] = 255;
    if (isSelected !== null && !isSelected[i]) for (let k = 0; k < 3; k++) rgba[4 * i + k] = 200 + colour[k] / 6;
  }
  plot.setColours(rgba);
}

function extent(numbers) {
  let [low, high] = [Infinity, -Infinity];
  for (const n of numbers) {
    if (n < low) low = n;
    if (n > high) high = n;
  }
  return [low, high];
}

const ramp = () =>
  Array.from({ length: 256 }, (_, i) => [i, Math.round(60 + 100 * Math.sin((i / 255) * Math.PI)), 255 - i]);

function fromHue(h) {
  const at = (n) => {
    const k = (n + h / 30) % 12;
    return Math.round(255 * (0.4 - 0.26 * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [at(0), at(8), at(4)];
}

function select(rows) {
  state.rows = rows;
  by('export').disabled = rows.length === 0;
  if (rows.length > 0) say(`${rows.length.toLocaleString('en')} cells selected`);
}

const path = [];
const outline = () => by('lasso').firstElementChild.setAttribute('points', path.map((p) => p.join(',')).join(' '));
by('lasso').onpointerdown = (event) => {
  path.length = 0;
  by('lasso').setPointerCapture(event.pointerId);
  path.push([event.offsetX, event.offsetY]);
};
by('lasso').onpointermove = (event) => {
  if (path.length === 0 || event.buttons === 0) return;
  path.push([event.offsetX, event.offsetY]);
  outline();
};
by('lasso').onpointerup = () => {
  if (path.length > 2) select(plot.inside(path));
  path.length = 0;
  outline();
  if (state.codes !== null) paint();
};

async function save() {
  const path = await window.bridge.chooseTarget();
  if (path === null) return;
  const controller = new AbortController();
  by('cancel').onclick = () => controller.abort();
  by('cancel').hidden = by('progress').hidden = false;
  const onProgress = ({ done, total }) => {
    by('progress').value = total > 0 ? done / total : 0;
  };
  const { rows } = state;
  try {
    const bytes = new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
    await client.call('exportSubset', { rows: bytes, path }, { signal: controller.signal, onProgress });
    say(`${rows.length.toLocaleString('en')} cells saved to ${path}`);
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    say('cancelled');
  } finally {
    by('cancel').hidden = by('progress').hidden = true;
  }
}

by('open').onclick = () =>
  attempt(async () => {
    const path = await window.bridge.chooseFile();
    if (path !== null) await openFile(path);
  });
by('embedding').onchange = () => attempt(() => showEmbedding(by('embedding').value));
by('colour').onchange = () => attempt(() => showColour(by('colour').value));
by('export').onclick = () => attempt(save);
new ResizeObserver(() => plot.draw()).observe(by('plot'));
