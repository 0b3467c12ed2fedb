/** Whether a host that somebody looks from is the target's or stands between. */
import { type Address, unmap, withoutZone } from '../../model/address.ts'
import { isFault } from '../../model/fault.ts'
import type { OS } from '../../os/os.ts'
import type { Role, View } from './view.ts'

/** A view whose role is left open: its addresses and whether it forwards tell it. */
export type AnyView = Omit<View, 'role'> & { readonly role?: Role }

const FORWARDING = ['net.ipv4.ip_forward', 'net.ipv6.conf.all.forwarding'] as const

/**
 * The target is who has its address and passes on nothing: others stand between, also a router whose forwarding is off. Where nobody
 * that is seen has it, a translation hides it: then who passes on nothing can only be an end. And who has the address and passes on
 * stands between where somebody else is an end.
 */
export async function withRoles(
  views: readonly AnyView[],
  addresses: readonly Address[],
): Promise<readonly View[]> {
  const told = await Promise.all(
    views.map(async view => {
      const [has, forwards] = await asked(view.os, addresses)
      return { view, has, forwards }
    }),
  )
  const known = told.some(({ has, forwards }) => has && !forwards)
  const end = told.some(({ forwards }) => !forwards)
  const isTarget = (has: boolean, forwards: boolean): boolean =>
    known ? has && !forwards : !forwards || (has && !end)
  return told.map(({ view, has, forwards }) => ({
    ...view,
    role: view.role ?? (isTarget(has, forwards) ? 'target' : 'between'),
  }))
}

/** Who can't be asked even that is no end of anything. */
async function asked(
  os: OS,
  addresses: readonly Address[],
): Promise<readonly [has: boolean, forwards: boolean]> {
  try {
    return await Promise.all([hasOne(os, addresses), passesOn(os)])
  } catch (error) {
    if (!isFault(error)) throw error
    return [false, true]
  }
}

const bare = (address: Address): Address => unmap(withoutZone(address))

async function hasOne(os: OS, addresses: readonly Address[]): Promise<boolean> {
  const own = new Set((await os.addresses()).map(({ address }) => bare(address)))
  return addresses.some(address => own.has(bare(address)))
}

async function passesOn(os: OS): Promise<boolean> {
  const told = await os.tunables(FORWARDING)
  return [...told.values()].some(one => one.known && one.value.trim() !== '0')
}
