/** Which ports want a right. */
import { type Address, unmap } from '../../address.ts'
import type { Port } from '../../port.ts'
import type { System } from './system.ts'

/**
 * The error of a user who binds that endpoint, for lack of a right; null where none is lacking. Port 0 never wants one.
 * As installed: settings that move the floor, and capabilities, are not looked at. From the records' own sources.
 */
export function privilegeOn(
  system: System,
  { address, port }: { readonly address: Address; readonly port: Port },
  uid: number,
): 'EACCES' | null {
  const floor = system.facts.unprivilegedFrom.value ?? 0
  if (uid === 0 || port === 0 || port >= floor) return null
  if (system.kind === 'macos' && isWildcard(unmap(address))) return null
  return 'EACCES'
}

const isWildcard = (address: Address): boolean => address === '0.0.0.0' || address === '::'
