/**
 * What of a packet is looked up in a set of ipset(8): `--match-set NAME src,dst` names a side for each part of the set's
 * type, `hash:ip,port`.
 */
import type { Expression } from '../../model/filter/expression.ts'
import type { Surrounding } from './extension.ts'

/** Undefined where the type is not known, or has parts that nftables has no words for. */
export function setKey(
  { ipsets, family, protocol }: Surrounding,
  name: string,
  sides: readonly string[],
): Expression | undefined {
  const type = ipsets.get(name)
  const parts = type?.slice(type.indexOf(':') + 1).split(',')
  if (parts === undefined || parts.length > sides.length) return undefined
  const keys = parts.map((part, i) => keyOf(part, sides[i] === 'src' ? 's' : 'd', family, protocol))
  if (keys.includes(undefined)) return undefined
  const flat = keys.flatMap(key => key!)
  return flat.length === 1 ? flat[0] : { kind: 'tuple', parts: flat }
}

function keyOf(
  part: string,
  side: 's' | 'd',
  family: 'ip' | 'ip6',
  protocol: number | undefined,
): readonly Expression[] | undefined {
  switch (part) {
    case 'ip':
    case 'net':
      return [{ kind: 'payload', protocol: family, field: `${side}addr` }]
    case 'mac':
      return [{ kind: 'payload', protocol: 'ether', field: `${side}addr` }]
    case 'mark':
      return [{ kind: 'meta', key: 'mark' }]
    case 'iface':
      return [{ kind: 'meta', key: side === 's' ? 'iifname' : 'oifname' }]
    case 'port':
      // The set holds protocol and port; ICMP would be looked up by type and code.
      return protocol === 1 || protocol === 58
        ? undefined
        : [
            { kind: 'meta', key: 'l4proto' },
            { kind: 'payload', protocol: 'th', field: `${side}port` },
          ]
    default:
      return undefined
  }
}
