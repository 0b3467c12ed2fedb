/** DNAT, SNAT, MASQUERADE, REDIRECT, NETMAP, TPROXY (the kernel's xt_nat.c and neighbours). */
import type { Pattern } from '../../../model/filter/pattern.ts'
import type { Statement, Translate } from '../../../model/filter/statement.ts'
import { maskedAddress } from '../address-pattern.ts'
import { value } from '../conditions.ts'
import type { Extension, GivenOptions } from '../extension.ts'
import { addressScalar } from '../rule-words.ts'

const NAT_FLAGS = {
  '--random': 'random',
  '--random-fully': 'fully-random',
  '--persistent': 'persistent',
} as const

const flagsOf = (given: GivenOptions): Translate['flags'] =>
  Object.entries(NAT_FLAGS).flatMap(([option, flag]) => (given.has(option) ? [flag] : []))

/** `10.0.0.1-10.0.0.3:80-90`, `[2001:db8::1]:80`, `:80`. Undefined with a base port, which shifts ports. */
const destination =
  (kind: 'dnat' | 'snat', option: string) =>
  (given: GivenOptions): readonly Statement[] | undefined => {
    const text = given.text(option) ?? ''
    const expected = 'an address or range of addresses, and after a colon ports'
    if (text.slice(text.lastIndexOf(':')).includes('/')) return undefined
    const parts =
      given.surrounding.family === 'ip'
        ? /^([\d.]*(?:-[\d.]+)?)(?::([\d-]+))?$/.exec(text)
        : (/^\[([^\]]*(?:\]?-\[?[^\]]*)?)\](?::([\d-]+))?$/.exec(text) ??
          /^()(?::([\d-]+))$/.exec(text) ??
          /^(.*)()$/.exec(text))
    if (parts === null) throw given.refuse(option, expected)
    const address = parts[1] === '' ? undefined : addressRange(given, option, parts[1]!, expected)
    const port = parts[2] ? portRange(given, option, parts[2]) : undefined
    if (address === undefined && port === undefined) throw given.refuse(option, expected)
    return [
      {
        kind,
        ...(address === undefined ? {} : { address }),
        ...(port === undefined ? {} : { port }),
        flags: flagsOf(given),
      },
    ]
  }

function addressRange(given: GivenOptions, option: string, text: string, expected: string): Pattern {
  const { family } = given.surrounding
  const [first, last] = text.split('-').map(each => addressScalar(each.replace(/[[\]]/g, ''), family))
  if (first === undefined || (text.includes('-') && last === undefined)) throw given.refuse(option, expected)
  return last === undefined || last === first ? value(first) : { kind: 'range', low: first, high: last }
}

function portRange(given: GivenOptions, option: string, text: string): Pattern {
  const [low, high = low] = text.split('-').map(Number)
  if (!(low! >= 0 && high! <= 65535 && low! <= high!)) throw given.refuse(option, 'ports from 0 to 65535')
  return low === high ? value(low!) : { kind: 'range', low: low!, high: high! }
}

const toPorts =
  (kind: 'masquerade' | 'redirect') =>
  (given: GivenOptions): readonly Statement[] => [
    {
      kind,
      ...(given.has('--to-ports') ? { port: portRange(given, '--to-ports', given.word('--to-ports')) } : {}),
      flags: flagsOf(given),
    },
  ]

/** The network's bits are replaced and the rest kept; which end of the packet, the hook says. */
function netmap(given: GivenOptions): readonly Statement[] | undefined {
  const { family, hook } = given.surrounding
  const read = maskedAddress(given.text('--to') ?? '', family)
  if (read === undefined) throw given.refuse('--to', 'an address prefix')
  if (hook === undefined || read.length === undefined) return undefined
  const kind = hook === 'prerouting' || hook === 'output' ? 'dnat' : 'snat'
  const address: Pattern = { kind: 'prefix', address: read.address, length: read.length }
  return [{ kind, address, flags: ['netmap'] }]
}

const NAT = { '--random': 0, '--persistent': 0, '--random-fully': 0 } as const

export const NAT_TARGETS: Readonly<Record<string, Extension>> = {
  DNAT: {
    options: { ...NAT, '--to-destination': 1 },
    read: destination('dnat', '--to-destination'),
  },
  SNAT: { options: { ...NAT, '--to-source': 1 }, read: destination('snat', '--to-source') },
  MASQUERADE: { options: { ...NAT, '--to-ports': 1 }, read: toPorts('masquerade') },
  REDIRECT: { options: { ...NAT, '--to-ports': 1 }, read: toPorts('redirect') },
  NETMAP: { options: { '--to': 1 }, read: netmap },
}
