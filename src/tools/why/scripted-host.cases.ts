/** A host whose attempts end as a test says: the memory host for all else. */
import { type Address, parseAddress } from '../../model/address.ts'
import { type Endpoint, formatEndpoint } from '../../model/endpoint.ts'
import { known, unknown } from '../../model/known.ts'
import type { Attempt, AttemptRequest, IcmpError, SeenFrame } from '../../os/attempt.ts'
import type { MachineDescription } from '../../os/memory/memory.ts'
import { openMemory } from '../../os/memory/memory.ts'
import type { OS, RouteAnswer } from '../../os/os.ts'
import { type Tried, triedOf } from '../../os/reach.ts'

/** How attempts to an endpoint end; what isn't said can't be told. */
export interface ScriptedAttempt {
  /** `open`, `silent`, or the system's word. */
  readonly ends: string
  readonly atOnce?: boolean
  readonly ms?: number
  readonly icmp?: readonly IcmpError[]
  readonly frames?: readonly SeenFrame[]
  /** What an open one says once it is spoken to; a page of the web. */
  readonly answers?: string
  /** Frames can't be seen. */
  readonly unseen?: true
}

export interface Script {
  readonly machine?: MachineDescription
  readonly names?: Readonly<Record<string, readonly string[]>>
  /** By `192.0.2.1:80`, or `*`. */
  readonly attempts?: Readonly<Record<string, ScriptedAttempt>>
  readonly route?: (to: Address) => RouteAnswer
  readonly platform?: string
}

export interface ScriptedHost extends OS {
  readonly asked: AttemptRequest[]
  /** Attempts that were not closed. */
  open(): number
}

export function scriptedHost({ machine, names, attempts = {}, route, platform }: Script): ScriptedHost {
  const os = openMemory({ filter: {}, ...machine, ...(names === undefined ? {} : { names }) })
  const asked: AttemptRequest[] = []
  let open = 0
  return {
    ...os,
    ...(platform === undefined ? {} : { platform }),
    asked,
    open: () => open,
    routeTo: async ({ to }) => (route === undefined ? unknown('unsupported') : known(route(to))),
    reach: {
      ...os.reach,
      async attempt(request) {
        asked.push(request)
        const script = attempts[formatEndpoint(request.to)] ?? attempts['*'] ?? { ends: 'silent' }
        await os.clock.advance(script.ms ?? 1)
        open++
        return attemptOf(script, request.to, () => open--)
      },
    },
  }
}

export function attemptOf(script: ScriptedAttempt, to: Endpoint, closed: () => void): Attempt {
  const { ends, atOnce = false, ms = 1, icmp = [], frames = framesOf(script, to) } = script
  const words = new TextEncoder().encode(script.answers ?? 'HTTP/1.1 200 OK\r\n\r\n')
  let [isAsked, isOpen] = [false, true]
  const outcome: Tried =
    ends === 'open' ? { kind: 'yes' } : ends === 'silent' ? { kind: 'timed-out' } : triedOf(ends)
  return {
    outcome,
    atOnce,
    ms,
    local: unknown('unsupported'),
    seen: async () => ({
      icmp: known(icmp),
      frames: script.unseen ? unknown('denied') : known(frames),
      tcp: unknown('unsupported'),
    }),
    async send() {
      isAsked = true
      return outcome
    },
    async receive() {
      if (!isAsked || ends !== 'open') return { kind: 'nothing' }
      isAsked = false
      return { kind: 'bytes', bytes: words }
    },
    finish: async () => undefined,
    async close() {
      if (isOpen) closed()
      isOpen = false
    },
  }
}

const US = parseAddress('198.51.100.2')

export const frame = (
  way: 'out' | 'in',
  peer: Address,
  flags: string,
  more: Partial<SeenFrame> = {},
): SeenFrame => ({
  way,
  device: 'eth0',
  atMs: 0,
  source: way === 'out' ? US : peer,
  destination: way === 'out' ? peer : US,
  protocol: 'tcp',
  hops: 63,
  flags,
  payload: 0,
  ...more,
})

/** A SYN that left, and what usually comes back for such an end. */
function framesOf({ ends, atOnce }: ScriptedAttempt, { address }: Endpoint): readonly SeenFrame[] {
  if (atOnce) return []
  const back = { open: 'SA', ECONNREFUSED: 'RA' }[ends]
  return [frame('out', address, 'S'), ...(back === undefined ? [] : [frame('in', address, back)])]
}
