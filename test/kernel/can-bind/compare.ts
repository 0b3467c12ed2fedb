/**
 * Run in a namespace of its own: puts one socket after the other on a port, asks for every kind of bind whether it can be
 * had, by the rules alone and by a trial, and writes where the two differ.
 */
import { spawnSync } from 'node:child_process'
import { parseAddress } from '../../../src/model/address.ts'
import { openLinux } from '../../../src/os/linux/linux.ts'
import { canBind } from '../../../src/tools/bind/bind.ts'
import * as calls from '../space/calls.ts'

spawnSync('ip', ['link', 'set', 'lo', 'up'])

const FLAGS = [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
] as const
const PLACES = ['0.0.0.0', '127.0.0.1', '127.0.0.2', '::', '::1', '::ffff:127.0.0.1'] as const
const STATES = ['bound', 'listen', 'connected', 'time-wait'] as const
const PORT = 3000
const OTHER = 3001

const os = openLinux()
const differs: string[] = []
const counts = { yes: 0, no: 0, depends: 0 }

/** Descriptors that keep the scene as it is. */
function occupy(
  protocol: 'tcp' | 'udp',
  place: string,
  [address, port]: readonly [boolean, boolean],
  state: string,
): number[] {
  const family = place.includes(':') ? 'ipv6' : 'ipv4'
  const open = (): number => {
    const fd = calls.openSocket(protocol, family)
    calls.setNumber(fd, 'reuseAddress', address ? 1 : 0)
    calls.setNumber(fd, 'reusePort', port ? 1 : 0)
    return fd
  }
  const must = (what: string, errno: string): void => {
    if (errno !== 'OK') throw new Error(`${what} ${place}: ${errno}`)
  }
  const own = open()
  must('bind', calls.bind(own, { address: place, port: PORT }))
  if (state === 'bound') return [own]
  if (state === 'listen') {
    must('listen', calls.listen(own))
    return [own]
  }
  const there = place === '::' ? '::1' : place === '0.0.0.0' ? '127.0.0.1' : place
  const server = calls.openSocket('tcp', family)
  must('bind', calls.bind(server, { address: there, port: OTHER }))
  must('listen', calls.listen(server))
  calls.connect(own, { address: there, port: OTHER })
  calls.poll([server], 1000)
  const child = calls.accept(server)
  if (typeof child !== 'number') throw new Error('nothing came')
  if (state === 'connected') return [own, server, child]
  // Who closes first waits.
  calls.close(own)
  calls.poll([child], 1000)
  calls.close(child)
  return [server]
}

async function compare(scene: string, protocol: 'tcp' | 'udp'): Promise<void> {
  for (const place of PLACES) {
    for (const [reuseAddress, reusePort] of FLAGS) {
      const asked = { protocol, address: parseAddress(place), port: PORT, reuseAddress, reusePort, uid: 0 }
      const ruled = await canBind(os, { ...asked, trial: false })
      const tried = await canBind(os, { ...asked, trial: true })
      counts[ruled.verdict]++
      const agree =
        ruled.verdict === 'depends' || (ruled.verdict === tried.verdict && ruled.errno === tried.errno)
      const explained = tried.verdict === 'yes' || tried.reasons.some(({ code }) => code.startsWith('port-'))
      if (!agree || !explained)
        differs.push(
          `${scene}; ${place} ${reuseAddress} ${reusePort}: ${ruled.verdict}, and ${tried.verdict} ${tried.errno}`,
        )
    }
  }
}

for (const protocol of ['tcp', 'udp'] as const) {
  for (const place of PLACES) {
    for (const flags of FLAGS) {
      for (const state of protocol === 'udp' ? (['bound'] as const) : STATES) {
        if (state === 'time-wait') continue // A namespace each would be needed: they stay for a minute.
        const held = occupy(protocol, place, flags, state)
        await compare(`${protocol} ${place} ${flags} ${state}`, protocol)
        for (const fd of held) calls.abort(fd)
      }
    }
  }
}
const held = occupy('tcp', '127.0.0.1', [true, false], 'time-wait')
await compare('tcp 127.0.0.1 time-wait', 'tcp')
for (const fd of held) calls.close(fd)
await os.close()
process.stdout.write(JSON.stringify({ counts, differs }))
