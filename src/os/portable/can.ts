/** What this process may do on a system that we only know through Node, lsof and ps. */
import { type Can, no, yes } from '../can.ts'

export function canOf(host: {
  readonly platform: string
  readonly table: boolean
  readonly privileged: boolean
}): Can {
  const missing = no(
    `there is no way yet to read the socket table of ${host.platform}`,
    'Ask from a Linux machine.',
  )
  const never = no(`${host.platform} has no such thing that we know how to ask for`, 'Ask a Linux machine.')
  if (!host.table) {
    return {
      sockets: missing,
      details: missing,
      'own-owners': missing,
      'all-owners': missing,
      namespaces: never,
      endings: never,
    }
  }
  return {
    sockets: yes(host.privileged ? 'lsof' : 'lsof, which shows those of our own user'),
    details: no('lsof tells neither drops nor the numbers of TCP connections', 'Ask a Linux machine.'),
    'own-owners': yes('lsof'),
    'all-owners': host.privileged
      ? yes('lsof, as root')
      : no('lsof shows other users’ sockets to root only', 'Run with sudo.'),
    namespaces: never,
    endings: never,
  }
}
