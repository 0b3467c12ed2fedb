/** What else can refuse a bind: privilege and address; and what is worth knowing about a port that can be had. */
import { familyOf, isMapped, unmap, withoutZone, zoneOf } from '../../model/address.ts'
import type { Finding } from '../../model/finding.ts'
import { valueOr } from '../../model/known.ts'
import { parsePortSet } from '../../model/port-set.ts'
import type { OS } from '../../os/os.ts'
import type { CanBindRequest } from './can-bind.ts'
import { placeText } from './place-text.ts'

export interface Refusal {
  readonly errno: string
  readonly finding: Finding
}

const FLOOR = 'net.ipv4.ip_unprivileged_port_start'
const RANGE = 'net.ipv4.ip_local_port_range'
const RESERVED = 'net.ipv4.ip_local_reserved_ports'

async function setting(os: OS, name: string): Promise<string | null> {
  const found = (await os.tunables([name])).get(name)
  return found === undefined ? null : valueOr(found, null)
}

/** Ports below a floor take CAP_NET_BIND_SERVICE, which root has (capabilities(7), `inet_port_requires_bind_service`). */
export async function findingOfPrivilege(
  os: OS,
  { port, uid }: CanBindRequest,
  subject: string,
): Promise<Refusal[]> {
  const floor = Number((await setting(os, FLOOR)) ?? 1024)
  if (port >= floor || uid === 0) return []
  return [
    {
      errno: 'EACCES',
      finding: {
        code: 'port-privileged',
        severity: 'medium',
        certainty: uid === undefined ? 'possible' : 'inferred',
        subject,
        says: `ports below ${floor} take a privilege that this user does not have`,
        evidence: [{ source: FLOOR, says: String(floor) }],
        disprovedBy: 'the program has CAP_NET_BIND_SERVICE, from its file or its unit',
        remedy: `Give the program the right (setcap cap_net_bind_service=+ep FILE, AmbientCapabilities= in its unit), hand it a bound socket, or lower ${FLOOR}.`,
      },
    },
  ]
}

/** fe80::/10 (RFC 4291, section 2.5.6). */
const LINK_LOCAL = /^fe[89ab][0-9a-f]:/

/** An address must be one of the machine's own (ip(7); all of 127.0.0.0/8 is). */
export async function findingsOfAddress(
  os: OS,
  { address, protocol }: Pick<CanBindRequest, 'address' | 'protocol'>,
  subject: string,
): Promise<Refusal[]> {
  const bare = unmap(withoutZone(address))
  if (bare === '0.0.0.0' || bare === '::' || bare.startsWith('127.')) return []
  const zone = zoneOf(address)
  if (zone === undefined && LINK_LOCAL.test(bare))
    return [{ errno: protocol === 'sctp' ? 'EADDRNOTAVAIL' : 'EINVAL', finding: zoneMissing(bare, subject) }]
  const own = await os.addresses()
  const there = (one: string): boolean => zone === undefined || /^\d+$/.test(zone) || one === zone
  if (own.some(one => one.address === bare && there(one.interface))) return []
  const family = isMapped(address) ? 'ipv4' : familyOf(address)
  const fitting = own.filter(one => familyOf(one.address) === family).map(one => one.address)
  return [
    {
      errno: 'EADDRNOTAVAIL',
      finding: {
        code: 'address-missing',
        severity: 'medium',
        certainty: 'inferred',
        subject,
        says: `${bare} is none of this machine’s addresses${zone === undefined ? '' : ` on ${zone}`}`,
        evidence: [
          { source: 'addresses of the interfaces', says: fitting.join(', ') || `none of ${family}` },
        ],
        disprovedBy: 'the socket has IP_FREEBIND or IP_TRANSPARENT, or net.ipv4.ip_nonlocal_bind is set',
        remedy: 'Bind one of these addresses, or the wildcard, or add the address to an interface first.',
      },
    },
  ]
}

/**
 * The same link-local address can be on every link, so one is needed (RFC 4007, section 6; Linux `__inet6_bind`,
 * `sctp_inet6_bind_verify`).
 */
const zoneMissing = (address: string, subject: string): Finding => ({
  code: 'zone-missing',
  severity: 'medium',
  certainty: 'proven',
  subject,
  says: `${address} is a link-local address, and its zone is missing: which interface it is on`,
  evidence: [{ source: 'address', says: `${address} is of fe80::/10` }],
  remedy: `Name the interface: [${address}%eth0].`,
})

/** A port of the ephemeral range can be anybody's client's next. */
export async function findingsOfPort(os: OS, port: number, subject: string): Promise<Finding[]> {
  const [low = 0, high = -1] = ((await setting(os, RANGE)) ?? '').split(/\s+/).filter(Boolean).map(Number)
  if (port < low || port > high) return []
  const reserved = (await setting(os, RESERVED))?.trim() ?? ''
  if (reserved !== '' && parsePortSet(reserved).has(port as never)) return []
  return [
    {
      code: 'port-ephemeral',
      severity: 'note',
      certainty: 'proven',
      subject,
      says: `${port} is in the ephemeral range ${low} to ${high}: any connection to elsewhere may take it while nobody has it`,
      evidence: [{ source: RANGE, says: `${low} ${high}` }],
      remedy: `Choose a port outside of it, or add ${port} to ${RESERVED}.`,
    },
  ]
}

/** The system refused, and no socket or setting that we see is why. */
export function unexplained(errno: string, { protocol, address, port }: CanBindRequest): Finding {
  const zone = zoneOf(address)
  if (errno === 'ENODEV' && zone !== undefined)
    return {
      code: 'interface-missing',
      severity: 'medium',
      certainty: 'proven',
      subject: `${protocol} ${placeText(address, port)}`,
      says: `there is no interface "${zone}" on this machine`,
      evidence: [{ source: 'trial bind', says: errno }],
      remedy: 'Name an interface that there is after "%".',
    }
  if (errno === 'EAFNOSUPPORT')
    return {
      code: 'ipv6-off',
      severity: 'medium',
      certainty: 'proven',
      subject: `${protocol} ${placeText(address, port)}`,
      says: 'this kernel has no IPv6',
      evidence: [{ source: 'trial bind', says: errno }],
      remedy: 'Bind an IPv4 address, or start the kernel without ipv6.disable=1.',
    }
  return {
    code: 'refused-by-system',
    severity: 'medium',
    certainty: 'proven',
    subject: `${protocol} ${placeText(address, port)}`,
    says: `the system refuses with ${errno}, and no socket or setting that can be seen from here is the reason`,
    evidence: [{ source: 'trial bind', says: errno }],
    remedy:
      errno === 'EADDRINUSE'
        ? 'It may have been freed or taken this moment: ask again.'
        : 'A security module, a container or a socket filter may forbid it.',
  }
}
