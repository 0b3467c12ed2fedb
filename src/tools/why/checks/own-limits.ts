/** Why there is no address or port to come from, or no leave to connect. */
import { type Address, familyOf, scopeOf, unmap } from '../../../model/address.ts'
import { formatEndpoint } from '../../../model/endpoint.ts'
import { isUnixName } from '../../../model/socket.ts'
import { socketAt } from '../../../model/socket-row.ts'
import type { InterfaceAddress } from '../../../os/os.ts'
import { tunableCommand } from '../advice/tunable-command.ts'
import { type AddressCheck, type CheckResult, found, untold } from '../check.ts'
import type { Inquiry } from '../inquiry.ts'
import type { Claim } from '../suspects.ts'
import { THIS_HOST } from '../view.ts'

export const ownLimits: AddressCheck = {
  name: 'own-limits',
  phase: 'after',
  asks: 'Is there an address and a port to come from?',
  gathers: [
    'addresses',
    'net.ipv6.conf.*.disable_ipv6',
    'net.ipv4.ip_local_port_range',
    'sockets towards the target',
  ],
  concludes: ['source-not-ours', 'ipv6-disabled', 'ephemeral-exhausted'],
  applies: ({ facts }) => ['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(facts.tried?.attempt.outcome.code ?? ''),
  async run(inquiry) {
    return (await source(inquiry)) ?? (await family(inquiry)) ?? (await ports(inquiry))
  },
}

const ALL = ['source-not-ours', 'ipv6-disabled', 'ephemeral-exhausted'] as const

/** What is shown leaves no room for the other two. */
function shown(
  code: (typeof ALL)[number],
  because: string,
  where: string,
  more: Partial<Claim> = {},
): CheckResult {
  return found(because, [
    {
      code,
      is: 'proven',
      because,
      where: { host: THIS_HOST },
      evidence: [{ source: where, says: because }],
      ...more,
    },
    ...ALL.filter(other => other !== code).map((other): Claim => ({ code: other, is: 'excluded', because })),
  ])
}

async function source({ options, client, address }: Inquiry): Promise<CheckResult | undefined> {
  const { source: asked } = options
  if (asked === undefined) return undefined
  const addresses = await client.addresses()
  if (addresses.some(({ address }) => unmap(address) === unmap(asked))) return undefined
  return shown('source-not-ours', `no interface has the address ${asked}`, 'addresses', {
    words: { source: asked, own: ownFor(address, addresses) },
  })
}

async function family({ address, client, os, facts }: Inquiry): Promise<CheckResult | undefined> {
  if (familyOf(unmap(address)) !== 'ipv6') return undefined
  const route =
    facts.route?.known === true && facts.route.value.kind !== 'refused' ? facts.route.value : undefined
  const device = route?.device ?? 'all'
  const names = [...new Set(['all', device])].map(name => `net.ipv6.conf.${name}.disable_ipv6`)
  const [settings, addresses] = await Promise.all([
    os.tunables(names.filter(name => /^[\w.-]+$/.test(name))),
    client.addresses(),
  ])
  const off = [...settings].find(([, told]) => told.known && told.value.trim() === '1')
  const has = addresses.some(
    one => familyOf(one.address) === 'ipv6' && (route === undefined || one.interface === device),
  )
  if (has) return undefined
  if (off === undefined && facts.tried!.attempt.outcome.code !== 'EAFNOSUPPORT') return undefined
  const says = off === undefined ? 'the kernel has no IPv6' : `${off[0]} is 1, and there is no IPv6 address`
  if (off === undefined)
    return shown('ipv6-disabled', says, 'socket(2)', {
      remedy: 'Load IPv6, which the kernel was started or built without, or ask for an address of IPv4.',
    })
  return shown('ipv6-disabled', says, off[0], { words: { device: off[0].split('.')[3]! } })
}

async function ports({ os, to, target, address, signal }: Inquiry): Promise<CheckResult> {
  const name = 'net.ipv4.ip_local_port_range'
  const told = (await os.tunables([name])).get(name)
  if (told?.known !== true) return untold('the range of local ports can’t be read')
  const [first = 0, last = 0] = told.value.trim().split(/\s+/).map(Number)
  const range = last - first + 1
  const taken = new Set<number>()
  for await (const columns of os.sockets({ protocols: [target.protocol] }, { signal }))
    for (let row = 0; row < columns.length; row++) {
      const { local, peer } = socketAt(columns, row)
      if (isUnixName(local) || local.port < first || local.port > last) continue
      const towards =
        peer !== undefined &&
        !isUnixName(peer) &&
        peer.port === to.port &&
        unmap(peer.address) === unmap(address)
      // A port that is bound, or listened on, is hidden from connect(2) (inet_hash_connect).
      if (towards || peer === undefined) taken.add(local.port)
    }
  const says = `${taken.size} of ${range} local ports (${first}–${last}) are taken towards ${formatEndpoint(to)}`
  if (taken.size >= range)
    return shown('ephemeral-exhausted', says, 'socket table', {
      words: { target: formatEndpoint(to) },
      ...widened(name, range),
    })
  return untold(`${says}: others may be held in a way that can’t be seen`, [
    { code: 'source-not-ours', is: 'excluded', because: 'no source was asked for' },
    { code: 'ipv6-disabled', is: 'excluded', because: 'there is an address to come from' },
    {
      code: 'ephemeral-exhausted',
      is: 'likely',
      because: says,
      evidence: [{ source: 'socket table', says }],
    },
  ])
}

/** What the kernel begins with (inet_init_net); a range that somebody made narrower can be that wide again. */
const USUAL_RANGE = [32_768, 60_999] as const

const widened = (name: string, range: number): Partial<Claim> =>
  range > USUAL_RANGE[1] - USUAL_RANGE[0]
    ? {}
    : {
        remedy: 'Reuse connections, or widen the range of local ports; see "ports capacity".',
        commands: [tunableCommand(name, USUAL_RANGE.join(' '))],
      }

/** Addresses that it could come from, by family. */
function ownFor(address: Address, all: readonly InterfaceAddress[]): string {
  const family = familyOf(unmap(address))
  const own = all.filter(
    one => familyOf(one.address) === family && !['loopback', 'link-local'].includes(scopeOf(one.address)),
  )
  return own.length === 0 ? 'one that this host has' : own.map(one => one.address).join(' or ')
}
