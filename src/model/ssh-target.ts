/**
 * A host to log in to, as a person types it: `ssh://web`, `ssh://ops@web:2222`, `ssh://[2001:db8::1]`. The form is that of
 * ssh(1), without a path.
 *
 * The host may be a name that only the ssh configuration knows. Neither it nor the user may begin with a hyphen: what runs ssh
 * hands them on as arguments.
 */
import { fault } from './fault.ts'
import { parsePort } from './port.ts'

export interface SshTarget {
  /** As it was written, without the password that nobody may write. */
  readonly url: string
  readonly user?: string
  readonly host: string
  /** What the ssh configuration says, else 22. */
  readonly port?: number
}

export const isSshTarget = (text: string): boolean => /^ssh:/i.test(text)

/** Throws `E_REMOTE_TARGET`, which says why. */
export function parseSshTarget(text: string): SshTarget {
  const refuse = (why: string) => fault('E_REMOTE_TARGET', { text, why })
  const [, place] = /^ssh:\/\/(.*)$/is.exec(text) ?? []
  if (place === undefined) throw refuse('it does not begin with ssh://')
  const [, login, bracketed, plain, rest] =
    /^(?:([^@]*)@)?(?:\[([^\]]*)\]|([^:/@[\]]*))(.*)$/s.exec(place) ?? []
  const host = bracketed ?? plain
  if (host === undefined || rest === undefined) throw refuse('it can’t be taken apart')
  if (/^\/./.test(rest) || rest.includes('/', 1)) throw refuse('a path stands after the host')
  const [, port] = /^(?::([^/]*))?\/?$/.exec(rest) ?? []
  if (rest !== '' && rest !== '/' && port === undefined) throw refuse(`"${rest}" has no place in it`)
  if (host === '') throw refuse('it names no host')
  if (bracketed !== undefined && !/^[\da-f:.]+(?:%[\w.-]+)?$/i.test(host))
    throw refuse('between brackets stands an IPv6 address')
  if (bracketed === undefined && !/^[\w.%-]+$/.test(host)) throw refuse(`"${host}" is no name of a host`)
  if (host.startsWith('-')) throw refuse('a host does not begin with a hyphen')
  if (login === '') throw refuse('it names no user before the @')
  if (login?.includes(':')) throw refuse('a password has no place in it')
  if (login !== undefined && !/^[\w.+\\$][\w.+\\$-]*$/.test(login))
    throw refuse(`"${login}" is no name of a user`)
  const number = port === undefined ? undefined : parsePort(port)
  if (number === 0) throw refuse('nobody listens on port 0')
  const where = bracketed === undefined ? host : `[${host}]`
  return {
    url: `ssh://${login === undefined ? '' : `${login}@`}${where}${number === undefined ? '' : `:${number}`}`,
    host,
    ...(login === undefined ? {} : { user: login }),
    ...(number === undefined ? {} : { port: number }),
  }
}

/** The words after `ssh` that a person would type to get there. */
export const sshLogin = ({ user, host, port }: SshTarget): string =>
  `${port === undefined ? '' : `-p ${port} `}${user === undefined ? '' : `${user}@`}${host}`
