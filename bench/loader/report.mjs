// SPDX-License-Identifier: BSD-3-Clause

const names = {
  ours: 'ours, the file as Python wrote it (gzip)',
  'ours, zstd': 'ours, rewritten with `compression: "zstd"`',
  annbatch: 'annbatch, its own form (sharded Zarr, lz4)',
  scdataset: 'scDataset, the gzip file',
  annloader: "anndata's AnnLoader, the gzip file",
  limit: 'two threads that decode the gzip file and do nothing else',
  'limit, zstd': 'the same for the zstd file',
};

const count = (n) => Math.round(n).toLocaleString('en-US');

/** One line a side. */
export function lines({ label, rates, cpu, problems }) {
  const rows = Object.entries(rates).map(([side, rate]) =>
    rate === null
      ? `  ${side}: ${problems[side]}`
      : `  ${side}: ${count(rate.median)} cells/s (${count(rate.low)}–${count(rate.high)}), ours ${ratio(rates, rate)}, CPU ${cpu[side].toFixed(1)} ms/1,000`,
  );
  return [label, ...rows];
}

const ratio = (rates, rate) => `${(rates.ours.median / rate.median).toFixed(2)}×`;

/** The report as it stands in the docs. */
export function markdown(results, { inputs, machine, rounds }) {
  const facts = Object.entries(machine).map(([name, value]) => `| ${name} | ${value} |`);
  const tables = results.flatMap(({ label, rates, cpu, problems, peak }) => [
    `**${label}**`,
    '',
    '| side | cells/s, median | lowest–highest | ours is | CPU, ms for 1,000 cells |',
    '|---|---:|---:|---:|---:|',
    ...Object.entries(rates).map(([side, rate]) =>
      rate === null
        ? `| ${names[side]} | – | ${problems[side]} | – | – |`
        : `| ${names[side]} | ${count(rate.median)} | ${count(rate.low)}–${count(rate.high)} | ${ratio(rates, rate)} | ${cpu[side].toFixed(1)} |`,
    ),
    '',
    `Highest memory of our process so far: ${count(peak / 2 ** 20)} MiB.`,
    '',
  ]);
  return [
    `${count(inputs.shape[0])} cells × ${count(inputs.shape[1])} genes, ${count(inputs.nnz)} entries; ${rounds} rounds in which all sides take turns.`,
    '',
    ...tables,
    '| the machine | |',
    '|---|---|',
    ...facts,
  ].join('\n');
}
