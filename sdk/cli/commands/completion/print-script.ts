import { type CommonOptions, wantsJson } from '../../session.ts'
import { print, printJson } from '../../terminal.ts'

/**
 * Each script asks `weir __complete WORDS…` for what may stand at the cursor: the words after `weir` up to it, the last one as far as it is typed. The answer's
 * first line is `names` or `files`, then a candidate a line, with a tab before its description.
 */
const SCRIPTS: Record<string, string> = {
  bash: `# weir: completion for bash
_weir() {
  local lines line
  mapfile -t lines < <(weir __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  COMPREPLY=()
  if [[ \${lines[0]} == files ]]; then
    compopt -o default
    return
  fi
  for line in "\${lines[@]:1}"; do
    COMPREPLY+=("$(printf '%q' "\${line%%$'\\t'*}")")
  done
}
complete -F _weir weir`,
  zsh: `#compdef weir
# weir: completion for zsh
_weir() {
  local -a lines names descriptions
  local line
  lines=("\${(@f)$(weir __complete "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ $lines[1] == files ]]; then
    _files
    return
  fi
  for line in $lines[2,-1]; do
    names+=("\${line%%$'\\t'*}")
    descriptions+=("\${line/$'\\t'/  -- }")
  done
  compadd -l -d descriptions -a names
}
if [[ "$funcstack[1]" == "_weir" ]]; then
  _weir "$@"
else
  compdef _weir weir
fi`,
  fish: `# weir: completion for fish
function __weir_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l lines (weir __complete $words[2..-1] 2>/dev/null)
  if test "$lines[1]" = files
    __fish_complete_path (commandline -ct)
  else
    printf '%s\\n' $lines[2..-1]
  end
end
complete -c weir -f -a '(__weir_complete)'`,
}

/** `weir completion SHELL`. */
export async function execute([shell]: [string], options: CommonOptions): Promise<void> {
  const script = SCRIPTS[shell] as string
  if (wantsJson(options)) printJson({ shell, script })
  else print(script)
}
