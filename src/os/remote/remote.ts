/**
 * A host on another machine, reached by ssh: our own program answers there, over its standard streams (`agent.ts`); where it isn't
 * installed, a shell reads what can be read (`shell-host.ts`).
 *
 * It needs a login without a password, and nothing else open there. It installs nothing and leaves nothing behind: what was
 * opened ends with the connection.
 */
import { parseSshTarget, sshLogin } from '../../model/ssh-target.ts'
import { MOST_ANSWER } from '../../wire/agent/agent.ts'
import type { OS } from '../os.ts'
import { Conversation } from './conversation.ts'
import { greet } from './greeting.ts'
import { LineReader } from './line-reader.ts'
import type { Link } from './link.ts'
import { remoteHost } from './remote-host.ts'
import { shellScript } from './shell-script.ts'
import { ShellTalk } from './shell-talk.ts'
import { explainSsh, sshCommand } from './ssh.ts'
import { startScript } from './start-script.ts'
import { openSubprocess } from './subprocess-link.ts'

export { type AgentOptions, type AgentStreams, serveAgent } from './agent.ts'

export interface RemoteOptions {
  /** The program there and what stands before it; `portolan` on its PATH when left out. */
  readonly agentCommand?: readonly string[]
  /** Somebody sits at a terminal: ssh may ask there for a passphrase, or whether a key is right. */
  readonly interactive?: boolean
  /** Until somebody answers, milliseconds; 20 s, or two minutes where somebody is asked. */
  readonly timeoutMs?: number
  /** After so long without a word the agent is lost, milliseconds; 30 s. */
  readonly silenceMs?: number
  /** More words for ssh: `['-F', 'config']`. */
  readonly sshOptions?: readonly string[]
  readonly signal?: AbortSignal
}

/** A host on another machine, and by what it is asked. */
export interface RemoteHost extends OS {
  /** For messages: `ssh://ops@web`. */
  readonly place: string
  /** Who we are there; null where users have no numbers, or nobody said. */
  readonly uid: number | null
  /** `agent`: our own program. `shell`: a script that reads, `why` says how no agent came to be. */
  readonly through:
    | { readonly kind: 'agent'; readonly program: string }
    | { readonly kind: 'shell'; readonly why: string }
}

const CONNECT_SECONDS = 10
const SILENCE_MS = 30_000
/** A rule set of a hundred thousand rules takes some ten seconds to list. */
const SHELL_PATIENCE_MS = 60_000

/**
 * Opens the host. Throws `E_REMOTE_TARGET` for a text that names none, and one of the other `E_REMOTE_` faults where nobody
 * answers there.
 */
export async function openRemote(url: string, options: RemoteOptions = {}): Promise<RemoteHost> {
  const { agentCommand, interactive = false, sshOptions = [], signal } = options
  const target = parseSshTarget(url)
  signal?.throwIfAborted()
  const nonce = newNonce()
  const command = sshCommand(target, { connectSeconds: CONNECT_SECONDS, interactive, more: sshOptions })
  const link = await openSubprocess(command, {
    place: target.url,
    login: sshLogin(target),
    interactive,
    explain: (ended, talking) => explainSsh(target, ended, talking),
  })
  const start =
    agentCommand === undefined ? { nonce, otherwise: shellScript(nonce) } : { nonce, agentCommand }
  link.write(startScript(start))
  return openOver(link, nonce, { timeoutMs: interactive ? 120_000 : 20_000, ...options })
}

/** The same over a link that stands: whatever answers greets first. */
export async function openOver(
  link: Link,
  nonce: string,
  { timeoutMs = 20_000, silenceMs = SILENCE_MS, signal }: RemoteOptions = {},
): Promise<RemoteHost> {
  const reader = new LineReader(link, MOST_ANSWER)
  const greeting = await greet(link, reader, {
    timeoutMs,
    nonce,
    ...(signal === undefined ? {} : { signal }),
  })
  if (greeting.kind === 'shell') {
    const { openShellHost } = await import('./shell-host.ts')
    return openShellHost(link, new ShellTalk(link, reader, nonce, SHELL_PATIENCE_MS), greeting.shell)
  }
  const { hello } = greeting
  return {
    ...remoteHost(new Conversation(link, reader, silenceMs), hello),
    place: link.place,
    uid: hello.uid,
    through: { kind: 'agent', program: hello.program },
  }
}

const newNonce = (): string => process.getBuiltinModule('node:crypto').randomBytes(16).toString('hex')
