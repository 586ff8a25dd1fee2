// SPDX-License-Identifier: BSD-3-Clause
//
// One case: results compared first, then rounds in which all sides take turns.

import { rm } from 'node:fs/promises';
import { judge } from './verdict.mjs';

/** Median, lowest and highest of some figures; null without any. */
export function spread(values) {
  const known = values.filter((v) => typeof v === 'number').sort((a, b) => a - b);
  if (known.length === 0) return null;
  const middle = known.length / 2;
  const median = Number.isInteger(middle) ? (known[middle - 1] + known[middle]) / 2 : known[Math.floor(middle)];
  return { median, low: known[0], high: known.at(-1) };
}

const failure = ({ error, notBuilt }) =>
  notBuilt !== undefined
    ? { verdict: 'not built', why: notBuilt }
    : error !== undefined
      ? { verdict: 'failed', why: error.split('\n')[0] }
      : null;

/**
 * Measures one case on all sides.
 *
 * @param children - `{ python, ours, h5wasm, limits }`, each with `ask`
 * @param context - inputs, `scratch`, `rounds`
 */
export async function runCase(workload, test, children, context) {
  const request = test.request(context);
  const sides = { python: { request }, ours: { request } };
  const result = { name: test.name, label: test.label, floor: test.floor, aim: test.aim };
  try {
    if (test.oursRequest) {
      const ask = async (name, question) => {
        const answer = await children.ours.ask({ workload: name, request: question, check: false });
        if (failure(answer)) throw Object.assign(new Error(), { problem: failure(answer) });
      };
      sides.ours.request = { ...request, ...(await test.oursRequest(context, ask)) };
    }
    if (test.h5wasm === true) sides.h5wasm = { request };
    // A fresh process: what an earlier case left in an allocator would hide what this one needs.
    await children.ours.close();
    const problem = await compare(workload, test, sides, children);
    if (sides.python.problem) return { ...result, ...sides.python.problem };
    await interleave(workload, test, sides, children, context);
    return summarize(test, result, sides, problem);
  } catch (error) {
    if (error.problem === undefined) throw error;
    return { ...result, ...error.problem };
  } finally {
    if (test.writes) for (const { request: made } of [sides.python, sides.ours]) await rm(made.out, { force: true });
  }
}

/** Every side once, untimed: this also warms the page cache. Sides that differ from Python or cannot run get a `problem`. */
async function compare(workload, test, sides, children) {
  for (const [name, side] of Object.entries(sides)) {
    let answer = await children[name].ask({ workload, request: side.request, check: true });
    side.problem = failure(answer);
    side.firstPeak = answer.peak;
    if (test.writes && !side.problem) {
      const written = { workload: 'full-x', request: { file: side.request.out, sorted: true }, check: true };
      answer = await children.python.ask(written);
      side.problem = failure(answer);
    }
    side.digest = answer.digest;
  }
  const { python, ...others } = sides;
  for (const side of Object.values(others)) {
    const equal = side.digest !== undefined && side.digest === python.digest;
    if (!python.problem) side.problem ??= equal ? null : { verdict: 'differs', why: "the result is not Python's" };
  }
  return sides.ours.problem;
}

/** Rounds in which each side runs once, starting with another one each time. */
async function interleave(workload, test, sides, children, context) {
  const runners = Object.entries(sides)
    .filter(([, side]) => !side.problem)
    .map(([name, side]) => ({
      side,
      run: () => children[name].ask({ workload, request: side.request, check: false }),
    }));
  const source = test.oursRequest ? sides.ours : sides.python;
  if (test.limit && !source.problem) {
    const [kind, ...words] = test.limit(source.request, context);
    for (const threads of [1, 2]) {
      const side = {};
      sides[`limit${threads}`] = side;
      runners.push({ side, run: () => children.limits.ask([kind, threads, ...words]) });
    }
  }
  for (const { side } of runners) side.answers = [];
  for (let round = 0; round < context.rounds; round++) {
    for (let i = 0; i < runners.length; i++) {
      const { side, run } = runners[(i + round) % runners.length];
      if (side.problem) continue;
      const answer = await run();
      side.problem = failure(answer);
      side.answers.push(answer);
    }
  }
}

function figures({ answers, problem, request, firstPeak }) {
  if (problem || !answers) return { problem: problem ?? null };
  const of = (key) => spread(answers.map((a) => a[key]));
  const repeat = request?.repeat ?? 1;
  return {
    ms: of('ms'),
    cpuMs: of('cpuMs'),
    peak: spread([firstPeak, ...answers.map((a) => a.peak)])?.high ?? null,
    bytes: of('bytes')?.median ?? null,
    stallMs: of('stallMs')?.high ?? null,
    ownStallMs: of('ownStallMs')?.high ?? null,
    size: of('size')?.median ?? null,
    ...(repeat > 1 && { repeat }),
    all: answers.map((a) => a.ms),
  };
}

function summarize(test, result, sides, problem) {
  const found = Object.fromEntries(Object.entries(sides).map(([name, side]) => [name, figures(side)]));
  const { python, ours, limit1, limit2 } = found;
  for (const limit of [limit1, limit2]) {
    // A limit covers all that a case repeats; its time is given for one.
    const repeat = sides.ours.request.repeat ?? 1;
    if (limit?.ms) for (const key of ['median', 'low', 'high']) limit.ms[key] /= repeat;
  }
  const measured = { problem: problem ?? sides.ours.problem, ours };
  if (ours.ms && python.ms) {
    const ratios = sides.python.answers.map((a, i) => a.ms / sides.ours.answers[i].ms);
    measured.ratio = python.ms.median / ours.ms.median;
    measured.ratios = spread(ratios);
    measured.ofLimit = limit2?.ms ? limit2.ms.median / ours.ms.median : undefined;
    measured.size = ours.size && python.size ? ours.size / python.size : undefined;
    measured.extraMemory = ours.peak === null ? undefined : Math.max(0, ours.peak - ours.bytes);
  }
  const { ours: _, problem: __, ...numbers } = measured;
  const h5wasm = found.h5wasm ?? { problem: { verdict: 'skipped', why: test.h5wasm } };
  return { ...result, ...judge(test, measured), ...numbers, sides: { ...found, h5wasm }, noLimit: test.noLimit };
}
