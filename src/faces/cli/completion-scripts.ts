/**
 * The scripts. Each one hands the words to `ports __complete` and offers what comes back, so that a script
 * once installed knows of commands that come later. Candidates have no spaces; descriptions follow a tab.
 */
import type { Shell } from './specs/completions.ts'

const bash = `# bash completion for ports
_ports_complete() {
  local word candidates=() words=()
  # bash has split words at "=" and ":"; flags and their values are wanted one by one.
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    [[ $word == "=" ]] || words+=("$word")
  done
  [[ "\${COMP_WORDS[COMP_CWORD]}" != "=" ]] || words+=("")
  while IFS=$'\\t' read -r word _; do
    candidates+=("$word")
  done < <("\${COMP_WORDS[0]}" __complete "\${words[@]}" 2>/dev/null)
  COMPREPLY=("\${candidates[@]}")
}
complete -F _ports_complete ports portolan
`

const zsh = `#compdef ports portolan
# zsh completion for ports
_ports() {
  local line
  local -a candidates
  for line in "\${(@f)$("\${words[1]}" __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] || continue
    candidates+=("\${\${line%%$'\\t'*}//:/\\:}:\${line#*$'\\t'}")
  done
  _describe -V 'ports' candidates
}
if [[ $funcstack[1] == _ports ]]; then _ports; else compdef _ports ports portolan; fi
`

const fish = `# fish completion for ports
function __ports_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  command $words[1] __complete $words[2..-1] "$current" 2>/dev/null
end
complete -c ports -f -k -a '(__ports_complete)'
complete -c portolan -f -k -a '(__ports_complete)'
`

const powershell = `# PowerShell completion for ports
Register-ArgumentCompleter -Native -CommandName ports, portolan -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements |
    Where-Object { $_.Extent.EndOffset -lt $cursorPosition -or $_.Extent.Text -eq $wordToComplete } |
    ForEach-Object { $_.Extent.Text })
  $command = $words[0]
  $rest = @($words | Select-Object -Skip 1)
  if (-not $wordToComplete) { $rest += '' }
  & $command __complete @rest 2>$null | ForEach-Object {
    $text, $brief = $_ -split "\`t", 2
    if (-not $brief) { $brief = $text }
    [System.Management.Automation.CompletionResult]::new($text, $text, 'ParameterValue', $brief)
  }
}
`

export const SCRIPTS: Readonly<Record<Shell, string>> = Object.freeze({ bash, zsh, fish, powershell })
