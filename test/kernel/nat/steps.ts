/**
 * What happens on the ground, one step after the other. Who answers a packet answers it as it came: the addresses and
 * ports of an answer are those that its sender has seen, so that a program can be written before anybody knows them.
 */
import type { Device } from '../filter/ground.ts'
import type { Shape } from '../filter/packet-bytes.ts'

export interface Flow {
  readonly protocol: number
  /** Where the client is; null: on the router itself. */
  readonly from: Device | null
  readonly client: { readonly address: string; readonly port: number }
  readonly server: { readonly address: string; readonly port: number }
}

export type Side = 'client' | 'server'

/** What is said of a packet beside its ends. */
export type Traits = Omit<
  Partial<Shape>,
  'source' | 'destination' | 'protocol' | 'sourcePort' | 'destinationPort'
>

export type Step =
  | { readonly kind: 'send'; readonly flow: number; readonly by: Side; readonly traits: Traits }
  /** An ICMP error about the last packet that this side has seen; `hop`: it comes from a router on the way. */
  | {
      readonly kind: 'error'
      readonly flow: number
      readonly by: Side
      readonly icmpType: number
      readonly icmpCode: number
      readonly hop?: string
    }
  /** The flow's connection ends, as if its time were over. */
  | { readonly kind: 'forget'; readonly flow: number }
  /** Time passes: for rows about time. */
  | { readonly kind: 'wait'; readonly flow: number; readonly milliseconds: number }

export interface Program {
  readonly rules: string
  /** Files under /proc/sys/net/netfilter, without `nf_conntrack_`. */
  readonly settings: Readonly<Record<string, number>>
  readonly flows: readonly Flow[]
  readonly steps: readonly Step[]
}
