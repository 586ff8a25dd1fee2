// SPDX-License-Identifier: BSD-3-Clause

import type { Command, Option } from 'commander';
import { exitCode } from './exit-codes';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** `anndata completion`: a script for a shell, made from the commands there are. */
export function completion(program: Command, shell: Shell): number {
  process.stdout.write({ bash, zsh, fish }[shell](program.commands));
  return exitCode.ok;
}

const flagsOf = ({ options }: Command): string[] =>
  options.flatMap(({ short, long }: Option) => [short, long].filter((flag) => flag !== undefined));

const valuesOf = ({ options }: Command): { flag: string; values: readonly string[] }[] =>
  options.flatMap(({ long, argChoices }) =>
    argChoices === undefined || long == null ? [] : [{ flag: long, values: argChoices }],
  );

function bash(commands: readonly Command[]): string {
  const cases = commands.map((command) => {
    const values = valuesOf(command).map(({ flag, values }) => `        ${flag}) words='${values.join(' ')}' ;;\n`);
    const choice = values.length === 0 ? '' : `      case "$before" in\n${values.join('')}      esac\n`;
    const fixed = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
    return `    ${command.name()})\n      words='${[...fixed, ...flagsOf(command)].join(' ')}'\n${choice}      ;;\n`;
  });
  return `# source <(anndata completion bash)
_anndata() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} words=''
  case "\${COMP_WORDS[1]}" in
${cases.join('')}  esac
  [ "$COMP_CWORD" -eq 1 ] && words='${commands.map((command) => command.name()).join(' ')} --help --version'
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  [ "$COMP_CWORD" -gt 1 ] && [[ $word != -* ]] && COMPREPLY+=($(compgen -f -- "$word"))
}
complete -o filenames -F _anndata anndata
`;
}

function zsh(commands: readonly Command[]): string {
  const cases = commands.map((command) => {
    const options = command.options.map((option: Option) => {
      const choices = option.argChoices === undefined ? '' : `:value:(${option.argChoices.join(' ')})`;
      const value = option.required || option.optional ? choices || ':value:_files' : '';
      return `'${option.long}[${quoted(option.description)}]${value}'`;
    });
    return `    ${command.name()}) _arguments ${[...options, "'*:file:_files'"].join(' ')} ;;\n`;
  });
  const names = commands.map((command) => `'${command.name()}:${quoted(command.description())}'`).join(' ');
  return `#compdef anndata
# source <(anndata completion zsh)
_anndata() {
  if (( CURRENT == 2 )); then
    local -a commands=(${names})
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words; (( CURRENT-- ))
  case $command in
${cases.join('')}  esac
}
compdef _anndata anndata
`;
}

function fish(commands: readonly Command[]): string {
  const lines = commands.flatMap((command) => {
    const name = command.name();
    const within = `complete -c anndata -n '__fish_seen_subcommand_from ${name}'`;
    return [
      `complete -c anndata -n __fish_use_subcommand -f -a ${name} -d '${quoted(command.description())}'`,
      ...command.options.map((option: Option) => {
        const value = option.argChoices === undefined ? '' : ` -x -a '${option.argChoices.join(' ')}'`;
        return `${within} -l ${option.long?.slice(2)} -d '${quoted(option.description)}'${value}`;
      }),
    ];
  });
  return `# anndata completion fish | source\n${lines.join('\n')}\n`;
}

/** Text between single quotes, without what means something to a shell there. */
function quoted(text: string): string {
  return text.replaceAll("'", '’').replaceAll('[', '(').replaceAll(']', ')').replaceAll(':', ' -');
}
