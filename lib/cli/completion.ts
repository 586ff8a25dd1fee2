// SPDX-License-Identifier: BSD-3-Clause

import type { Command, Option } from 'commander';
import { exitCode } from './exit-codes';
import { printJson, schemaVersion } from './output';

export type Shell = 'bash' | 'zsh' | 'fish';

/** `anndata completion`: a script for a shell, made from the commands there are. */
export function completion(program: Command, shell: Shell, { json }: { json?: boolean }): number {
  const script = { bash, zsh, fish }[shell](program.commands);
  if (json === true) printJson({ schema: schemaVersion, shell, script });
  else process.stdout.write(script);
  return exitCode.ok;
}

const flagsOfOption = ({ short, long }: Option): string[] => [short, long].filter((flag) => flag !== undefined);
const flagsOf = ({ options }: Command): string[] => options.flatMap(flagsOfOption);

/** Flags of options that take one of some values. */
const choicesOf = ({ options }: Command): { flags: string; values: readonly string[] }[] =>
  options.flatMap((option) =>
    option.argChoices === undefined ? [] : [{ flags: flagsOfOption(option).join('|'), values: option.argChoices }],
  );

/** What can stand in the place of arguments; nothing where they are files, keys and the like. */
const argumentsOf = ({ registeredArguments }: Command): string[] =>
  registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);

function bash(commands: readonly Command[]): string {
  const cases = commands.map((command) => {
    const choices = choicesOf(command).map(
      ({ flags, values }) => `        ${flags}) words='${values.join(' ')}' files='' ;;\n`,
    );
    const byOption = choices.length === 0 ? '' : `      case "$before" in\n${choices.join('')}      esac\n`;
    const fixed = argumentsOf(command);
    const words = [...fixed, ...flagsOf(command)].join(' ');
    return `    ${command.name()})\n      words='${words}'${fixed.length > 0 ? " files=''" : ''}\n${byOption}      ;;\n`;
  });
  return `# source <(anndata completion bash)
_anndata() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} words='' files=yes file
  # Bash takes --option=value for three words.
  [[ $before == = ]] && before=\${COMP_WORDS[COMP_CWORD-2]}
  [[ $word == = ]] && word=''
  case "\${COMP_WORDS[1]}" in
${cases.join('')}  esac
  [[ $COMP_CWORD -eq 1 ]] && words='${commands.map((command) => command.name()).join(' ')} --help --version' files=''
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  [[ -z $files || $word == -* ]] && return
  while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -f -- "$word")
}
complete -o filenames -F _anndata anndata
`;
}

function zsh(commands: readonly Command[]): string {
  const cases = commands.map((command) => {
    const options = command.options.flatMap((option: Option) => {
      const choices = option.argChoices === undefined ? ':value:_files' : `:value:(${option.argChoices.join(' ')})`;
      const value = option.required || option.optional ? choices : '';
      return flagsOfOption(option).map((flag) => `'${flag}[${quoted(option.description)}]${value}'`);
    });
    const fixed = argumentsOf(command);
    const rest = fixed.length === 0 ? "'*:file:_files'" : `':value:(${fixed.join(' ')})'`;
    return `    ${command.name()}) _arguments ${[...options, rest].join(' ')} ;;\n`;
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
    const fixed = argumentsOf(command);
    return [
      `complete -c anndata -n __fish_use_subcommand -f -a ${name} -d '${quoted(command.description())}'`,
      ...(fixed.length === 0 ? [] : [`${within} -f -a '${fixed.join(' ')}'`]),
      ...command.options.map((option: Option) => {
        const taken = option.argChoices === undefined ? ' -r' : ` -x -a '${option.argChoices.join(' ')}'`;
        const short = option.short === undefined ? '' : ` -s ${option.short.slice(1)}`;
        const value = option.required || option.optional ? taken : '';
        return `${within}${short} -l ${option.long?.slice(2)} -d '${quoted(option.description)}'${value}`;
      }),
    ];
  });
  return `# anndata completion fish | source\n${lines.join('\n')}\n`;
}

/** Text between single quotes, without what means something to a shell there. */
function quoted(text: string): string {
  return text.replaceAll("'", '’').replaceAll('[', '(').replaceAll(']', ')').replaceAll(':', ' -');
}
