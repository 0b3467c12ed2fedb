/** Interfaces and neighbours, as `ip -N -d -j link show` and `ip -N -j neigh show nud all` list them. */
import { NEIGHBOUR_STATES, type Neighbour, type NetworkInterface } from '../../model/route.ts'
import { addressOf, type Fields, isFields, numberOf, present, textOf } from './fields.ts'

export function linksIn(list: readonly Fields[]): readonly NetworkInterface[] {
  const indexOf = new Map(list.map(({ ifname, ifindex }) => [ifname, numberOf(ifindex)]))
  return list.flatMap(one => {
    const [name, index] = [textOf(one.ifname), numberOf(one.ifindex)]
    if (name === undefined || index === undefined) return []
    const flags = Array.isArray(one.flags) ? one.flags : []
    const info = isFields(one.linkinfo) ? one.linkinfo : {}
    const up = flags.includes('UP')
    return [
      {
        name,
        index,
        type:
          numberOf(textOf(one.link_type)?.replace(/^\[(\d+)\]$/, '$1')) ??
          TYPES[String(one.link_type)] ??
          VOID,
        up,
        group: numberOf(one.group) ?? 0,
        ...present({
          // IFF_LOWER_UP says both at once.
          carrier: up ? flags.includes('LOWER_UP') : undefined,
          mtu: numberOf(one.mtu),
          kind: textOf(info.info_kind),
          master: one.master === undefined ? undefined : indexOf.get(one.master),
          hardware: hardwareOf(one.address),
          bridge: info.info_kind === 'bridge' ? bridgeOf(info.info_data) : undefined,
          port: info.info_slave_kind === 'bridge' ? portOf(info.info_slave_data) : undefined,
        }),
      },
    ]
  })
}

/** ARPHRD numbers by the names that ip has for them (lib/ll_types.c), for a version that doesn't heed `-N` there. */
const TYPES: Readonly<Record<string, number>> = {
  ether: 1,
  loopback: 772,
  none: 65534,
  ppp: 512,
  gre: 778,
  sit: 776,
}
/** ARPHRD_VOID: nothing is known. */
const VOID = 0xffff

const hardwareOf = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[\da-f]{2}(?::[\da-f]{2}){5}$/.test(value) ? value : undefined

const isSet = (value: unknown): boolean => value === true || value === 1

function bridgeOf(data: unknown): NonNullable<NetworkInterface['bridge']> {
  const told = isFields(data) ? data : {}
  return {
    filtersVlans: isSet(told.vlan_filtering),
    lends: { ipv4: isSet(told.nf_call_iptables), ipv6: isSet(told.nf_call_ip6tables) },
  }
}

function portOf(data: unknown): NonNullable<NetworkInterface['port']> {
  const told = isFields(data) ? data : {}
  return { hairpin: isSet(told.hairpin), isolated: isSet(told.isolated) }
}

/** Proxies, for whom the host answers without knowing them, are none. */
export function neighboursIn(list: readonly Fields[]): readonly Neighbour[] {
  return list.flatMap(one => {
    const [name, address] = [textOf(one.dev), addressOf(one.dst)]
    const told = Array.isArray(one.state) ? String(one.state[0]).toLowerCase() : ''
    const state = NEIGHBOUR_STATES.find(known => known === told)
    if (name === undefined || address === undefined || state === undefined) return []
    return [{ interface: name, address, state, ...present({ hardware: hardwareOf(one.lladdr) }) }]
  })
}
