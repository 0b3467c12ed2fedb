/**
 * What listens on this machine, straight from /proc/net: used to notice a service that an installation started, or a
 * listener that a test run left behind. Empty on systems without /proc/net.
 */
import { readFileSync } from 'node:fs'

const TCP_LISTEN = '0A'
const UDP_UNCONNECTED = '07'

/**
 * Sockets that wait for peers: TCP listeners and unconnected UDP sockets, by inode.
 *
 * @returns {Map<string, string>} inode to a name for messages, `tcp 0100007F:1F90` as the kernel writes it
 */
export function listeners() {
  const found = new Map()
  for (const protocol of ['tcp', 'tcp6', 'udp', 'udp6']) {
    const wanted = protocol.startsWith('tcp') ? TCP_LISTEN : UDP_UNCONNECTED
    for (const line of table(protocol)) {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/)
      if (state === wanted) found.set(inode, `${protocol} ${readable(local)}`)
    }
  }
  return found
}

/** @param {string} protocol */
function table(protocol) {
  try {
    return readFileSync(`/proc/net/${protocol}`, 'utf8').trim().split('\n').slice(1)
  } catch {
    return []
  }
}

/**
 * The port in decimal; the address as the kernel prints it, in words of host byte order, but for the two that matter.
 *
 * @param {string} local
 */
function readable(local) {
  const [address = '', port = ''] = local.split(':')
  const name = /^0+$/.test(address) ? '*' : address === '0100007F' ? '127.0.0.1' : address
  return `${name}:${Number.parseInt(port, 16)}`
}
