/** A network to follow packets through: hosts, and what lies between them. Who makes one is not a tool's business. */
import type { Address } from '../../model/address.ts'
import type { NatForesight } from '../../model/nat/nat-foresight.ts'
import type { OS } from '../../os/os.ts'

export interface TraceNet {
  /** Names, in the order in which they are told. */
  readonly hosts: readonly string[]
  osOf(host: string): OS
  /** Who has the address on the link of that device; null where nobody has. */
  nextOn(
    host: string,
    device: string,
    address: Address,
  ): { readonly host: string; readonly device: string } | null
  /** What a NAT box does that has no rules; null of hosts that are none. */
  natOf(host: string): NatForesight | null
}
