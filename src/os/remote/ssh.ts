/**
 * The ssh client of the system as a way to another machine: its words, and what its end comes to.
 *
 * Everything else is said by the user's own ssh configuration: names, users, keys, jumps. Nothing is forwarded, no terminal is
 * asked for there, and without one here nobody is asked for a password (ssh_config(5), BatchMode).
 */
import { type Fault, fault } from '../../model/fault.ts'
import { type SshTarget, sshLogin } from '../../model/ssh-target.ts'
import type { Ended } from './subprocess-link.ts'

export interface SshOptions {
  /** Until there is a connection, seconds. */
  readonly connectSeconds: number
  /** Somebody sits at a terminal and can be asked by ssh. */
  readonly interactive: boolean
  /** More words for ssh, before the host: `-F config`. */
  readonly more: readonly string[]
}

/** Without a word from the other machine for three times as long, ssh gives up. */
const ALIVE_SECONDS = 5

/** The command whose input is a script for `sh` on the other machine. */
export function sshCommand(
  { user, host, port }: SshTarget,
  { connectSeconds, interactive, more }: SshOptions,
): readonly string[] {
  const options = [
    `BatchMode=${interactive ? 'no' : 'yes'}`,
    `ConnectTimeout=${connectSeconds}`,
    `ServerAliveInterval=${ALIVE_SECONDS}`,
    'ServerAliveCountMax=3',
    'ClearAllForwardings=yes',
    'PermitLocalCommand=no',
    'RemoteCommand=none',
  ]
  return [
    'ssh',
    ...options.flatMap(option => ['-o', option]),
    ...more,
    ...['-T', '-a', '-x'],
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    '--',
    host,
    'sh',
  ]
}

/** The status that ssh ends with for its own failures (ssh(1), EXIT STATUS). */
const SSH_FAILED = 255

const WAYS: readonly (readonly [looks: RegExp, code: Parameters<typeof fault>[0], why: string])[] = [
  [/REMOTE HOST IDENTIFICATION HAS CHANGED/, 'E_REMOTE_HOST_KEY', 'its key is another than the known one'],
  [/Host key verification failed|No \S+ host key is known/, 'E_REMOTE_HOST_KEY', 'its key is not known here'],
  [/Permission denied \(([^)]*)\)/, 'E_REMOTE_DENIED', 'it wants one of: $1'],
  [/Permission denied|Too many authentication failures/, 'E_REMOTE_DENIED', '$&'],
  [/Could not resolve hostname [^\n]*/, 'E_REMOTE_UNREACHABLE', 'its name is not known'],
  [/Connection timed out|Operation timed out/, 'E_REMOTE_UNREACHABLE', 'nothing came back in time'],
  [
    /Connection refused|No route to host|Network is unreachable|Connection reset/,
    'E_REMOTE_UNREACHABLE',
    '$&',
  ],
]

/** `talking`: the agent had greeted, so that what broke is a connection that stood. */
export function explainSsh(target: SshTarget, { status, said }: Ended, talking: boolean): Fault {
  const [place, login] = [target.url, sshLogin(target)]
  const lines = said.split('\n').flatMap(line => (line.trim() === '' ? [] : [line.trim()]))
  const last = lines.at(-1)
  if (talking) {
    const why = status === SSH_FAILED ? (last ?? 'ssh says no more') : 'the agent there has ended'
    return fault('E_REMOTE_LOST', { place, why })
  }
  if (status === SSH_FAILED) {
    for (const [looks, code, why] of WAYS) {
      const [found] = looks.exec(said) ?? []
      if (found !== undefined) return fault(code, { place, login, why: found.replace(looks, why) })
    }
    return fault('E_REMOTE_UNREACHABLE', { place, login, why: last ?? 'ssh does not say why' })
  }
  const how = typeof status === 'number' ? `it ended with ${status}` : `it was ended by ${status}`
  return fault('E_REMOTE_AGENT', { place, login, why: last === undefined ? how : `${last} (${how})` })
}
