/** Facts about a packet that aren't in its headers (nft(8), "META EXPRESSIONS"; the kernel's nft_meta_get_eval). */
import { drawn, fact, wordedFact } from './fact.ts'
import type { Traversal } from './traversal.ts'
import { ABSENT, isScalar, isUntold, type Value } from './value.ts'

const ETHERTYPE = { ipv4: 0x0800, ipv6: 0x86dd } as const
/** `NFPROTO_`; chains of a bridge or a device have their own, whatever the packet is (nft_pf). */
export const NFPROTO = { ipv4: 2, netdev: 5, bridge: 7, ipv6: 10 } as const
const LOOPBACK = 772

export function meta(t: Traversal, key: string): Value {
  const { packet, surroundings } = t
  switch (key) {
    case 'protocol':
      return ETHERTYPE[packet.family]
    case 'nfproto':
      return NFPROTO[
        t.table?.family === 'bridge' || t.table?.family === 'netdev' ? t.table.family : packet.family
      ]
    case 'l4proto':
      return fact(t, 'meta l4proto', packet.protocol)
    case 'length':
      return fact(t, 'meta length', packet.length)
    case 'mark':
      return fact(t, 'meta mark', surroundings.mark)
    case 'iif':
    case 'iifname':
      return nameOf(t, 'iifname', inputOf(t))
    case 'oif':
    case 'oifname':
      return nameOf(t, 'oifname', outputOf(t))
    case 'iiftype':
    case 'iifgroup':
    case 'iifkind':
      return aboutDevice(t, key, inputOf(t))
    case 'oiftype':
    case 'oifgroup':
    case 'oifkind':
      return aboutDevice(t, key, outputOf(t))
    case 'skuid':
    case 'skgid':
      return hasNoSocket(t) ? ABSENT : wordedFact(t, `meta ${key}`)
    case 'ibrname':
      return bridgeName(t, inputOf(t))
    case 'obrname':
      return bridgeName(t, outputOf(t))
    case 'ibrpvid':
    case 'ibrvproto':
      return bridgeVlan(t, key)
    case 'random':
      return drawn(t, 'meta random')
    default:
      return wordedFact(t, `meta ${key}`)
  }
}

/**
 * What came in has no socket, unless the stack has found one for it already; what is made here has one, but for the kernel's
 * own answers. The fact `socket` 0 says that there is none.
 */
export function hasNoSocket(t: Traversal): boolean {
  const { inputInterface, facts } = t.surroundings
  const none = facts?.get('socket') === 0
  if (inputInterface === null || t.hook === 'output') return none && !facts?.has('meta skuid')
  return t.hook !== 'input' || none
}

/** At `output` and where a device or a bridge sends there is none; null also for what was made here. */
export const inputOf = (t: Traversal): string | null | undefined =>
  t.hook === 'output' || t.hook === 'egress' || (t.hook === 'postrouting' && (t.layer === 'bridge' || t.lent))
    ? null
    : t.surroundings.inputInterface

/** Before routing, and for what stays here, there is none. */
export const outputOf = (t: Traversal): string | null | undefined =>
  t.hook === 'prerouting' || t.hook === 'input' || t.hook === 'ingress'
    ? null
    : t.surroundings.outputInterface

/** Without a device the kernel has the empty name, which differs from every other. */
const nameOf = (t: Traversal, key: string, name: string | null | undefined): Value =>
  name === null ? '' : fact(t, `meta ${key}`, name)

/** The bridge that the device is a port of (nft_meta_get_bridge). */
function bridgeOf(t: Traversal, device: string | null | undefined): string | typeof ABSENT | undefined {
  if (device === null) return ABSENT
  const { interfaces } = t.surroundings
  const facts = device === undefined ? undefined : interfaces?.get(device)
  return facts === undefined ? undefined : (facts.bridge ?? ABSENT)
}

function bridgeName(t: Traversal, device: string | null | undefined): Value {
  const name = bridgeOf(t, device)
  if (name === ABSENT) return ABSENT
  return fact(t, `bridge of ${device ?? 'a device'}`, name)
}

/** Only a bridge that tells VLANs apart has some (nft_meta_bridge_get_eval). */
function bridgeVlan(t: Traversal, key: string): Value {
  const name = bridgeOf(t, inputOf(t))
  if (name === ABSENT) return ABSENT
  const bridge = name === undefined ? undefined : t.surroundings.bridges?.get(name)
  return bridge?.filtersVlans === false ? ABSENT : wordedFact(t, `meta ${key}`)
}

function aboutDevice(t: Traversal, key: string, name: string | null | undefined): Value {
  if (name === null) return ABSENT
  const facts = name === undefined ? undefined : t.surroundings.interfaces?.get(name)
  if (key.endsWith('kind')) return fact(t, `meta ${key}`, facts?.kind)
  if (key.endsWith('group')) return fact(t, `meta ${key}`, facts?.group)
  return fact(t, `meta ${key}`, facts?.type ?? (name === 'lo' ? LOOPBACK : undefined))
}

/** A name that is known, or undefined. */
export const knownName = (value: Value): string | undefined =>
  !isUntold(value) && isScalar(value) && typeof value === 'string' ? value : undefined
