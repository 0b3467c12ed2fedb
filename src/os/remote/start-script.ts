/**
 * What the shell on the other machine is told at first: to become the agent, or, where there is none, to wait for questions
 * (`shell-script.ts`).
 *
 * The whole is one brace group, which a shell reads to its end before it does anything, so that what comes after it on the same
 * input is left for the agent. Nothing of it is ever put together from answers; the words of `--agent-command` are quoted.
 */

/** What is said of the machine when the shell is ready: system, user, seconds since 1970, and why there is no agent. */
const SHELL_FACTS = '"$(uname -s) $(id -u) $(date +%s) $why"'

/** A line of these words, the nonce and a reason: no agent is there, the shell takes questions. */
export const SHELL_READY = 'portolan-shell'

export interface StartOptions {
  readonly nonce: string
  /** The program and what stands before `agent --stdio`; `portolan` on the PATH when left out. */
  readonly agentCommand?: readonly string[]
  /** What the shell is to do where there is no agent; without it, it ends. */
  readonly otherwise?: string
}

/** Statuses of an agent that could not start: usage, which an older version or an older Node says, and of a shell. */
const NOT_STARTED = '2|126|127'

export function startScript({ nonce, agentCommand, otherwise }: StartOptions): string {
  if (agentCommand !== undefined)
    return `{\nexec ${[...agentCommand, 'agent', '--stdio'].map(quoted).join(' ')}\n}\n`
  const shell =
    otherwise === undefined
      ? `printf '%s\\n' "$why" >&2\nexit 127`
      : `printf '\\n%s %s %s\\n' ${SHELL_READY} ${nonce} ${SHELL_FACTS}\n${otherwise}`
  return `{
if command -v portolan >/dev/null 2>&1; then
  portolan agent --stdio
  status=$?
  case $status in
  ${NOT_STARTED}) why="portolan agent --stdio ended with $status" ;;
  *) exit "$status" ;;
  esac
else
  why='there is no program portolan on its PATH'
fi
${shell}
}
`
}

/** One word of sh, whatever is in it (POSIX.1 Shell Command Language, 2.2.2). */
export const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`
