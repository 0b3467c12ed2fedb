/**
 * Of datagrams, at the hosts that are seen: would the target answer from the address that was asked, and does a translation that began
 * under other rules still steer the flow?
 */
import { unmap, withoutZone } from '../../../model/address.ts'
import { formatEndpoint } from '../../../model/endpoint.ts'
import { trackedAt } from '../../../model/nat/tracked-columns.ts'
import type { Port } from '../../../model/port.ts'
import { isUnixName } from '../../../model/socket.ts'
import { type AddressCheck, fine, found } from '../check.ts'
import { type Arrival, arrivalDevice, arrivalsAt } from '../far/arrivals.ts'
import { socketsAt } from '../far/sockets-at.ts'
import { takersOf } from '../far/take-in.ts'
import { seenFromAfar } from '../far/watching.ts'
import type { Inquiry } from '../inquiry.ts'
import type { Claim } from '../suspects.ts'
import type { ReadView } from '../view.ts'

export const datagramPaths: AddressCheck = {
  name: 'datagram-paths',
  phase: 'after',
  asks: 'Does the target answer from the address that was asked, and are translations as the rules are?',
  gathers: [
    'the target’s own route back and its source',
    'its sockets',
    'tracked connections, beside the rules in force',
  ],
  concludes: ['reply-from-elsewhere', 'stale-translation'],
  applies: inquiry => inquiry.target.protocol === 'udp' && seenFromAfar(inquiry).length > 0,
  async run(inquiry) {
    const arrivals = await arrivalsAt(inquiry)
    const claims = [
      ...(await Promise.all(arrivals.map(arrival => answerClaims(inquiry, arrival)))).flat(),
      ...(await Promise.all(seenFromAfar(inquiry).map(view => staleClaims(inquiry, view)))).flat(),
    ]
    return claims.length === 0
      ? fine('answers come from where was asked')
      : found(claims.map(({ because }) => because).join('; '), claims)
  },
}

/** A socket of the wildcard answers from the address that the route back prefers (udp_sendmsg), unless the program says otherwise. */
async function answerClaims(inquiry: Inquiry, arrival: Arrival): Promise<readonly Claim[]> {
  const { view, address, port, from } = arrival
  if (inquiry.facts.answered === true) return []
  const [at, device, route] = await Promise.all([
    socketsAt(view, 'udp', port),
    arrivalDevice(arrival),
    view.os.routeTo({ to: from }),
  ])
  const arriving = { protocol: 'udp', address, port, from, device } as const
  const [taker] = takersOf(at.sockets, arriving, at.deviceOf, at.dialect)
  if (taker === undefined || isUnixName(taker.local) || !ANY.has(taker.local.address)) return []
  const source = route.known && route.value.kind !== 'refused' ? route.value.source : undefined
  if (source === undefined || bare(source) === bare(address)) return []
  // Who gets an answer from elsewhere says that nobody waits for it (icmp_rcv, RFC 1122 section 4.1.3.1).
  const told = inquiry.facts.moved?.get(view.label)?.rose.get('Icmp.InDestUnreachs') ?? 0
  const says = `${at.textOf(taker)} is bound to no address, and ${view.label} answers ${from} from ${source}`
  return [
    {
      code: 'reply-from-elsewhere',
      // Others are answered so as well.
      is: 'likely',
      because: says,
      where: { host: view.label, stage: 'routing' },
      leg: 'far-back',
      words: { other: source, address },
      evidence: [
        { source: `routes and sockets of ${view.label}`, says },
        ...(told === 0
          ? []
          : [
              {
                source: `counters of ${view.label}`,
                says: `${told} of its packets were answered by "destination unreachable"`,
              },
            ]),
      ],
      remedy: `Have the server listen on ${formatEndpoint({ address, port: port as Port })}, or answer from the address that was asked (IP_PKTINFO).`,
    },
  ]
}

const ANY: ReadonlySet<string> = new Set(['0.0.0.0', '::'])
const UDP = 17

/** A flow keeps the translation that it began with: where it leads elsewhere than a new one would, its rule has gone. */
async function staleClaims({ to }: Inquiry, view: ReadView): Promise<readonly Claim[]> {
  const { batches } = await view.os.connections({ address: to.address, port: to.port, protocols: [UDP] })
  if (!batches.known) return []
  const { judged } = await view.rules()
  if (judged.host === undefined) return []
  const { judgeFlow, parseFlowQuestion } = await import('../../firewall/live.ts')
  for (const columns of batches.value)
    for (let row = 0; row < columns.length; row++) {
      const { original, reply } = trackedAt(columns, row)
      const { source, destination } = original
      if (destination.port !== to.port || bare(destination.address) !== bare(to.address)) continue
      if (source.port === undefined || reply.source.port === undefined) continue
      const flow = `udp ${formatEndpoint(source as never)} -> ${formatEndpoint(to)}`
      const { translated } = judgeFlow(judged, parseFlowQuestion(flow))
      const now = formatEndpoint(translated?.destination ?? to)
      const then = formatEndpoint(reply.source as never)
      if (now === then) continue
      const says = `the flow from ${formatEndpoint(source as never)} still goes to ${then}, and a new one would go to ${now}`
      return [
        {
          code: 'stale-translation',
          is: 'likely',
          because: says,
          where: { host: view.label, stage: 'dnat' },
          words: { by: view.label, host: view.label },
          evidence: [{ source: `tracked connections and rules of ${view.label}`, says }],
          remedy: 'Delete the entry.',
          commands: [
            [
              ...['conntrack', '-D', '-p', 'udp', '--orig-src', source.address, '--orig-dst', to.address],
              ...['--orig-port-src', String(source.port), '--orig-port-dst', String(to.port)],
            ],
          ],
        },
      ]
    }
  return []
}

const bare = (address: Arrival['address']) => unmap(withoutZone(address))
