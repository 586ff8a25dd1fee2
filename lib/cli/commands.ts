// SPDX-License-Identifier: BSD-3-Clause

import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { packageVersion } from '../native';

/** Runs the work of a command and reports what it throws; `json`: on stdout, too. */
type Guard = (json: boolean, run: () => Promise<number>) => Promise<void>;

interface Json {
  json?: boolean;
}

const codecs = ['gzip', 'lzf', 'zstd', 'none'];
const statistics = ['sum', 'mean', 'variance', 'nonzero', 'min', 'max'];
const strategies = ['same', 'unique', 'first', 'only'];

/** The commands and their options. Modules are loaded by a plain require, so that start-up pays only for what runs. */
export function describeCommands(guard: Guard): Command {
  const program = new Command('anndata')
    .description('Look into, check, compare, convert, join, cut, split and count .h5ad files.')
    .version(packageVersion())
    .showHelpAfterError('(try "anndata --help")')
    .addHelpText(
      'after',
      '\nExit codes: 0 fine, 1 failed, 2 usage, 3 the file is not a valid AnnData, 130 interrupted; of diff: 0, 1, 2.',
    )
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'anndata: error: ')) });
  describeReaders(program, guard);
  describeTables(program, guard);
  describeConvert(program, guard);
  describeConcat(program, guard);
  describeSubset(program, guard);
  describeSplit(program, guard);
  describeStats(program, guard);
  describeDiff(program, guard);
  program
    .command('completion')
    .description('print a script that completes commands and options')
    .addArgument(new Argument('<shell>', 'bash, zsh or fish').choices(['bash', 'zsh', 'fish']))
    .option('--json', 'print JSON')
    .addHelpText('after', examples('anndata completion bash > ~/.anndata-completion'))
    .action((shell: import('./completion').Shell, options: Json) =>
      guard(options.json === true, async () =>
        load<typeof import('./completion')>('./completion').completion(program, shell, options),
      ),
    );
  return program;
}

function load<T>(module: string): T {
  return require(module) as T;
}

/** What help ends with. */
function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

/** Options of all commands that write files. */
function writing(command: Command): Command {
  return command
    .addOption(new Option('--compression <codec>', 'how arrays are compressed').choices(codecs).default('none'))
    .option('--level <n>', 'gzip 0 to 9 (default 1), zstd 1 to 22 (default 3)')
    .option('--max-memory <size>', 'for what is read while it is written, such as 64M or 2G (default 256M)')
    .option('--force', 'replace an existing file')
    .option('--json', 'print JSON');
}

/** An option that may come several times. */
function repeated(flags: string, description: string): Option {
  return new Option(flags, description).argParser((value: string, before: string[] | undefined) => [
    ...(before ?? []),
    value,
  ]);
}

function describeReaders(program: Command, guard: Guard): void {
  program
    .command('info')
    .description('show shape and elements; reads metadata only')
    .argument('<file>', '.h5ad file')
    .option('--json', 'print JSON')
    .addHelpText('after', examples('anndata info cells.h5ad'))
    .action((file: string, options: Json) =>
      guard(options.json === true, () => load<typeof import('./info')>('./info').info(file, options)),
    );

  program
    .command('validate')
    .description('check everything in a file and list all findings')
    .argument('<file>', '.h5ad file')
    .option('--json', 'print JSON')
    .addHelpText('after', examples('anndata validate cells.h5ad --json'))
    .action((file: string, options: Json) =>
      guard(options.json === true, () => load<typeof import('./validate')>('./validate').validate(file, options)),
    );
}

function describeTables(program: Command, guard: Guard): void {
  program
    .command('tree')
    .description('show every object of a file as HDF5 has it; reads metadata only')
    .argument('<file>', 'HDF5 file')
    .argument('[key]', 'where to begin, such as obs or layers/counts')
    .option('--attrs', 'attributes, too')
    .addOption(new Option('--depth <n>', 'so many levels').argParser(wholeNumber))
    .option('--json', 'print JSON')
    .addHelpText('after', examples('anndata tree cells.h5ad', 'anndata tree cells.h5ad obs --attrs'))
    .action((file: string, key: string | undefined, options: import('./tree').TreeOptions) =>
      guard(options.json === true, () => load<typeof import('./tree')>('./tree').tree(file, key, options)),
    );

  program
    .command('head')
    .description('show the first rows of obs, var or a matrix; reads no more than these')
    .argument('<file>', '.h5ad file')
    .argument('[key]', 'obs, var, X, raw/X, layers/…, obsm/…, obs/<column> …', 'obs')
    .option('-n, --rows <n>', 'how many rows', '10')
    .option('--columns <n>', 'how many columns (default: 10 of a matrix, all of a frame)')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples('anndata head cells.h5ad', 'anndata head cells.h5ad X --rows 5', 'anndata head cells.h5ad obsm/X_umap'),
    )
    .action((file: string, key: string, options: import('./head').HeadOptions) =>
      guard(options.json === true, () => load<typeof import('./head')>('./head').head(file, key, options)),
    );

  program
    .command('get')
    .description('print an element for other programs, block by block')
    .argument('<file>', '.h5ad file')
    .argument('<key>', 'obs, var, X, layers/…, obsm/…, obs/<column>, uns/… …')
    .option('--obs <names>', 'observations: a,b or @file or - for standard input, one name a line')
    .option('--var <names>', 'variables, likewise')
    .addOption(
      new Option('--format <format>', 'of tables (default: tsv)').choices(['tsv', 'csv', 'ndjson', 'json', 'arrow']),
    )
    .option('--dense', 'all cells of a sparse matrix, not its entries')
    .option('-o, --output <file>', 'write it there, complete or not at all')
    .option('--force', 'replace an existing file')
    .option('--json', 'the same as --format json')
    .addHelpText(
      'after',
      examples(
        'anndata get cells.h5ad obs --format csv > obs.csv',
        'anndata get cells.h5ad X --var CD3E,MS4A1 --dense',
        'anndata get cells.h5ad X --obs - -o part.tsv < names.txt',
        'anndata get cells.h5ad uns/neighbors/params',
      ),
    )
    .action((file: string, key: string, options: import('./get').GetOptions) =>
      guard(options.json === true, () => load<typeof import('./get')>('./get').get(file, key, options)),
    );
}

function describeDiff(program: Command, guard: Guard): void {
  program
    .command('diff')
    .description('show what is not the same in two files (exit code 0: nothing, 1: something, 2: it failed)')
    .argument('<a>', 'HDF5 file')
    .argument('<b>', 'another')
    .option('--key <key>', 'only what is there, such as obs or layers/counts')
    .option('--tolerance <x>', 'numbers this far apart count as equal')
    .option('--relative <x>', 'the same, as a share of the second number')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples('anndata diff old.h5ad new.h5ad', 'anndata diff old.h5ad new.h5ad --key X --relative 1e-6'),
    )
    .action((a: string, b: string, options: import('./diff').DiffOptions) =>
      guard(options.json === true, () => load<typeof import('./diff')>('./diff').diff(a, b, options)),
    );
}

/** @throws {CommanderError} for anything but a whole number */
function wholeNumber(text: string): string {
  if (/^\d+$/.test(text)) return text;
  throw new InvalidArgumentError('It takes a whole number.');
}

function describeConvert(program: Command, guard: Guard): void {
  writing(program.command('convert').description('write a file anew in the current format'))
    .addHelpText(
      'after',
      examples(
        'anndata convert old.h5ad new.h5ad --compression zstd',
        'anndata convert cells.h5ad by-gene.h5ad --to csc',
      ),
    )
    .argument('<in>', '.h5ad file of any age')
    .argument('<out>', 'file to write')
    .addOption(new Option('--to <format>', 'write X in this format').choices(['csr', 'csc', 'dense']))
    .addOption(repeated('--key <key>', 'matrix that --to means instead of X, such as layers/counts; repeatable'))
    .action((input: string, output: string, options: import('./convert').ConvertOptions) =>
      guard(options.json === true, () => load<typeof import('./convert')>('./convert').convert(input, output, options)),
    );
}

function describeConcat(program: Command, guard: Guard): void {
  writing(program.command('concat').description('join files into one'))
    .addHelpText('after', examples('anndata concat a.h5ad b.h5ad -o both.h5ad --label origin --keys a,b'))
    .argument('<in...>', '.h5ad files')
    .requiredOption('-o, --output <file>', 'file to write')
    .addOption(new Option('--axis <axis>', 'what is put side by side (default: obs)').choices(['obs', 'var']))
    .addOption(
      new Option('--join <join>', 'names of the other axis to keep (default: inner)').choices(['inner', 'outer']),
    )
    .addOption(new Option('--merge <strategy>', 'what is kept of the other axis').choices(strategies))
    .addOption(new Option('--uns-merge <strategy>', 'what is kept of uns').choices(strategies))
    .option('--label <name>', 'column that tells which file a row comes from')
    .option('--keys <a,b>', 'names of the files for --label and --index-unique (default: 0,1,…)')
    .option('--index-unique <separator>', 'makes names unique: each is followed by this and the key of its file')
    .option('--fill-value <n>', 'what stands where a file has nothing')
    .option('--pairwise', 'keep obsp (varp), too')
    .action((inputs: string[], options: import('./concat').ConcatCommandOptions) =>
      guard(options.json === true, () => load<typeof import('./concat')>('./concat').concat(inputs, options)),
    );
}

function describeSubset(program: Command, guard: Guard): void {
  writing(program.command('subset').description('write a part of a file'))
    .addHelpText('after', examples('anndata subset cells.h5ad t.h5ad --where cell_type=T --var @genes.txt'))
    .argument('<in>', '.h5ad file')
    .argument('<out>', 'file to write')
    .option('--obs <names>', 'observations: a,b or @file or - for standard input, one name a line')
    .option('--var <names>', 'variables, likewise')
    .addOption(
      repeated('--where <condition>', "of those, where a column of obs passes: 'column=value' (or != < <= > >=)"),
    )
    .addOption(repeated('--var-where <condition>', 'the same for var'))
    .option('--obs-slice <a:b>', 'of those, positions a to b (excluded); also a:b:step')
    .option('--var-slice <a:b>', 'the same for variables')
    .action((input: string, output: string, options: import('./subset').SubsetOptions) =>
      guard(options.json === true, () => load<typeof import('./subset')>('./subset').subset(input, output, options)),
    );
}

function describeSplit(program: Command, guard: Guard): void {
  writing(program.command('split').description('write a file for each value of a column of obs'))
    .addHelpText('after', examples('anndata split cells.h5ad by-sample --by sample'))
    .argument('<in>', '.h5ad file')
    .argument('<folder>', 'where to; made when it is not there')
    .requiredOption('--by <column>', 'column of obs')
    .action((input: string, folder: string, options: import('./split').SplitOptions) =>
      guard(options.json === true, () => load<typeof import('./split')>('./split').split(input, folder, options)),
    );
}

function describeStats(program: Command, guard: Guard): void {
  program
    .command('stats')
    .description('sums, means and more of each variable or observation')
    .argument('<file>', '.h5ad file')
    .addOption(new Option('--axis <axis>', 'of what').choices(['var', 'obs']).default('var'))
    .option('--layer <name>', 'this layer instead of X')
    .option('--raw', 'X of raw')
    .option('--top <n>', 'only the lines with the greatest values')
    .addOption(new Option('--by <statistic>', 'what --top goes by').choices(statistics).default('mean'))
    .option('--max-memory <size>', 'for what is read, such as 64M or 2G (default 256M)')
    .addOption(new Option('--format <format>', 'for other programs').choices(['tsv', 'csv', 'ndjson', 'json']))
    .option('--tsv', 'the same as --format tsv')
    .option('--json', 'print JSON')
    .addHelpText('after', examples('anndata stats cells.h5ad --top 20 --by variance'))
    .action((file: string, options: import('./stats').StatsCommandOptions) =>
      guard(options.json === true, () => load<typeof import('./stats')>('./stats').stats(file, options)),
    );
}
