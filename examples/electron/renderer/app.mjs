// SPDX-License-Identifier: BSD-3-Clause
//
// The page: it shows what the host answers, and remembers what is selected.

import { Client, scaleSteps } from '../protocol.mjs';
import { categoryColours, numberColours, paletteOf } from './colours.mjs';
import { pointsInside } from './lasso.mjs';
import { followPointer } from './pointer.mjs';
import { Scatter } from './scatter.mjs';
import { showTable } from './table.mjs';
import { showTree } from './tree.mjs';

const rowsShown = 50;
const { bridge } = window;
const at = (id) => document.getElementById(id);

const client = new Client((message) => bridge.send(message));
bridge.listen((message) => {
  if (message.kind === 'gone') client.close(new Error(`The process that reads files ended (${message.code}). Reload.`));
  else client.receive(message);
});

const scatter = startPlot();
const setLasso = followPointer(at('outline'), scatter, (polygon) => choose(pointsInside(scatter.xy, polygon)));
const count = (number) => number.toLocaleString('en');

let opened = null; // what `open` answered
let chosen = null;
let tableAt = null; // { axis, start }
const jobs = []; // what takes a while, `{ text, controller, progress }`; the last one is shown

function startPlot() {
  try {
    return new Scatter(at('points'));
  } catch (error) {
    at('error').textContent = error.message;
    throw error;
  }
}

/** Runs what a control asks for, and shows what goes wrong. */
async function attempt(work) {
  at('error').textContent = '';
  delete at('error').dataset.code;
  try {
    await work();
  } catch (error) {
    if (error.name === 'AbortError') {
      say('Cancelled');
      return;
    }
    const where = [error.key && `at ${error.key}`, error.file && `in ${error.file}`].filter(Boolean).join(' ');
    at('error').textContent = `${error.message}${where === '' ? '' : ` (${where})`}`;
    at('error').dataset.code = error.code ?? '';
    say('');
  }
}

function say(text) {
  at('status').textContent = text;
}

/** Calls a method that takes a while: shows how far it is, and lets it be cancelled. */
async function callWatched(text, method, params) {
  const job = { text, controller: new AbortController(), progress: null };
  const onProgress = (progress) => {
    job.progress = progress;
    showJob();
  };
  jobs.push(job);
  showJob();
  try {
    return await client.call(method, params, { signal: job.controller.signal, onProgress });
  } finally {
    jobs.splice(jobs.indexOf(job), 1);
    showJob();
  }
}

function showJob() {
  const job = jobs.at(-1);
  const bar = at('progress');
  bar.hidden = at('cancel').hidden = job === undefined;
  if (job === undefined) return;
  say(`${job.text} …`);
  if (job.progress === null) bar.removeAttribute('value');
  else Object.assign(bar, { max: job.progress.total, value: job.progress.done });
}

async function open(grant) {
  if (grant === null) return;
  if (opened !== null) await close();
  const { value } = await client.call('open', { token: grant.token });
  opened = value;
  at('name').textContent = value.name;
  at('shape').textContent = `${count(value.shape[0])} cells × ${count(value.shape[1])} genes`;
  at('close').hidden = false;
  showTree(at('tree'), value.tree, (node) => attempt(() => pick(node)));
  fill(at('embedding'), value.embeddings);
  fill(at('colour'), ['', ...value.columns]);
  await showRows('obs', 0);
  if (value.embeddings.length > 0) await plot();
  else say('There is no array in obsm to plot');
}

function fill(select, values) {
  select.replaceChildren(...values.map((value) => new Option(value === '' ? 'none' : value, value)));
}

async function close() {
  for (const { controller } of jobs) controller.abort(new DOMException('The file was closed', 'AbortError'));
  const { file } = opened;
  opened = null;
  for (const id of ['tree', 'embedding', 'colour', 'legend']) at(id).replaceChildren();
  for (const id of ['close', 'before', 'after']) at(id).hidden = true;
  for (const id of ['shape', 'rows', 'table-name']) at(id).textContent = '';
  at('name').textContent = 'Drop an .h5ad file here';
  showTable(document.querySelector('table'), { columns: [], rows: [] });
  scatter.setPoints(new Float32Array(0));
  choose(null);
  say('');
  await client.call('close', { file });
}

async function pick({ key }) {
  if (key === 'obs' || key === 'var') return showRows(key, 0);
  const { value } = await client.call('preview', { file: opened.file, key });
  tableAt = null;
  at('table-name').textContent = key;
  at('rows').textContent = `the first ${value.rows.length}`;
  at('before').hidden = at('after').hidden = true;
  showTable(document.querySelector('table'), value);
}

async function showRows(axis, start) {
  const { value } = await client.call('table', { file: opened.file, axis, start, count: rowsShown });
  tableAt = { axis, start };
  at('table-name').textContent = axis;
  at('rows').textContent = `${count(start + 1)}–${count(start + value.rows.length)} of ${count(value.total)}`;
  at('before').hidden = at('after').hidden = false;
  at('before').disabled = start === 0;
  at('after').disabled = start + rowsShown >= value.total;
  showTable(document.querySelector('table'), value);
}

async function plot() {
  const params = { file: opened.file, key: at('embedding').value };
  const { arrays } = await callWatched('Reading the embedding', 'embedding', params);
  const arrived = performance.now();
  scatter.setPoints(arrays.xy);
  choose(null);
  scatter.drawFully();
  const took = performance.now() - arrived;
  Object.assign(at('points').dataset, { points: scatter.points, drawnMs: took.toFixed(1) });
  say(`${count(scatter.points)} cells drawn in ${took.toFixed(0)} ms`);
  await colour();
}

async function colour() {
  const column = at('colour').value;
  if (column === '') {
    scatter.setColours(null, null);
    at('legend').replaceChildren();
    return;
  }
  const { value, arrays } = await callWatched(`Reading ${column}`, 'colour', { file: opened.file, column });
  if (at('colour').value !== column) return; // another one was chosen meanwhile
  const isNumber = value.kind === 'numbers';
  const colours = isNumber ? numberColours(scaleSteps) : (value.colours ?? categoryColours(value.categories.length));
  scatter.setColours(arrays.codes, paletteOf(colours));
  const ends = isNumber && value.min !== null ? [value.min, value.max] : [];
  const names = isNumber ? ends.map((end) => end.toPrecision(4)) : value.categories;
  showLegend(names, isNumber ? [colours[0], colours.at(-1)] : colours);
  at('points').dataset.colour = column;
  say(`Coloured by ${column}`);
}

function showLegend(names, colours) {
  const items = names.map((name, i) => {
    const item = document.createElement('li');
    const swatch = document.createElement('canvas');
    const context = swatch.getContext('2d');
    context.fillStyle = colours[i];
    context.fillRect(0, 0, swatch.width, swatch.height);
    item.append(swatch, name);
    return item;
  });
  at('legend').replaceChildren(...items);
}

function choose(selection) {
  chosen = selection !== null && selection.count > 0 ? selection.chosen : null;
  scatter.setChosen(chosen);
  at('selected').textContent = chosen === null ? '' : `${count(selection.count)} selected`;
  at('clear').hidden = at('export').hidden = chosen === null;
}

async function exportChosen() {
  const target = await bridge.chooseTarget(`${opened.name.replace(/\.h5ad$/, '')}-selection.h5ad`);
  if (target === null) return;
  const params = { file: opened.file, token: target.token, chosen };
  const { value } = await callWatched(`Writing ${target.name}`, 'export', params);
  say(`${count(value.rows)} cells written to ${value.name} (${count(value.bytes)} bytes)`);
}

const onClick = (id, work) => at(id).addEventListener('click', () => attempt(work));

onClick('open', async () => open(await bridge.chooseFile()));
onClick('close', close);
onClick('fit', () => scatter.fit());
onClick('clear', () => choose(null));
onClick('export', exportChosen);
onClick('before', () => showRows(tableAt.axis, Math.max(0, tableAt.start - rowsShown)));
onClick('after', () => showRows(tableAt.axis, tableAt.start + rowsShown));
onClick('cancel', () => jobs.at(-1)?.controller.abort(new DOMException('Cancelled', 'AbortError')));
onClick('lasso', () => {
  const isOn = at('lasso').getAttribute('aria-pressed') !== 'true';
  at('lasso').setAttribute('aria-pressed', String(isOn));
  setLasso(isOn);
});
at('embedding').addEventListener('change', () => attempt(plot));
at('colour').addEventListener('change', () => attempt(colour));

document.addEventListener('keydown', ({ key }) => {
  if (key === 'Escape') choose(null);
});
document.addEventListener('dragover', (event) => {
  event.preventDefault();
  document.body.classList.add('dropping');
});
document.addEventListener('dragleave', () => document.body.classList.remove('dropping'));
document.addEventListener('drop', (event) => {
  event.preventDefault();
  document.body.classList.remove('dropping');
  const [file] = event.dataTransfer.files;
  if (file !== undefined) attempt(async () => open(await bridge.dropFile(file)));
});
