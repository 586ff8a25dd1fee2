// SPDX-License-Identifier: BSD-3-Clause

import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg, release } from 'node:os';

/** What the figures depend on. */
export async function machine(twin) {
  const { version } = createRequire(import.meta.url)('../../package.json');
  const commit = execFileSync('git', ['describe', '--always', '--dirty', '--exclude=*'], { encoding: 'utf8' }).trim();
  return {
    date: new Date().toISOString().slice(0, 10),
    commit,
    processor: `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores`,
    'load before the run': loadavg()[0].toFixed(1),
    system: `${process.platform} ${release()}`,
    ours: `anndata ${version}, Node ${process.version}`,
    theirs: await twin.ask({ op: 'versions' }),
  };
}

const time = (ms) => (ms === null ? '–' : ms < 10 ? ms.toFixed(2) : ms.toFixed(0));
const ratio = (theirs, ours) => (ours === null ? '–' : `${(theirs / ours).toFixed(2)}×`);
const mega = (bytes) => (bytes / 2 ** 20).toFixed(0);

/** One row a task, as text. */
export function rows(results) {
  return results.map(({ label, goal, ms, peaks, waits, bytes, same }) => ({
    task: label,
    'Python ms': time(ms.python),
    'ours ms': time(ms.now),
    ratio: ratio(ms.python, ms.now),
    'async ms': time(ms.soon),
    'async ratio': ratio(ms.python, ms.soon),
    'bare copy ms': time(ms.limit),
    'longest wait ms': ms.soon === null ? '–' : `${waits.soon.toFixed(1)} (idle ${waits.idle.toFixed(1)})`,
    'memory MB, Python / ours / async (result)': `${mega(peaks.python)} / ${mega(peaks.now)} / ${ms.soon === null ? '–' : mega(peaks.soon)} (${mega(bytes)})`,
    goal: goal === undefined ? '–' : `${goal}× ${ms.python / ms.now >= goal ? 'met' : 'missed'}`,
    same,
  }));
}

/** The report as Markdown. */
export function markdown(results, { size, rounds, machine: about }) {
  const table = rows(results);
  const head = Object.keys(table[0]);
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const n = (count) => count.toLocaleString('en');
  return [
    `A matrix of about ${n(size.nnz)} stored float32 entries, 20,000 columns; concat: ${size.objects} objects of ${n(size.nnz / size.objects)} entries each whose variables overlap; ${n(size.names)} names.`,
    `Medians of ${rounds} rounds in which all sides take turns, results equal by hash. The bare copy is what two threads need to copy as many bytes as the result has into fresh pages.`,
    'The longest wait of the event loop is the longest of all rounds, beside the one while only Python worked. Memory is the most above what the process held before.',
    '',
    line(head),
    line(head.map(() => '---')),
    ...table.map((row) => line(Object.values(row))),
    '',
    ...Object.entries(about).map(([name, value]) => `- ${name}: ${value}`),
  ].join('\n');
}
