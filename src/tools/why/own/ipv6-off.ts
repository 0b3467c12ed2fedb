/** Whether a switch keeps this host from having a way for IPv6: `disable_ipv6` (ip-sysctl), of all interfaces or of one. */
import { familyOf, scopeOf, unmap } from '../../../model/address.ts'
import type { NetworkInterface } from '../../../model/route.ts'
import type { InterfaceAddress } from '../../../os/os.ts'
import type { Inquiry } from '../inquiry.ts'
import type { Claim } from '../suspects.ts'
import { THIS_HOST } from '../view.ts'

const nameOf = (device: string): string => `net.ipv6.conf.${device}.disable_ipv6`

/** Undefined where it is on, or can’t be told. */
export async function ipv6Off(
  { address, os, options }: Inquiry,
  interfaces: readonly NetworkInterface[],
  addresses: readonly InterfaceAddress[],
): Promise<Claim | undefined> {
  if (familyOf(unmap(address)) !== 'ipv6') return undefined
  const up = interfaces.filter(one => one.up && one.name !== 'lo').map(({ name }) => name)
  const asked = (options.device === undefined ? up : [options.device]).filter(name => /^[\w-]+$/.test(name))
  const settings = await os.tunables(['all', ...asked].map(nameOf))
  const off = ['all', ...asked].filter(name => {
    const told = settings.get(nameOf(name))
    return told?.known === true && told.value.trim() === '1'
  })
  const has = (name: string): boolean =>
    addresses.some(
      one =>
        one.interface === name && familyOf(one.address) === 'ipv6' && scopeOf(one.address) !== 'link-local',
    )
  // What `all` says was handed to each interface, and may have been changed there since.
  const device =
    off.includes('all') && !asked.some(has) ? 'all' : off.find(name => name !== 'all' && !has(name))
  if (device === undefined) return undefined
  const because = `${nameOf(device)} is 1`
  return {
    code: 'ipv6-disabled',
    is: asked.some(has) ? 'likely' : 'proven',
    because: `${because}, and no table has a route for ${address}`,
    where: { host: THIS_HOST, stage: 'routing' },
    words: { device },
    ...(device === 'all' ? { title: 'IPv6 is switched off on all interfaces' } : {}),
    evidence: [{ source: 'sysctl', says: because }],
  }
}
