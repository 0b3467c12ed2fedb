/** Is what listens there able to take connections: its queue, its process, its descriptors? */
import { parseAddress } from '../../../model/address.ts'
import { fine, found, untold } from '../check.ts'
import { heldBack } from '../checks/listener-state.ts'
import { listenersFor } from '../far/listening.ts'
import type { BindCheck } from './bind-inquiry.ts'

/** Somebody beyond (TEST-NET-1, RFC 5737; RFC 3849): who it is doesn't matter to listeners. */
const SOMEBODY = { ipv4: parseAddress('192.0.2.1'), ipv6: parseAddress('2001:db8::1') } as const

export const serves: BindCheck = {
  name: 'serves',
  phase: 'before',
  asks: 'Can what listens there take connections?',
  gathers: [
    'accept queue and its limit',
    'state of its processes',
    'open descriptors',
    'options of its socket',
  ],
  concludes: [
    'accept-queue-full',
    'descriptors-exhausted',
    'process-stopped',
    'socket-filter',
    'deferred-accept',
    'receive-buffer-full',
    'listener-other-device',
  ],
  applies: ({ facts }) => (facts.listening?.length ?? 0) > 0,
  async run({ target, view, suspects, facts }) {
    const [address] = facts.listening ?? []
    if (address === undefined) return untold('nobody listens where others could come')
    const from = address.includes(':') ? SOMEBODY.ipv6 : SOMEBODY.ipv4
    const listeners = await listenersFor({ target }, { view, address, port: target.port, from })
    const [only] = listeners
    if (only === undefined) {
      const device = facts.sockets?.sockets.find(({ interface: index }) => index !== 0)?.interface
      const name = device === undefined ? 'another interface' : facts.sockets!.deviceOf(device)
      const says = `what listens there takes only what comes in by ${name}`
      return found(says, [
        {
          code: 'listener-other-device',
          is: 'likely',
          because: says,
          where: { host: view.label, stage: 'socket' },
          words: { device: name },
          evidence: [{ source: `socket table of ${view.label}`, says }],
        },
      ])
    }
    const claims = (
      await Promise.all(listeners.map(one => heldBack({ facts: {}, target, suspects }, { view }, one)))
    ).flat()
    const worst = claims.find(({ is }) => is === 'proven' || is === 'likely')
    return worst === undefined ? fine(`${only.text} takes connections`, claims) : found(worst.because, claims)
  },
}
