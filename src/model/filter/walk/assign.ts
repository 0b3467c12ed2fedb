/** `set`: a rule changes the packet, its mark or its connection (nft_meta_set_eval, nft_ct_set_eval, nft_payload_set_eval). */
import type { Expression } from '../expression.ts'
import type { Packet } from '../packet.ts'
import type { Scalar } from '../pattern.ts'
import { hasPorts } from '../transports.ts'
import { setConntrack } from './conntrack.ts'
import { type Extension, extension } from './extension.ts'
import { override, suppose } from './fact.ts'
import { BREAK, DROP, NEXT, type Outcome } from './outcome.ts'
import { FACT_OF_FIELD, fieldKey, payload } from './payload.ts'
import { fieldAt, rawPayload } from './raw-payload.ts'
import { readExpression } from './read-expression.ts'
import type { Traversal } from './traversal.ts'
import { ABSENT, type Value } from './value.ts'

export function assign(t: Traversal, target: Expression, to: Expression): Outcome {
  const value = readExpression(t, to)
  // A target of iptables that finds nothing to take changes nothing, and its rule goes on.
  if (value === ABSENT) return t.table?.backend === 'nftables' ? BREAK : NEXT
  switch (target.kind) {
    case 'meta':
      // A frame that is handed to IP instead of the bridge (nft_meta_bridge): no such way is known here.
      if (
        target.key === 'broute' &&
        value !== 0 &&
        !suppose(t, 'meta broute set leaves it to the bridge', true)
      )
        return DROP
      setMeta(t, target.key, value)
      return NEXT
    case 'ct':
      setConntrack(t, target.key, value, target.direction)
      return NEXT
    case 'payload':
      if (payload(t, target.protocol, target.field) === ABSENT) return BREAK
      setField(t, target.protocol, target.field, value)
      return NEXT
    case 'raw':
      return setBits(t, target, value)
    case 'header': {
      // An option that isn't there stays away, and the rule goes on.
      const { field: _, ...whole } = target
      if (extension(t, whole) === 1 && target.field !== undefined && !isLargerSegment(t, target, value))
        setOther(t, `tcp option ${target.name} ${target.field}`, value)
      return t.packet.protocol === undefined || t.packet.protocol === 6 ? NEXT : BREAK
    }
    default:
      return NEXT
  }
}

/** Segments only get smaller: larger ones could stop a connection (nft_exthdr_tcp_set_eval). */
const isLargerSegment = (t: Traversal, target: Extension, value: Value): boolean => {
  if (target.name !== 'maxseg' || target.field !== 'size') return false
  const size = extension(t, target)
  return typeof size === 'number' && typeof value === 'number' && value >= size
}

/** A field that stands just there, or nobody knows any more what the header says (nft_payload_set_eval). */
function setBits(
  t: Traversal,
  { base, offset, length }: Extract<Expression, { kind: 'raw' }>,
  value: Value,
): Outcome {
  if (rawPayload(t, base, offset, length) === ABSENT) return BREAK
  const field = fieldAt(t, base, `${offset},${length}`)
  if (field !== undefined) setField(t, ...field, value)
  else if (base !== 'll') forget(t, base)
  return NEXT
}

function forget(t: Traversal, base: 'nh' | 'th' | 'ih'): void {
  if (base === 'ih') return
  const { family, protocol, length, fields = new Map(), ...header } = t.packet
  const kept = [...fields].filter(
    ([words]) => /^(?:ip6? |exthdr |ip option )/.test(words) === (base === 'th'),
  )
  const { source, destination, ...transport } = header
  const ends =
    base === 'th' && source !== undefined && destination !== undefined ? { source, destination } : {}
  t.packet = {
    ...(base === 'nh' ? transport : ends),
    family,
    ...(protocol === undefined ? {} : { protocol }),
    ...(length === undefined ? {} : { length }),
    fields: new Map(kept),
  }
}

function setMeta(t: Traversal, key: string, value: Value): void {
  const known = override(t, `meta ${key}`, value)
  if (key === 'mark') {
    const { mark: _, ...rest } = t.surroundings
    t.surroundings = typeof known === 'number' ? { ...rest, mark: known } : rest
    return
  }
  const facts = new Map(t.surroundings.facts)
  if (known === undefined) facts.delete(`meta ${key}`)
  else facts.set(`meta ${key}`, known)
  t.surroundings = { ...t.surroundings, facts }
}

/** What ICMP has in the place of a destination port. */
const CHECKSUM_OF: Readonly<Record<number, string>> = { 1: 'icmp checksum', 58: 'icmpv6 checksum' }

function setField(t: Traversal, protocol: string, field: string, value: Value): void {
  const ported = t.packet.protocol
  // What stands where ports would: of other protocols nobody knows what it was for.
  if (protocol === 'th' && ported !== undefined && !hasPorts(ported)) {
    const checksum = field === 'dport' ? CHECKSUM_OF[ported] : undefined
    if (checksum === undefined) forget(t, 'th')
    else setOther(t, checksum, value)
    return
  }
  const place = FACT_OF_FIELD[fieldKey(protocol, field)]
  if (place === undefined) setOther(t, `${protocol} ${field}`, value)
  else {
    const known = override(t, fieldKey(protocol, field), value)
    const { [place]: _, ...rest } = t.packet
    t.packet = (known === undefined ? rest : { ...rest, [place]: known }) as Packet
  }
}

function setOther(t: Traversal, words: string, value: Value): void {
  const known: Scalar | undefined = override(t, words, value)
  const fields = new Map(t.packet.fields)
  if (known === undefined) fields.delete(words)
  else fields.set(words, known)
  t.packet = { ...t.packet, fields }
}
