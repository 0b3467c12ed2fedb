/** Two faults at once. The one that a packet meets first is named first; when it is mended, the other. */
import type { Change, Expected, Fault } from './fault.ts'
import { FAULTS } from './faults/faults.ts'

/** The first blocks before the second. */
const PAIRS: readonly (readonly [first: string, second: string])[] = [
  ['no-default-route', 'own-output-drops'],
  ['no-default-route', 'nothing-listens'],
  ['own-interface-down', 'target-drops-by-policy'],
  ['own-prohibit-route', 'router-rejects-admin-prohibited'],
  ['own-output-drops', 'nothing-listens'],
  ['own-output-drops', 'router-drops'],
  ['own-output-resets', 'target-input-drops'],
  ['own-postrouting-drops', 'router-rejects-tcp-reset'],
  ['ipsec-forbids', 'router-drops'],
  ['wrong-neighbour-of-the-gateway', 'nothing-listens'],
  ['gateway-hears-no-arp', 'target-input-drops'],
  ['cable-is-out', 'nothing-listens'],
  ['router-drops', 'nothing-listens'],
  ['router-drops', 'target-input-drops'],
  ['router-drops', 'own-input-drops-syn-ack'],
  ['router-rejects-admin-prohibited', 'accept-queue-full'],
  ['router-does-not-forward', 'target-input-resets'],
  ['router-has-a-blackhole-route', 'listener-on-loopback'],
  ['router-has-a-prohibit-route', 'target-has-no-way-back'],
  ['router-has-an-unreachable-route', 'target-drops-by-policy'],
  ['router-does-not-forward', 'second-router-rejects'],
  ['router-has-no-route', 'second-router-drops'],
  ['target-wants-the-way-it-would-take', 'nothing-listens'],
  ['target-ingress-drops', 'target-input-resets'],
  ['target-raw-prerouting-drops', 'target-output-drops-syn-ack'],
  ['target-input-drops', 'nothing-listens'],
  ['target-input-drops', 'accept-queue-full'],
  ['target-input-drops', 'target-has-no-way-back'],
  ['accept-queue-full', 'target-has-no-way-back'],
  ['signatures-wanted', 'own-input-drops-syn-ack'],
  ['target-output-drops-syn-ack', 'own-input-drops-syn-ack'],
  ['target-has-no-way-back', 'own-input-drops-syn-ack'],
]

export interface Compound {
  readonly name: string
  readonly first: Fault
  readonly second: Fault
}

const named = (name: string): Fault => {
  const fault = FAULTS.find(one => one.name === name)
  if (fault === undefined) throw new Error(`there is no fault ${name}`)
  return fault
}

/** Tables of nft with a name of their own: a host may have those of both. */
const renamed = (change: Change): Change =>
  change.kind === 'rules' ? { ...change, text: change.text.replaceAll(' fault {', ' second {') } : change

export const COMPOUNDS: readonly Compound[] = PAIRS.map(([one, other]) => {
  const [first, second] = [named(one), named(other)]
  const topology = first.topology ?? second.topology
  const both = topology === undefined ? {} : { topology }
  return {
    name: `${one}-before-${other}`,
    first: { ...first, ...both },
    second: { ...second, ...both, changes: second.changes.map(renamed) },
  }
})

/** What is expected of a fault with all that can be seen of it. */
export const withEverything = ({ client, withTarget, withRouter }: Fault): Expected =>
  withRouter ?? withTarget ?? client
