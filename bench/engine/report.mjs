// SPDX-License-Identifier: BSD-3-Clause

import { goalText, stallMs } from './verdict.mjs';

function time(ms) {
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return ms >= 10 ? `${ms.toFixed(0)} ms` : `${ms.toFixed(2)} ms`;
}

const times = (side) =>
  side?.ms ? `${time(side.ms.median)} (${time(side.ms.low)} – ${time(side.ms.high)})` : (side?.problem?.verdict ?? '–');
const whole = (bytes) => (typeof bytes === 'number' ? (bytes / 2 ** 20).toFixed(0) : '–');

function ratioText({ ratio, ratios, size }) {
  if (ratio === undefined) return '–';
  const text = `**${ratio.toFixed(2)}×** (${ratios.low.toFixed(2)} – ${ratios.high.toFixed(2)})`;
  return size === undefined ? text : `${text}, size ${size.toFixed(2)}`;
}

function limitText({ noLimit, ofLimit, sides: { limit1, limit2 } }) {
  if (!limit1?.ms || !limit2?.ms) return noLimit ?? '–';
  const times = `${time(limit1.ms.median)} / ${time(limit2.ms.median)}`;
  return ofLimit === undefined ? times : `${times}: ${(ofLimit * 100).toFixed(0)} %`;
}

function cells({ sides = {}, ...result }) {
  const { label, floor, aim, verdict, why } = result;
  const { python, ours, h5wasm } = sides;
  const further = Object.fromEntries(Object.entries(aim).filter(([name, value]) => floor[name] !== value));
  return [
    label,
    times(python),
    times(ours),
    ratioText(result),
    limitText({ ...result, sides }),
    h5wasm?.ms ? time(h5wasm.ms.median) : (h5wasm?.problem?.why ?? '–'),
    ours?.ms ? `${time(python.cpuMs.median)} / ${time(ours.cpuMs.median)}` : '–',
    ours?.ms ? `${whole(python.peak)} / ${whole(ours.peak)} (${whole(ours.bytes)})` : '–',
    ours?.ms ? `${ours.ownStallMs.toFixed(0)} ms (${ours.stallMs.toFixed(0)} ms)` : '–',
    goalText(floor) || '–',
    goalText(further) || '–',
    why ? `${verdict}: ${why}` : verdict,
  ];
}

const head = [
  'workload',
  "Python's anndata",
  'ours',
  'ratio',
  'limit by 1 / 2 threads: ours of it',
  'h5wasm',
  'CPU time, Python / ours',
  'memory in MB, Python / ours (result)',
  'longest stall (stolen time included)',
  'floor',
  'aim',
  'verdict',
];

/** The report as Markdown: how to read it, table, machine. */
export function markdown({ machine, inputs, rounds, results }) {
  const line = (values) => `| ${values.map((v) => String(v).replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    `${inputs.shape.map((n) => n.toLocaleString('en')).join(' × ')} counts, ${inputs.nnz.toLocaleString('en')} stored entries, ` +
      `and a table of ${inputs.wide.toLocaleString('en')} observations. Warm cache, medians (lowest – highest) of ${rounds} interleaved ` +
      'rounds, results equal by hash. The limit is what threads of the bare codecs need for the same payloads in memory, first touch of ' +
      'the output included (pread for what is not compressed, codec and pwrite for writing). Memory is the most above what the process ' +
      `held before. The event loop may wait at most ${stallMs} ms in any case; waits during which the hypervisor gave a processor to ` +
      'somebody else (/proc/stat) count in brackets only. Python does not sync what it writes and we do: outputs go ' +
      'to the file system named below.',
    '',
    line(head),
    line(head.map(() => '---')),
    ...results.map((result) => line(cells(result))),
    '',
    ...Object.entries(machine).map(([name, value]) => `- ${name}: ${value}`),
  ].join('\n');
}
