/** Why there is no address or port to come from, or no leave to connect. */
import { familyOf, unmap } from '../../../model/address.ts'
import { formatEndpoint } from '../../../model/endpoint.ts'
import { isUnixName } from '../../../model/socket.ts'
import { socketAt } from '../../../model/socket-row.ts'
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
  words: Claim['words'] = {},
): CheckResult {
  return found(because, [
    {
      code,
      is: 'proven',
      because,
      where: { host: THIS_HOST },
      words,
      evidence: [{ source: where, says: because }],
    },
    ...ALL.filter(other => other !== code).map((other): Claim => ({ code: other, is: 'excluded', because })),
  ])
}

async function source({ options, client }: Inquiry): Promise<CheckResult | undefined> {
  const { source: asked } = options
  if (asked === undefined) return undefined
  const addresses = await client.addresses()
  if (addresses.some(({ address }) => unmap(address) === unmap(asked))) return undefined
  return shown('source-not-ours', `no interface has the address ${asked}`, 'addresses', { source: asked })
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
  return shown('ipv6-disabled', says, off?.[0] ?? 'socket(2)', { device: off?.[0].split('.')[3] ?? 'all' })
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
    return shown('ephemeral-exhausted', says, 'socket table', { target: formatEndpoint(to) })
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
