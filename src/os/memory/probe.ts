/** Ports that a machine which is made up finds: its own by its sockets, those of others as they are described. */
import { type Address, familyOf, withoutZone } from '../../model/address.ts'
import { formatEndpoint } from '../../model/endpoint.ts'
import type { Port } from '../../model/port.ts'
import { PROBE_STATES, type Probe, type ProbeResult } from '../probe-plan.ts'
import type { Machine } from './machine.ts'
import { listens } from './reach.ts'

/** Found at once, told target by target. */
export function probeOf(machine: Machine): Probe {
  return async function* ({ targets, ports, tries }, { signal } = {}) {
    for (const address of targets) {
      signal?.throwIfAborted()
      yield ports.map(port => found(machine, address, port, tries))
    }
  }
}

function found(machine: Machine, address: Address, port: number, tries: number): ProbeResult {
  const { elsewhere = {} } = machine.description
  const told = elsewhere[formatEndpoint({ address, port: port as Port })] ?? elsewhere[address]
  if (told !== undefined) {
    const [word, reason = word, ms] = told.split(' ')
    const state = PROBE_STATES.find(one => one === word)
    if (state === undefined) throw new TypeError(`${address} is described as "${told}": no state of a port`)
    const answered = ms === undefined ? {} : { ms: Number(ms) }
    return { address, port, state, reason: reason!, ...answered, tries: reason === 'no-answer' ? tries : 1 }
  }
  if (!isOurs(machine, address)) return { address, port, state: 'filtered', reason: 'no-answer', tries }
  const open = listens(machine, { address, port })
  return {
    address,
    port,
    state: open ? 'open' : 'closed',
    reason: open ? 'syn-ack' : 'reset',
    ms: 0,
    tries: 1,
  }
}

/** All of 127.0.0.0/8 is (RFC 1122 section 3.2.1.3). */
function isOurs({ namespaces, netns }: Machine, address: Address): boolean {
  if (familyOf(address) === 'ipv4' && address.startsWith('127.')) return true
  return namespaces.get(netns)!.addresses.some(own => withoutZone(own.address) === withoutZone(address))
}
